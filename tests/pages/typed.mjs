// What is typed is not lost: two forms of one page, one of them refused; a session that ended in another window.
import { fresh, signIn } from './browser.mjs';
import { region, say } from './region.mjs';

const GIVE = ['ID_NAME', 'EDU_PROGRESS', 'PLAN_TASKS'];
/** The script keeps what is typed at least as often. */
const KEPT_MS = 21_000;

const button = (page, key) => page.getByRole('button', { name: say(key), exact: true }).first();
const pressed = (page, target) => Promise.all([page.waitForNavigation(), target.click()]);

/** Every field that does not hold what was typed. */
async function missing(page, typed) {
  const found = [];
  for (const [field, text] of Object.entries(typed)) {
    const value = await page.inputValue(field);
    if (value !== text) found.push(`${field} on ${page.url()} holds “${value}”, not “${text}”`);
  }
  return found;
}

/** One of two forms is refused, so that the page stands at another address; the script keeps both on the page's own. */
async function twoForms({ browser, places }) {
  const consent = await region('consent', { at: 'pcpr', on: [{ to: 'ops', give: GIVE }] });
  const { there } = await region('refer', { from: 'pcpr', to: 'ops', consent, sections: [['EDU_PROGRESS', 'Frekwencja 61 %.']] });
  const { base, people } = places.ops;
  const context = await fresh(browser);
  const page = await signIn(context, { base, ...people.anna });
  await page.clock.install();
  const typed = { '#uwaga': 'Brak miejsc do maja.', '#pytanie': 'Od kiedy trwają trudności?' };
  await page.goto(`${base}/sprawy/${there}/odpowiedz`);
  await page.fill('#uwaga', typed['#uwaga']);
  const form = page.locator('form[action$="/odrzuc"]');
  await form.locator('select[name=powod]').selectOption('R_NO_CAPACITY');
  await pressed(page, form.locator('button[type=submit]'));
  const found = page.url().endsWith('/odrzuc') ? [] : [`the refused form stands at ${page.url()}`];
  await page.fill('#pytanie', typed['#pytanie']);
  const kept = page.waitForResponse((answer) => answer.url().endsWith('/szkic'));
  await page.clock.runFor(KEPT_MS);
  await kept;
  await page.goto(`${base}/sprawy/${there}/odpowiedz`);
  found.push(...await missing(page, typed));
  await context.close();
  return found;
}

/** Somebody signs out in another window, then sends the form of this one: after signing in it is there again, unsent. */
async function otherWindow({ browser, places }, js) {
  const { base, people } = places.ops;
  const context = await fresh(browser, { js });
  const page = await signIn(context, { base, ...people.anna });
  const typed = { '#osoba': 'Nowa „Osoba” & Syn', '#do': 'Szkoła Podstawowa nr 3', '#opis': 'Zajęcia.\nDwa razy w tygodniu.' };
  await page.goto(`${base}/nowe`);
  for (const [field, text] of Object.entries(typed)) await page.fill(field, text);
  const other = await context.newPage();
  await other.goto(`${base}/skrzynka`);
  await pressed(other, button(other, 'w-leave'));
  await pressed(page, button(page, 'w-new-check'));
  const found = (await page.textContent('main')).includes(say('w-carried')) ? [] : ['the login page does not say that the text is kept'];
  await page.fill('#haslo', people.anna.password);
  await pressed(page, button(page, 'w-login-do'));
  found.push(...await missing(page, typed));
  await context.close();
  return found;
}

export async function run(given) {
  const parts = [
    ['two forms', () => twoForms(given)],
    ['another window', () => otherWindow(given, true)],
    ['another window, no script', () => otherWindow(given, false)],
  ];
  const failed = [];
  for (const [name, part] of parts) {
    const found = await part().catch((error) => [error.message.split('\n').slice(0, 3).join(' ')]);
    failed.push(...found.map((text) => `${name}: ${text}`));
  }
  return failed;
}
