// Paper: the consent on one A4 page for four institutions and on two for six, its code read from the raster and checked
// by the node with the network off; a case, a withdrawal and what a person may take home.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fresh, signIn } from './browser.mjs';
import { readPrint } from './checks.mjs';
import { OUT, need, region, say } from './region.mjs';

const FOUR = ['sp3', 'poz', 'pcpr', 'n-000'];
const SIX = [...FOUR, 'n-002', 'n-003'];
const GIVE = ['ID_NAME', 'EDU_PROGRESS', 'FAMILY_SIT', 'PLAN_TASKS'];
const PERSON = 'Świętosława Źródłowska-Gżegżółka';
/** Every letter that only Polish has. */
const POLISH = 'Zażółć gęślą jaźń';
const DPI = 200;

/** A page as paper. */
async function printed(page, name) {
  const file = join(OUT, `${name}.pdf`);
  writeFileSync(file, await page.pdf({ format: 'A4', preferCSSPageSize: true, printBackground: false }));
  return { file, ...readPrint(file) };
}

/** Every code on a printed page, read from its raster. */
function codes(file, pages) {
  const jsqr = need('jsqr').default ?? need('jsqr');
  const found = [];
  for (let page = 1; page <= pages; page += 1) {
    const raster = join(OUT, `raster-${page}`);
    execFileSync('pdftoppm', ['-r', `${DPI}`, '-f', `${page}`, '-l', `${page}`, '-singlefile', file, raster]);
    const bytes = readFileSync(`${raster}.ppm`);
    const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 64).toString('latin1'));
    const [width, height] = [Number(head[1]), Number(head[2])];
    const rgb = bytes.subarray(head[0].length);
    const rgba = new Uint8ClampedArray(width * height * 4);
    for (let at = 0; at < width * height; at += 1) {
      rgba.set([rgb[at * 3], rgb[at * 3 + 1], rgb[at * 3 + 2], 255], at * 4);
    }
    const code = jsqr(rgba, width, height);
    if (code) {
      const { topLeftCorner: a, topRightCorner: b } = code.location;
      found.push({ text: code.data, bytes: code.binaryData, side_mm: (Math.hypot(b.x - a.x, b.y - a.y) / DPI) * 25.4 });
    }
  }
  return found;
}

function paper(found, sheet, pages, what, texts) {
  if (sheet.pages !== pages) found.push(`${what}: ${sheet.pages} pages, not ${pages}`);
  if (!sheet.size.includes('(A4)')) found.push(`${what}: not A4 but ${sheet.size}`);
  if (sheet.loose.length > 0 || sheet.fonts === 0) found.push(`${what}: fonts not embedded: ${sheet.loose.join(', ')}`);
  const flat = sheet.text.replace(/\s+/g, ' ');
  for (const text of texts) {
    if (!flat.includes(text)) found.push(`${what}: “${text}” is not on paper`);
  }
}

async function consents(page, base, found) {
  for (const [institutions, pages, subject] of [[FOUR, 1, 'OPS/2026/951'], [SIX, 2, 'OPS/2026/952']]) {
    const what = `consent for ${institutions.length}`;
    const number = await region('consent', {
      at: 'ops', subject, name: PERSON, on: institutions.map((to) => ({ to, give: GIVE, receive: ['EDU_PROGRESS'] })),
    });
    for (const second of ['pl', 'uk', 'en']) {
      await page.goto(`${base}/zgody/${number}/druk?druk=${second}`);
      const sheet = await printed(page, `consent-${institutions.length}-${second}`);
      paper(found, sheet, second === 'pl' ? pages : sheet.pages, `${what} (${second})`, [PERSON, number, 'Szkoła Podstawowa nr 3']);
      if (second !== 'pl') continue;
      const each = codes(sheet.file, sheet.pages);
      if (each.length !== sheet.pages) found.push(`${what}: ${each.length} codes on ${sheet.pages} pages`);
      for (const code of each) {
        if (code.side_mm < 25) found.push(`${what}: the code is ${code.side_mm.toFixed(1)} mm wide`);
        await region('cut', { at: 'ops' });
        const told = await region('cli', { at: 'ops', words: ['consent', 'check', code.text] });
        if (told.code !== 0 || !told.out.includes(number)) found.push(`${what}: the code is not verified offline: ${told.out} ${told.err}`);
        const spoiled = code.text.replace(/[A-Za-z0-9](?=.{9}$)/, (one) => (one === 'A' ? 'B' : 'A'));
        const wrong = await region('cli', { at: 'ops', words: ['consent', 'check', spoiled] });
        if (wrong.code === 0) found.push(`${what}: a changed code is verified too`);
        await region('heal', { at: 'ops' });
      }
      const counted = sheet.pages === 1 ? ['1'] : ['1', '2'];
      for (const nth of counted) {
        const [, shown] = [nth, new RegExp(`${nth}\\s*z\\s*${sheet.pages}`).test(sheet.text)];
        if (!shown && sheet.pages > 1) found.push(`${what}: no “${nth} z ${sheet.pages}”`);
      }
      console.log(`  ${what}: ${sheet.pages} A4 pages, ${each.length} codes of ${each[0]?.side_mm.toFixed(0)} mm, ${sheet.fonts} fonts embedded`);
    }
  }
}

async function others(page, base, found) {
  const consent = await region('consent', { at: 'pcpr', on: [{ to: 'ops', give: ['ID_NAME', 'EDU_PROGRESS', 'PLAN_TASKS'] }] });
  const { there } = await region('refer', {
    from: 'pcpr', to: 'ops', consent,
    sections: [['ID_NAME', 'Łucja Żółć'], ['EDU_PROGRESS', 'Zażółć gęślą jaźń: ćma, źrebię, śnieg, ńandu, ósmy.']],
  });
  await page.goto(`${base}/sprawy/${there}/druk`);
  const sheet = await printed(page, 'case');
  paper(found, sheet, sheet.pages, 'case', [there, POLISH, `1 z ${sheet.pages}`]);
  for (const text of [say('w-lock'), say('w-nav-directory')]) {
    if (sheet.text.includes(text)) found.push(`case: “${text}” of the screen is on paper`);
  }
  const number = await region('consent', { at: 'ops', subject: 'OPS/2026/953', name: 'Łucja Żółć', on: [{ to: 'sp3', give: GIVE }, { to: 'poz', give: GIVE }] });
  await region('withdraw', { at: 'ops', consent: number });
  await page.goto(`${base}/zgody/${number}/potwierdzenie`);
  const slip = await printed(page, 'withdrawal');
  const may = say('w-print-may-be-incomplete');
  paper(found, slip, slip.pages, 'withdrawal', ['Łucja Żółć', 'Szkoła Podstawowa nr 3', may]);
  await page.goto(`${base}/osoba/druk?numer=${encodeURIComponent('OPS/2026/953')}`);
  const person = await printed(page, 'person');
  paper(found, person, person.pages, 'what a person takes home', ['OPS/2026/953', may]);
}

export async function run({ browser, places }) {
  const found = [];
  const context = await fresh(browser);
  const { base, people } = places.ops;
  const page = await signIn(context, { base, ...people.anna });
  await consents(page, base, found).catch((error) => found.push(error.stack.split('\n').slice(0, 3).join(' ')));
  await others(page, base, found).catch((error) => found.push(error.stack.split('\n').slice(0, 3).join(' ')));
  await context.close();
  return found;
}
