// Failures provoked end to end: the page and the command line show one code and one text, in three languages.
import { fresh, signIn } from './browser.mjs';
import { region, say } from './region.mjs';

const LANGUAGES = ['pl', 'en', 'uk'];
const DAY_MS = 24 * 3600 * 1000;
const GIVE = ['ID_NAME', 'EDU_PROGRESS', 'PLAN_TASKS'];

/** Numbers of cases differ between two tries of the same thing; nothing else may. */
const flat = (text) => text.replace(/\b([WZ])-[0-9A-Z]{6}\b/g, '$1-…').replace(/\s+/g, ' ').trim();

/** What a page tells of a refusal: its code and every sentence. */
async function told(page) {
  return page.evaluate(() => {
    const box = document.querySelector('main .klopot');
    if (box === null) return null;
    const code = box.querySelector('.kod');
    const name = code?.textContent.match(/WZ-[A-Z]+-\d+/)?.[0];
    code?.remove();
    const heading = box.querySelector('h2, strong').textContent.trim();
    return { code: name, texts: [heading, ...[...box.querySelectorAll('dd')].map((one) => one.textContent.trim())] };
  });
}

const pressed = (page, name) => Promise.all([page.waitForNavigation(), page.getByRole('button', { name, exact: true }).first().click()]);

/** Writes a referral in the form and presses on as far as it goes. */
async function written(page, base, tag, { person, to = 'Szkoła Podstawowa nr 3', parts, halt = false, here = false }) {
  if (!here) {
    await page.goto(`${base}/nowe`);
    // What an earlier try left behind.
    if (await page.getByRole('button', { name: say('w-new-fresh', {}, tag) }).isVisible()) {
      await pressed(page, say('w-new-fresh', {}, tag));
      await page.goto(`${base}/nowe`);
    }
    await page.fill('#osoba', person);
  }
  await page.fill('#do', to);
  await page.fill('#opis', 'Zajęcia wyrównawcze');
  for (const [category, text] of Object.entries(parts)) await page.fill(`textarea[name$="${category}"]`, text);
  await pressed(page, say('w-new-check', {}, tag));
  if (halt) return;
  if (await page.getByRole('button', { name: say('w-send', {}, tag), exact: true }).isVisible()) await pressed(page, say('w-send', {}, tag));
}

const sends = (to, subject, ...more) => ['referral', 'send', '--to', to, '--subject', subject, '--goal', 'Zajęcia wyrównawcze', ...more];
const part = (category, text) => ['--section', `${category}=${text}`];

const consent = (subject, name, more = {}) => region('consent', { at: 'ops', subject, name, on: [{ to: 'sp3', give: GIVE }], ...more });

async function opened() {
  const story = {
    scope: await consent('OPS/2026/602', 'Łukasz Zakres'),
    expired: await consent('OPS/2026/603', 'Ewelina Wygasła', { days: 1 }),
    other: await consent('OPS/2026/605', 'Oda Odbiorca'),
    pcpr: await region('consent', { at: 'pcpr', on: [{ to: 'ops', give: GIVE }] }),
  };
  story.arrives = async () => (await region('refer', { from: 'pcpr', to: 'ops', consent: story.pcpr, sections: [['EDU_PROGRESS', 'Frekwencja 61 %.']] })).there;
  await region('pass', { ms: 2 * DAY_MS });
  return story;
}

const EDU = { EDU_PROGRESS: 'Frekwencja 61 %.' };

/** Each: the code, how a page comes to it, and the words that come to it at the command line. */
const FAILURES = [
  { code: 'WZ-ZGO-001', page: (page, base, tag) => written(page, base, tag, { person: 'OPS/2026/601', parts: EDU }),
    words: () => sends('sp3', 'OPS/2026/601', ...part('EDU_PROGRESS', 'Frekwencja 61 %.')) },
  { code: 'WZ-ZGO-002', page: (page, base, tag) => written(page, base, tag, { person: 'OPS/2026/602', parts: { FAMILY_SIT: 'Matka pracuje.' } }),
    words: (story) => sends('sp3', 'OPS/2026/602', '--consent', story.scope, ...part('FAMILY_SIT', 'Matka pracuje.'), ...part('ID_NAME', 'Łukasz Zakres')) },
  { code: 'WZ-ZGO-003', page: (page, base, tag) => written(page, base, tag, { person: 'OPS/2026/603', parts: EDU }),
    words: (story) => sends('sp3', 'OPS/2026/603', '--consent', story.expired, ...part('EDU_PROGRESS', 'Frekwencja 61 %.')) },
  { code: 'WZ-ZGO-004', page: async (page, base, tag, story) => {
    // Withdrawn between the review and the last click.
    story.withdrawn = await consent('OPS/2026/604', 'Wit Wycofany');
    await written(page, base, tag, { person: 'Wit Wycofany', parts: EDU, halt: true });
    await region('withdraw', { at: 'ops', consent: story.withdrawn });
    await pressed(page, say('w-send', {}, tag));
  }, words: (story) => sends('sp3', 'OPS/2026/604', '--consent', story.withdrawn, ...part('EDU_PROGRESS', 'Frekwencja 61 %.')) },
  { code: 'WZ-ZGO-005', page: async (page, base, tag, story) => {
    await page.goto(`${base}/nowe?osoba=${story.other}&do=poz&podstawa=${story.other}`);
    await written(page, base, tag, { to: 'Przychodnia Zdrowie', parts: EDU, here: true });
  }, words: (story) => sends('poz', 'OPS/2026/605', '--consent', story.other, ...part('EDU_PROGRESS', 'Frekwencja 61 %.')) },
  { code: 'WZ-ZGO-009', page: async (page, base, tag) => {
    await page.goto(`${base}/nowe/ustawowe?rodzaj=ALERT`);
    await page.fill('#osoba', 'OPS/2026/606');
    await page.fill('#do', 'Komenda Powiatowa Policji');
    await page.fill('#opis', 'Krzyki w mieszkaniu.');
    await pressed(page, say('w-new-check', {}, tag));
    const on = page.getByRole('button', { name: say('w-send', {}, tag), exact: true });
    if (await on.isVisible()) await pressed(page, say('w-send', {}, tag));
  }, words: () => ['report', 'alert', '--to', 'kpp', '--subject', 'OPS/2026/606', '--incident', 'Krzyki w mieszkaniu.'] },
  { code: 'WZ-SPR-002', page: async (page, base, tag, story) => {
    // Passed on by a page whose address is still in a bookmark, when the case is over.
    story.over = await story.arrives();
    await region('cli', { at: 'ops', words: ['referral', 'decline', story.over, '--reason', 'R_NOT_COMPETENT'] });
    await page.goto(`${base}/sprawy/${story.over}/przekaz`);
    await page.selectOption('select[name=do]', 'sp3').catch(() => page.fill('[name=do]', 'Szkoła Podstawowa nr 3'));
    await pressed(page, say('w-forward', {}, tag));
  }, words: (story) => ['referral', 'forward', story.over, '--to', 'sp3', '--subject', 'OPS/2026/114', '--goal', 'Zajęcia wyrównawcze', ...part('EDU_PROGRESS', 'Frekwencja 61 %.')] },
  { code: 'WZ-SPR-001', page: async (page, base, tag, story) => {
    // Two windows: one still shows what the other one has ended.
    story.seen = await story.arrives();
    await page.goto(`${base}/sprawy/${story.seen}/odpowiedz`);
    await region('cli', { at: 'ops', words: ['referral', 'decline', story.seen, '--reason', 'R_NOT_COMPETENT'] });
    await pressed(page, say('w-accept', {}, tag));
  }, words: null },
  { code: 'WZ-SPR-004', page: async (page, base, tag, story) => {
    story.bare ??= await story.arrives();
    await page.goto(`${base}/sprawy/${story.bare}/odpowiedz`);
    const form = page.locator('form[action$="/odrzuc"]');
    await form.locator('select[name=powod]').selectOption('R_NO_CAPACITY');
    await Promise.all([page.waitForNavigation(), form.locator('button[type=submit]').click()]);
  }, words: (story) => ['referral', 'decline', story.bare, '--reason', 'R_NO_CAPACITY'] },
  { code: 'WZ-UPR-005', alone: true, page: async (page, base, tag) => {
    await page.goto(`${base}/logowanie?jezyk=${tag}`);
    await page.fill('#login', `nikt-${tag}`);
    await page.fill('#haslo', 'nie to hasło na pewno');
    await pressed(page, say('w-login-do', {}, tag));
  }, words: (story, tag) => ['login', `nikt-${tag}`], unseen: 'nie to hasło na pewno' },
  { code: 'WZ-WEJ-005', page: (page, base) => page.goto(`${base}/sprawy/W-ZZZZZZ`), words: () => ['case', 'show', 'W-ZZZZZZ'] },
  { code: 'WZ-ZGO-020', page: (page, base, tag) => written(page, base, tag, { person: 'OPS/2026/602', to: 'Komenda Powiatowa Policji', parts: EDU }),
    words: (story) => sends('kpp', 'OPS/2026/602', '--consent', story.scope, ...part('EDU_PROGRESS', 'Frekwencja 61 %.')) },
];

/** Provokes one failure in one language; returns what is wrong with it. */
async function tried(failure, tag, { context, base, story }) {
  const page = await context.newPage();
  try {
    await failure.page(page, base, tag, story);
    const seen = await told(page);
    if (seen?.code !== failure.code) {
      const main = (await page.textContent('main')).replace(/\s+/g, ' ');
      return [`the page shows ${seen?.code} ${seen?.texts[0]} on ${page.url()}: ${main.slice(60, 300)}`];
    }
    if (failure.words === null) return [];
    const more = failure.unseen ? { unseen: failure.unseen } : {};
    const typed = await region('cli', { at: 'ops', words: [...failure.words(story, tag), '--lang', tag], ...more });
    const said = flat(`${typed.out} ${typed.err}`);
    const out = seen.texts.filter((text) => !said.includes(flat(text))).map((text) => `only the page says “${text}”: ${said.slice(0, 300)}`);
    if (typed.code === 0 || !said.includes(failure.code)) out.push(`the command says ${typed.code} ${said.slice(0, 200)}`);
    return out;
  } catch (error) {
    const main = (await page.textContent('main').catch(() => '')).replace(/\s+/g, ' ');
    return [`${error.message.split('\n')[0]} on ${page.url()}: ${main.slice(60, 360)}`];
  } finally {
    await page.close();
  }
}

export async function run({ browser, places }) {
  const failed = [];
  const story = await opened();
  const { base, people } = places.ops;
  const only = (process.env.WIEZ_CODES ?? '').split(',').filter(Boolean);
  const strange = only.filter((code) => !FAILURES.some((one) => one.code === code));
  if (strange.length > 0) return [`no failure is called ${strange.join(', ')}`];
  const wanted = FAILURES.filter((one) => only.length === 0 || only.includes(one.code));
  const worse = new Set();
  for (const tag of LANGUAGES) {
    const [context, stranger] = [await fresh(browser), await fresh(browser)];
    context.setDefaultTimeout(8_000);
    const page = await signIn(context, { base, ...people.anna });
    await page.goto(`${base}/pomoc?jezyk=${tag}`);
    for (const failure of wanted) {
      const found = await tried(failure, tag, { context: failure.alone ? stranger : context, base, story });
      if (found.length > 0) worse.add(failure.code);
      failed.push(...found.map((text) => `${failure.code} (${tag}): ${text}`));
    }
    await context.close();
    await stranger.close();
  }
  console.log(`  ${wanted.length - worse.size} of ${wanted.length} failures read the same on page and command line, in ${LANGUAGES.join(', ')}`);
  return failed;
}
