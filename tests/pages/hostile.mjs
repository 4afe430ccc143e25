// What an attacker tries in a browser: W04, W05, W06, W09, W10, W11 and E28 of the team's catalogue.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fresh, signIn, started } from './browser.mjs';
import { watch } from './checks.mjs';
import { need, region, say } from './region.mjs';

/** Text of an attacker: markup, a script, a formula, a template, an entity. It has to come out as it went in. */
const HOSTILE = '=cmd|!A0 "\'><script>document.title="x"</script><img src=x onerror=document.title=1>{{7*7}}&lt;</textarea>';
const TRIES = 1_000;
/** As many at one time as one address may have open; what comes on top is not even answered. */
const agent = new Agent({ maxSockets: 48 });

const fail = (found, holds, text) => { if (!holds) found.push(text); };

/** Nothing of an attacker runs or becomes an element, and the text is there to read. */
async function inert(page, seen, where, found, shown = true) {
  const state = await page.evaluate(() => ({
    title: document.title, images: document.images.length, scripts: [...document.scripts].map((one) => one.src),
    svg: document.querySelectorAll('svg:not(.qr)').length, handlers: document.querySelectorAll('[onerror],[onload],[onclick]').length,
    text: document.body.innerText, values: [...document.querySelectorAll('input,textarea')].map((one) => one.value).join('\n'),
  }));
  fail(found, state.title.endsWith(' – Więź'), `${where}: the title became ${state.title}`);
  fail(found, state.images === 0 && state.svg === 0 && state.handlers === 0, `${where}: foreign elements`);
  fail(found, state.scripts.length === 1 && state.scripts[0].startsWith(new URL(page.url()).origin), `${where}: scripts ${state.scripts}`);
  const flat = (text) => text.replace(/\s+/g, ' ');
  if (shown) fail(found, flat(state.text + state.values).includes(flat(HOSTILE)), `${where}: the text is not shown as it came`);
  fail(found, seen.errors.length === 0, `${where}: ${seen.errors.join(' ')}`);
}

/** W05, E28: every field of a received referral, and every page that shows or repeats it. */
async function everyField({ browser, places }) {
  const found = [];
  const { there, here } = await region('hostile', { text: HOSTILE });
  const context = await fresh(browser);
  await signIn(context, { base: places.ops.base, ...places.ops.people.anna });
  const page = await context.newPage();
  const seen = watch(page);
  const { base } = places.ops;
  await page.goto(`${base}/skrzynka`);
  await inert(page, seen, 'inbox', found, false);
  for (const path of ['', '/odpowiedz', '/przekaz', '/druk']) {
    const answer = await page.goto(`${base}/sprawy/${there}${path}`);
    if (answer.status() === 404 && path === '/druk') continue;
    await inert(page, seen, `case${path}`, found, path !== '/odpowiedz');
  }
  await page.goto(`${base}/sprawy/${there}/odpowiedz`);
  await page.fill('#pytanie', HOSTILE);
  await Promise.all([page.waitForNavigation(), page.locator('form[action$="/pytanie"] button').click()]);
  await inert(page, seen, 'question sent', found, false);
  await page.goto(`${base}/sprawy/${there}`);
  await inert(page, seen, 'case with a question', found);
  await region('settle');
  const other = await fresh(browser);
  await signIn(other, { base: places.pcpr.base, ...places.pcpr.people.anna });
  const theirs = await other.newPage();
  const theirSeen = watch(theirs);
  await theirs.goto(`${places.pcpr.base}/sprawy/${here}`);
  await inert(theirs, theirSeen, 'case of the sender', found);
  for (const path of ['/logowanie?jezyk=%22%3E%3Cscript%3E', '/katalog?szukaj=%3Cscript%3Ealert(1)%3C/script%3E', `/sprawy/${there}?zrobione=%3Cb%3E`]) {
    await page.goto(`${base}${path}`);
    await inert(page, seen, path, found, false);
  }
  await context.close();
  await other.close();
  return found;
}

/** W04: cookies, fixation, idle time. */
async function sessions({ browser, places }) {
  const found = [];
  const { base, people } = places.poz;
  const context = await fresh(browser);
  const planted = { name: '__Host-wiez', value: 'a'.repeat(64), url: `${base.replace('http:', 'https:')}/`, secure: true, httpOnly: true, sameSite: 'Strict' };
  await context.addCookies([planted]).catch(() => {});
  const page = await signIn(context, { base, ...people.anna });
  const mine = (await context.cookies(base)).find((one) => one.name.endsWith('wiez'));
  fail(found, mine !== undefined, 'no cookie of the session');
  fail(found, mine?.secure && mine.httpOnly && mine.sameSite === 'Strict' && mine.path === '/', `the cookie is ${JSON.stringify({ ...mine, value: '…' })}`);
  fail(found, mine?.value !== planted.value, 'a planted session counts');
  await page.goto(`${base}/skrzynka`);
  await region('pass', { ms: 11 * 60_000 });
  await page.goto(`${base}/skrzynka`);
  fail(found, page.url().endsWith('/blokada'), `after 11 idle minutes ${page.url()} is open`);
  await region('pass', { ms: 12 * 3600_000 });
  await page.goto(`${base}/skrzynka`);
  fail(found, page.url().endsWith('/logowanie'), `after 12 hours ${page.url()} is open`);
  await context.close();
  return found;
}

/** W06: a case of others is a page that does not exist, and is in no list. */
async function others({ browser, places, canary }) {
  const found = [];
  const { base, people } = places.ops;
  const context = await fresh(browser);
  const page = await signIn(context, { base, ...people.iga });
  const texts = [];
  for (const number of [canary.there, 'W-ZZZZZZ']) {
    for (const path of ['', '/odpowiedz', '/przekaz', '/druk']) {
      const answer = await page.goto(`${base}/sprawy/${number}${path}`);
      fail(found, answer.status() === 404, `/sprawy/${number}${path} is ${answer.status()}`);
      texts.push((await page.textContent('main')).replaceAll(number, ''));
    }
  }
  fail(found, texts.slice(0, 4).join() === texts.slice(4).join(), `a hidden case and none are told apart: ${texts[0].slice(0, 120)}`);
  for (const path of ['/skrzynka', '/skrzynka?pokaz=wszystkie', '/sprawy']) {
    await page.goto(`${base}${path}`);
    fail(found, !(await page.content()).includes(canary.there), `${path} shows the case`);
  }
  await context.close();
  return found;
}

/** W10: after signing out nothing can be read again, neither by the back button nor from the disk. */
async function afterwards({ places, canary }) {
  const found = [];
  const { chromium } = need('playwright-core');
  for (const js of [true, false]) {
    const folder = mkdtempSync(join(tmpdir(), 'wiez-profile-'));
    const context = await chromium.launchPersistentContext(folder, {
      ...started, javaScriptEnabled: js, ignoreDefaultArgs: ['--disable-back-forward-cache'],
    });
    const page = await signIn(context, { base: places.ops.base, ...places.ops.people.anna });
    await page.goto(`${places.ops.base}/sprawy/${canary.there}`);
    fail(found, (await page.textContent('main')).includes(canary.text), 'the text is not on the page to begin with');
    await Promise.all([page.waitForURL('**/logowanie*'), page.getByRole('button', { name: say('w-leave') }).click()]);
    await page.goBack().catch(() => {});
    await page.waitForTimeout(700);
    fail(found, !(await page.content()).includes(canary.text), `script ${js}: the back button shows the case`);
    await page.goto(`${places.ops.base}/sprawy/${canary.there}`);
    fail(found, page.url().includes('/logowanie'), `script ${js}: ${page.url()} is open after signing out`);
    await context.close();
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    const needle = Buffer.from(canary.text);
    const leaks = files.filter((one) => readFileSync(join(one.parentPath ?? one.path, one.name)).includes(needle));
    fail(found, leaks.length === 0, `script ${js}: on the disk in ${leaks.map((one) => one.name)}`);
    rmSync(folder, { recursive: true, force: true });
  }
  return found;
}

function post(base, path, fields) {
  const body = new URLSearchParams(fields).toString();
  const { hostname, port, origin } = new URL(base);
  return new Promise((resolve, reject) => {
    const one = request({ agent, hostname, port, path, method: 'POST', headers: { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body) } }, (answer) => {
      let text = '';
      answer.on('data', (part) => { text += part; });
      answer.on('end', () => resolve({ status: answer.statusCode, retry: answer.headers['retry-after'], text }));
    });
    one.on('error', reject);
    one.end(body);
  });
}

/** W09: a thousand wrong passwords at once are throttled, and the right one counts afterwards. */
async function guessed({ places }) {
  const found = [];
  const { base, people } = places.kpp;
  const wrong = { login: people.adam.login, haslo: 'zupełnie nie to hasło' };
  const answers = await Promise.all(Array.from({ length: TRIES }, () => post(base, '/logowanie', wrong).catch((error) => ({ status: 0, text: error.code }))));
  const by = new Map();
  for (const one of answers) {
    const kind = `${one.status} ${/WZ-[A-Z]+-\d+/.exec(one.text)?.[0] ?? ''}`;
    by.set(kind, (by.get(kind) ?? 0) + 1);
  }
  const told = [...by].map(([kind, many]) => `${kind}: ${many}`).join(', ');
  console.log(`  ${TRIES} wrong passwords in parallel: ${told}`);
  fail(found, answers.every((one) => one.status >= 400 || one.status === 0), 'a wrong password opened something');
  const looked = answers.filter((one) => one.text.includes('WZ-UPR-005')).length;
  fail(found, looked <= 20, `${looked} of ${TRIES} passwords were looked at`);
  const waits = answers.find((one) => one.text.includes('WZ-UPR-006'));
  fail(found, waits !== undefined && /\d{1,2}:\d{2}/.test(waits.text), 'nobody is told when to try again');
  const right = { login: people.adam.login, haslo: people.adam.password };
  fail(found, (await post(base, '/logowanie', right)).status !== 303, 'the throttle lets the right password through at once');
  await region('pass', { ms: 3 * 3600_000 });
  const late = await post(base, '/logowanie', right);
  fail(found, late.status === 303, `three hours later the right password is answered ${late.status}`);
  const alive = await new Promise((resolve) => request(`${base}/logowanie`, (answer) => resolve(answer.statusCode)).end());
  fail(found, alive === 200, 'the pages do not answer any more');
  return found;
}

/** W11: no page of ours opens in a frame. */
async function framed({ browser, places }) {
  const context = await fresh(browser);
  const page = await context.newPage();
  await page.route('http://obca.example/', (route) => route.fulfill({ contentType: 'text/html', body: `<title>x</title><iframe src="${places.ops.base}/logowanie"></iframe>` }));
  await page.goto('http://obca.example/');
  await page.waitForTimeout(500);
  const inside = page.frames().find((one) => one !== page.mainFrame());
  const text = await inside?.content().catch(() => '') ?? '';
  await context.close();
  return text.includes('name="haslo"') ? ['a frame of somebody else shows the login page'] : [];
}

export async function run(story) {
  const consent = await region('consent', { at: 'pcpr', on: [{ to: 'ops', give: ['ID_NAME', 'EDU_PROGRESS', 'PLAN_TASKS'] }] });
  const text = 'KANAREK-7431 w klatce';
  const sent = await region('refer', { from: 'pcpr', to: 'ops', consent, sections: [['EDU_PROGRESS', text]] });
  const all = { ...story, canary: { ...sent, text } };
  const failed = [];
  for (const [name, attack] of Object.entries({ W05: everyField, W06: others, W10: afterwards, W11: framed, W04: sessions, W09: guessed })) {
    const found = await attack(all).catch((error) => [error.stack.split('\n').slice(0, 3).join(' ')]);
    console.log(`  ${name} ${found.length === 0 ? 'ok' : 'FAILED'}`);
    failed.push(...found.map((one) => `${name}: ${one}`));
  }
  return failed;
}
