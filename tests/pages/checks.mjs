// What every screen has to stand: rules, a second engine, reflow, large text, focus, target size, print, budget.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OUT, need } from './region.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const AXE = readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What axe cannot decide and a person looked at; each with a reason. */
export const LISTED = JSON.parse(readFileSync(join(here, 'incomplete.json'), 'utf8'));
const MOST_BYTES = 60 * 1024;
const MOST_REQUESTS = 3;
const NARROW = 320;
const LEAST_TARGET = 24;
/** Stops of Tab on the longest page. */
const MOST_STOPS = 900;

const nodes = (found) => found.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ''})`).join('; ');

/** axe-core; whatever it leaves open has to be listed. */
export async function axe(page, screen) {
  await page.evaluate(AXE);
  const found = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ['violations', 'incomplete'] }), TAGS);
  const out = found.violations.map((one) => `axe ${one.id}: ${nodes(one)}`);
  for (const one of found.incomplete) {
    const listed = LISTED.find((known) => known.rule === one.id && (known.screens === 'all' || known.screens.includes(screen))
      && one.nodes.every((node) => node.target.join(' ').includes(known.target) && node.any.some((why) => why.message.includes(known.message))));
    if (listed) listed.used = true;
    else out.push(`axe leaves open ${one.id}: ${nodes(one)}`);
  }
  return out;
}

/** No sideways scrolling at 320 px, but inside marked regions. */
export async function reflow(page) {
  await page.setViewportSize({ width: NARROW, height: 800 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  await page.setViewportSize({ width: 1280, height: 900 });
  return width > NARROW ? [`reflow: ${width} px wide at ${NARROW} px`] : [];
}

/** With text at 200 % nothing is cut off and nothing scrolls sideways. */
export async function largeText(page) {
  const cut = await page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
    const grown = Number.parseFloat(getComputedStyle(document.querySelector('h1')).fontSize);
    const out = [];
    if (document.documentElement.scrollWidth > window.innerWidth) out.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    for (const element of document.querySelectorAll('main *, header *, nav *')) {
      const style = getComputedStyle(element);
      const hides = style.overflowX === 'hidden' || style.overflowX === 'clip' || style.overflowY === 'hidden';
      const tiny = element.clientWidth <= 2 || style.clipPath !== 'none' || style.position === 'absolute';
      if (hides && !tiny && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)) {
        out.push(`cut off: ${element.tagName.toLowerCase()}.${element.className}`);
      }
    }
    document.documentElement.style.fontSize = '';
    const normal = Number.parseFloat(getComputedStyle(document.querySelector('h1')).fontSize);
    if (grown < normal * 1.9) out.push(`the heading only grows from ${normal} to ${grown} px`);
    return out;
  });
  return cut.map((text) => `text at 200 %: ${text}`);
}

/** Targets are at least 24 px in each direction, stand alone, or stand in a sentence (WCAG 2.5.8). */
export async function targets(page) {
  const small = await page.evaluate((least) => {
    const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')];
    const seen = all.filter((element) => element.checkVisibility() && !element.closest('.niewidoczne, .przejdz'));
    const boxes = seen.map((element) => {
      const label = element.matches('input[type=checkbox], input[type=radio]') ? element.closest('label') : null;
      return { element, box: (label ?? element).getBoundingClientRect() };
    });
    const inText = (element) => {
      const parent = element.parentElement;
      const own = element.textContent.trim().length;
      return element.tagName === 'A' && getComputedStyle(element).display === 'inline' && parent.textContent.trim().length > own;
    };
    const crowded = (one) => {
      const [x, y] = [one.box.x + one.box.width / 2, one.box.y + one.box.height / 2];
      return boxes.some((other) => {
        if (other === one || other.element === one.element) return false;
        const dx = Math.max(other.box.x - x, 0, x - other.box.right);
        const dy = Math.max(other.box.y - y, 0, y - other.box.bottom);
        return Math.hypot(dx, dy) < least / 2;
      });
    };
    return boxes
      .filter(({ box }) => box.width > 0 && (box.width < least || box.height < least))
      .filter((one) => !inText(one.element) && crowded(one))
      .map(({ element, box }) => `${element.tagName.toLowerCase()} “${(element.textContent || element.name).trim().slice(0, 30)}” ${Math.round(box.width)}×${Math.round(box.height)}`);
  }, LEAST_TARGET);
  return small.map((text) => `target size: ${text}`);
}

/** Focus begins at the error summary or the skip link, follows the order of the page, is seen, and is never trapped. */
export async function focus(page) {
  const out = [];
  const begins = await page.evaluate(() => {
    const box = document.querySelector('.klopot[autofocus], [autofocus]');
    return { wants: box !== null, there: box === document.activeElement, body: document.activeElement === document.body };
  });
  if (begins.wants && !begins.there) out.push('focus: what has autofocus is not focused');
  if (!begins.wants && !begins.body) out.push('focus: something without autofocus is focused');
  let skipped = begins.wants;
  let steps = 0;
  for (; steps < MOST_STOPS; steps += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const now = document.activeElement;
      const last = globalThis.wiezLast;
      globalThis.wiezLast = now;
      if (now === document.body || now === null) return { end: true };
      const style = getComputedStyle(now);
      const shown = (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
      // A date has a stop for each of its parts; the browser marks the later ones itself.
      if (now === last && ['date', 'time'].includes(now.type)) return { same: true };
      const follows = !last || last === document.body || (last.compareDocumentPosition(now) & 4) !== 0;
      const box = now.getBoundingClientRect();
      const seen = box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth;
      return { name: `${now.tagName.toLowerCase()} “${(now.textContent || now.name || '').trim().slice(0, 30)}”`, shown, follows, seen, skip: now.className === 'przejdz' };
    });
    if (at.end) break;
    if (at.same) continue;
    if (!skipped && !at.skip) out.push(`focus: the first stop of Tab is ${at.name} and not the skip link`);
    skipped = true;
    if (!at.shown) out.push(`focus: nothing shows that ${at.name} is focused`);
    if (!at.seen) out.push(`focus: ${at.name} is focused outside the window`);
    if (!at.follows) { if (at.skip) break; out.push(`focus: ${at.name} comes out of order`); }
  }
  if (steps >= MOST_STOPS) out.push('focus: Tab never comes to an end');
  return out;
}

/** Prints to A4: something is on it, its fonts are embedded, the first heading that belongs on paper can be read. */
export async function print(page, name) {
  const file = join(OUT, `${name}.pdf`);
  await page.emulateMedia({ media: 'print' });
  const heading = (await page.locator('h1:visible, h2:visible, .tytul:visible').first().textContent()).trim().split(/\s+/)[0];
  await page.emulateMedia({ media: null });
  writeFileSync(file, await page.pdf({ format: 'A4', preferCSSPageSize: true }));
  const printed = readPrint(file);
  const out = [];
  if (printed.loose.length > 0) out.push(`print: fonts not embedded: ${printed.loose.join(', ')}`);
  if (!printed.text.toLowerCase().includes(heading.toLowerCase())) out.push(`print: “${heading}” is not on paper`);
  return out;
}

/** What a PDF holds: pages, fonts that are not embedded, text. */
export function readPrint(file) {
  const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8' });
  const info = run('pdfinfo', file);
  const fonts = run('pdffonts', file).split('\n').slice(2).filter(Boolean);
  return {
    pages: Number(info.match(/^Pages:\s+(\d+)/m)[1]),
    size: info.match(/^Page size:\s+(.+)$/m)[1],
    fonts: fonts.length,
    loose: fonts.filter((line) => !/\s(yes)\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+\s*$/.test(line)),
    text: run('pdftotext', file, '-'),
  };
}

/** Notes what a page costs while it loads, and what the browser complains of. */
export function watch(page) {
  const seen = { bytes: 0, requests: 0, errors: [] };
  page.on('request', (request) => {
    // Only what the last page itself cost, not the way to it.
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) Object.assign(seen, { bytes: 0, requests: 0 });
  });
  page.on('response', async (response) => {
    if (response.url().startsWith('data:')) return;
    seen.requests += 1;
    seen.bytes += (await response.body().catch(() => Buffer.alloc(0))).length;
  });
  page.on('console', (message) => {
    // The browser itself says so of every answer that is an error; those answers are meant.
    const meant = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !meant) seen.errors.push(message.text());
  });
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('dialog', (dialog) => { seen.errors.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  return seen;
}

/** One page is at most 60 KiB and three requests, and the browser complains of nothing. */
export function budget(seen) {
  const out = seen.errors.map((text) => `console: ${text}`);
  if (seen.bytes > MOST_BYTES) out.push(`budget: ${seen.bytes} bytes`);
  if (seen.requests > MOST_REQUESTS) out.push(`budget: ${seen.requests} requests`);
  return out;
}

/** One title, one heading, one language; no name of a person in title or address. */
export async function frame(page, persons) {
  const out = [];
  const seen = await page.evaluate(() => ({
    title: document.title, lang: document.documentElement.lang, headings: document.querySelectorAll('h1').length,
    url: decodeURIComponent(location.pathname + location.search), trouble: document.querySelector('main .klopot[autofocus]') !== null,
  }));
  if (!seen.title.endsWith(' – Więź')) out.push(`title: “${seen.title}”`);
  if (seen.trouble && !seen.title.startsWith('Błąd:')) out.push(`title of an error: “${seen.title}”`);
  if (seen.headings !== 1) out.push(`${seen.headings} headings of the first level`);
  if (seen.lang !== 'pl') out.push(`language ${seen.lang}`);
  for (const person of persons) {
    if (seen.title.includes(person) || seen.url.includes(person)) out.push(`a person's name in title or address: ${seen.title} ${seen.url}`);
  }
  return out;
}
