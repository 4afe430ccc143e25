// Every screen in every state that it has, and how somebody comes there.
import { region, say } from './region.mjs';

const DAY_MS = 24 * 3600 * 1000;
// Nobody of the fixture has this name; of the other there are two.
const PERSON = 'Żaneta Jeżynowska';
const TWINS = 'Iwo Dwojak';

/** What the screens need, made once. */
export async function prepared(places) {
  const consent = (at, on, more = {}) => region('consent', { at, on, ...more });
  const give = ['ID_NAME', 'EDU_PROGRESS', 'PLAN_TASKS'];
  const pcpr = await consent('pcpr', [{ to: 'ops', give }]);
  const arrives = async () => (await region('refer', {
    from: 'pcpr', to: 'ops', consent: pcpr,
    sections: [['ID_NAME', 'Kacper Wrzosek'], ['EDU_PROGRESS', 'Zaległości z matematyki po chorobie.']],
  })).there;
  const own = await consent('ops', [{ to: 'sp3', give, receive: ['EDU_PROGRESS'] }, { to: 'poz', give }], { subject: 'OPS/2026/701', name: PERSON });
  for (const subject of ['OPS/2026/704', 'OPS/2026/705']) await consent('ops', [{ to: 'sp3', give }], { subject, name: TWINS });
  await region('cli', {
    at: 'ops',
    words: ['referral', 'send', '--to', 'sp3', '--subject', 'OPS/2026/701', '--consent', own, '--goal', 'Zajęcia z przyrody', '--section', `ID_NAME=${PERSON}`],
  });
  const ending = await consent('ops', [{ to: 'sp3', give }], { subject: 'OPS/2026/702', name: 'Iwo Kończący', days: 9 });
  const gone = await consent('ops', [{ to: 'sp3', give }], { subject: 'OPS/2026/703', name: 'Wanda Wycofana' });
  const closed = await region('refer', {
    from: 'ops', to: 'sp3', consent: gone, sections: [['ID_NAME', 'Wanda Wycofana'], ['EDU_PROGRESS', 'Frekwencja 61 %.']],
  });
  await region('withdraw', { at: 'ops', consent: gone });
  const [first, second, finished] = [await arrives(), await arrives(), await arrives()];
  await region('cli', { at: 'ops', words: ['referral', 'decline', finished, '--reason', 'R_NOT_COMPETENT'] });
  // Nobody gave a consent for this one, so it is held.
  await region('cli', {
    at: 'ops',
    words: ['referral', 'send', '--to', 'sp3', '--subject', 'OPS/2026/701', '--goal', 'Zajęcia wyrównawcze', '--section', `ID_NAME=${PERSON}`, '--section', 'FAMILY_SIT=Matka pracuje na zmiany.'],
  });
  await region('cli', { at: 'kpp', words: ['query', 'police', '--to', 'ops', '--subject', 'KPP/88', '--asked', 'CONTACT,FAMILY_COMP', '--section', 'ID_NAME=Anna Zawilska', '--question', 'Gdzie przebywa?', '--why', 'Dochodzenie', '--case-ref', 'Ds. 412/2026', '--officer', 'asp. Wilk'] });
  await region('settle');
  const apart = JSON.parse((await region('cli', { at: 'ops', words: ['case', 'list', '--apart', '--json'] })).out).cases[0]?.number;
  const list = JSON.parse((await region('cli', { at: 'ops', words: ['case', 'list', '--json'] })).out);
  const held = list.cases.find((one) => one.status === 'HELD')?.number;
  return { places, pcpr, own, ending, gone, closed, fresh: first, second, finished, held, apart };
}

const go = (path) => async (page, story, base) => {
  await page.goto(`${base}${typeof path === 'function' ? path(story) : path}`);
};
const at = (path, then) => async (page, story, base) => {
  await go(path)(page, story, base);
  await then(page, story, base);
};
const send = (form, name = null) => async (page) => {
  // The browser's own check of required fields is not what is tried here.
  await page.$$eval('form', (forms) => forms.forEach((one) => one.setAttribute('novalidate', '')));
  const one = name === null ? page.locator(`${form} button[type=submit]`).first() : page.getByRole('button', { name, exact: true });
  await Promise.all([page.waitForNavigation(), one.click()]);
};
const wrote = (more, then = () => send('', say('w-new-check'))) => at('/nowe', async (page, story, base) => {
  // The draft of the state before waits here.
  for (const left of await page.locator('main textarea').all()) await left.fill('');
  await page.fill('#osoba', more.person ?? PERSON);
  await page.fill('#do', more.to ?? 'Szkoła Podstawowa nr 3');
  await page.fill('#opis', 'Proszę o zajęcia wyrównawcze z matematyki.');
  for (const [category, text] of Object.entries(more.parts ?? {})) await page.fill(`textarea[name$="${category}"]`, text);
  await then()(page, story, base);
});

async function newcomer(page, code) {
  await page.fill('#kod', code);
  await page.fill('#osoba', 'Iga Buk');
  await page.fill('#nowy-login', 'iga');
  await page.fill('#nowe', 'cztery koła u wozu');
  await page.fill('#powtorz', 'cztery koła u wozu');
  await send('main form')(page);
}

/**
 * `who` is `[institution, login]`; without a login nobody is signed in. `shows` proves that the state is the one that
 * its name says; where it is not given, the address does. `posted` marks what only a form leads to: tools that load an
 * address by themselves leave it out.
 */
export const STATES = [
  { screen: 'N1', state: 'empty', who: ['ops'], open: go('/logowanie') },
  { screen: 'N1', state: 'wrong password', who: ['ops'], posted: true, open: at('/logowanie', async (page) => {
    await page.fill('#login', 'nikt');
    await page.fill('#haslo', 'nie to hasło na pewno');
    await send('main form')(page);
  }) },
  { screen: 'N1b', state: 'second factor', who: ['ops'], posted: true, open: at('/logowanie', async (page, { places }) => {
    await page.fill('#login', places.ops.people.olga.login);
    await page.fill('#haslo', places.ops.people.olga.password);
    await send('main form')(page);
  }) },
  { screen: 'N1c', state: 'own password', who: ['ops', 'ewa'], open: go('/haslo') },
  { screen: 'N1f', state: 'paper code', who: ['gok'], open: go('/pierwszy') },
  { screen: 'N1f', state: 'wrong paper code', who: ['gok'], posted: true, open: at('/pierwszy', async (page) => {
    await newcomer(page, 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAA');
  }) },
  { screen: 'N1g', state: 'recovery sheets', who: ['gok'], posted: true, open: at('/pierwszy', async (page, { places }) => {
    await newcomer(page, places.gok.code);
  }) },
  { screen: 'N1e', state: 'printed codes', who: ['ops', 'marta'], posted: true, open: at('/drugi-skladnik/ustaw', async (page, { places }) => {
    await page.locator('form[action$="/arkusz"] input[type=password]').fill(places.ops.people.marta.password);
    await send('form[action$="/arkusz"]')(page);
  }) },
  { screen: 'N1e', state: 'second factor set up', who: ['ops', 'ewa'], open: go('/drugi-skladnik/ustaw') },

  { screen: 'N2', state: 'many', who: ['ops', 'anna'], open: go('/skrzynka') },
  { screen: 'N2', state: 'empty', who: ['poz', 'anna'], open: go('/skrzynka') },
  { screen: 'N2', state: 'sent', who: ['ops', 'anna'], open: go('/skrzynka?pokaz=wyslane') },
  { screen: 'N2', state: 'nothing found', who: ['ops', 'anna'], posted: true, open: at('/skrzynka', async (page) => {
    await page.fill('#szukaj', 'xyzxyz');
    await send('form.szukaj')(page);
  }) },
  { screen: 'N2c', state: 'all cases', who: ['ops', 'anna'], open: go('/sprawy') },
  { screen: 'N2', state: 'few', who: ['sp3', 'anna'], shows: 'tbody tr', open: go('/skrzynka') },
  { screen: 'N2a', state: 'apart, empty', who: ['poz', 'anna'], open: go('/osobne') },
  { screen: 'N2a', state: 'apart', who: ['ops', 'anna'], open: go('/osobne') },

  { screen: 'N3', state: 'empty', who: ['ops', 'anna'], open: go('/nowe') },
  { screen: 'N3', state: 'nothing filled', who: ['ops', 'anna'], posted: true, open: at('/nowe', send('', say('w-new-check'))) },
  { screen: 'N3', state: 'from a case', who: ['ops', 'anna'], open: go((story) => `/nowe?sprawa=${story.held}`) },
  { screen: 'N3s', state: 'what needs no consent', who: ['ops', 'anna'], open: go('/nowe/ustawowe') },
  { screen: 'N3s', state: 'Niebieska Karta', who: ['ops', 'anna'], open: go('/nowe/ustawowe?rodzaj=NK_A') },
  { screen: 'N3s', state: 'alert', who: ['ops', 'anna'], open: go('/nowe/ustawowe?rodzaj=ALERT') },
  { screen: 'N3s', state: 'signal', who: ['ops', 'anna'], open: go('/nowe/ustawowe?rodzaj=SIGNAL') },
  { screen: 'N4', state: 'which person', who: ['ops', 'anna'], posted: true, shows: 'text=OPS/2026/705', open: wrote({ person: TWINS, parts: { EDU_PROGRESS: 'Zaległości z matematyki.' } }) },
  { screen: 'N4', state: 'ready', who: ['ops', 'anna'], posted: true, shows: `button:text-is("${say('w-send')}")`, open: wrote({ parts: { EDU_PROGRESS: 'Zaległości z matematyki.' } }) },
  { screen: 'N4', state: 'stranger', who: ['ops', 'anna'], posted: true, open: wrote({ person: 'Nikt Taki' }) },
  { screen: 'N4', state: 'two institutions', who: ['ops', 'anna'], posted: true, open: wrote({ to: 'Przychodnia' }) },
  { screen: 'N7', state: 'outside the consent', who: ['ops', 'anna'], posted: true, shows: 'text=WZ-ZGO-002', open: wrote({ parts: { FAMILY_SIT: 'Matka pracuje na zmiany.' } }) },
  { screen: 'N7', state: 'held', who: ['ops', 'anna'], shows: 'text=WZ-ZGO-002', open: go((story) => `/sprawy/${story.held}`) },
  { screen: 'N5', state: 'sent', who: ['ops', 'anna'], posted: true, shows: `h1:has-text("${say('w-sent-title')}")`, open: wrote({ parts: { EDU_PROGRESS: 'Zaległości z polskiego.' } }, () => async (page, story, base) => {
    await send('', say('w-new-check'))(page, story, base);
    await send('', say('w-send'))(page, story, base);
  }) },

  { screen: 'N6', state: 'new', who: ['ops', 'anna'], open: go((story) => `/sprawy/${story.fresh}`) },
  { screen: 'N6', state: 'refused', who: ['ops', 'anna'], open: go((story) => `/sprawy/${story.finished}`) },
  { screen: 'N6', state: 'consent withdrawn', who: ['ops', 'anna'], open: go((story) => `/sprawy/${story.closed.here}`) },
  { screen: 'N6', state: 'consent withdrawn, recipient', who: ['sp3', 'anna'], open: go((story) => `/sprawy/${story.closed.there}`) },
  { screen: 'N6p', state: 'print', who: ['ops', 'anna'], open: go((story) => `/sprawy/${story.fresh}/druk`) },
  { screen: 'N6o', state: 'for the person', who: ['ops', 'anna'], open: go('/osoba/druk?numer=OPS%2F2026%2F701') },
  { screen: 'N6d', state: 'who sees it', who: ['ops', 'anna'], open: go((story) => `/sprawy/${story.fresh}/dostep`) },
  { screen: 'N6', state: 'apart', who: ['ops', 'anna'], open: go((story) => `/sprawy/${story.apart}`) },
  { screen: 'N6p', state: 'print, apart', who: ['ops', 'anna'], open: go((story) => `/sprawy/${story.apart}/druk`) },
  { screen: 'N8r', state: 'reply', who: ['ops', 'anna'], open: go((story) => `/sprawy/${story.apart}/odpisz`) },
  { screen: 'N8r', state: 'reply, empty', who: ['ops', 'anna'], posted: true,
    open: at((story) => `/sprawy/${story.apart}/odpisz`, send('form[action$="/odpisz"]')) },
  { screen: 'N8', state: 'answer', who: ['ops', 'anna'], open: go((story) => `/sprawy/${story.fresh}/odpowiedz`) },
  { screen: 'N8', state: 'no reason', who: ['ops', 'anna'], posted: true,
    open: at((story) => `/sprawy/${story.fresh}/odpowiedz`, send('form[action$="/odrzuc"]')) },
  { screen: 'N8f', state: 'forward', who: ['ops', 'anna'], open: go((story) => `/sprawy/${story.fresh}/przekaz`) },

  { screen: 'N9', state: 'many', who: ['ops', 'anna'], open: go('/zgody') },
  { screen: 'N9', state: 'nothing found', who: ['ops', 'anna'], open: go('/zgody?szukaj=xyzxyz') },
  { screen: 'N9', state: 'empty', who: ['poz', 'anna'], open: go('/zgody') },
  { screen: 'N9c', state: 'in force', who: ['ops', 'anna'], open: go((story) => `/zgody/${story.own}`) },
  { screen: 'N9c', state: 'ends soon', who: ['ops', 'anna'], open: go((story) => `/zgody/${story.ending}`) },
  { screen: 'N9c', state: 'withdrawn', who: ['ops', 'anna'], open: go((story) => `/zgody/${story.gone}`) },
  { screen: 'N9k', state: 'check a code', who: ['ops', 'anna'], open: go('/zgody/sprawdz') },
  { screen: 'N9k', state: 'no code', who: ['ops', 'anna'], posted: true, open: at('/zgody/sprawdz', async (page) => {
    await page.fill('#kod', 'to nie jest kod');
    await send('main form[action="/zgody/sprawdz"]')(page);
  }) },
  { screen: 'N10', state: 'empty', who: ['ops', 'anna'], open: go('/zgody/nowa') },
  { screen: 'N10', state: 'nothing filled', who: ['ops', 'anna'], posted: true, open: at('/zgody/nowa', send('', say('w-consent-prepare'))) },
  { screen: 'N10d', state: 'sheet', who: ['ops', 'anna'], open: go((story) => `/zgody/${story.own}/druk`) },
  { screen: 'N11', state: 'effects', who: ['ops', 'anna'], open: go((story) => `/zgody/${story.own}/wycofaj`) },
  { screen: 'N11p', state: 'slip', who: ['ops', 'anna'], open: go((story) => `/zgody/${story.gone}/potwierdzenie`) },

  { screen: 'N13', state: 'many', who: ['ops', 'anna'], open: go('/katalog') },
  { screen: 'N13', state: 'nothing found', who: ['ops', 'anna'], open: go('/katalog?szukaj=xyzxyz') },
  { screen: 'N13c', state: 'card', who: ['ops', 'anna'], open: go('/katalog/sp3') },
  { screen: 'N15', state: 'worker', who: ['ops', 'anna'], open: go('/stan') },
  { screen: 'N15', state: 'administrator', who: ['ops', 'marek'], open: go('/stan') },
  { screen: 'N16', state: 'many', who: ['ops', 'anna'], open: go('/ludzie') },
  { screen: 'N16', state: 'administrator', who: ['ops', 'marek'], open: go('/ludzie') },
  { screen: 'N16n', state: 'new', who: ['ops', 'marek'], open: go('/ludzie/nowe') },
  { screen: 'N16n', state: 'nothing filled', who: ['ops', 'marek'], posted: true, open: at('/ludzie/nowe', send('main form')) },
  { screen: 'N16n', state: 'first password', who: ['ops', 'marek'], posted: true, open: at('/ludzie/nowe', async (page) => {
    await page.fill('#osoba', 'Nowa Osoba');
    await page.fill('#nowy-login', `nowa${Date.now() % 100_000}`);
    await page.selectOption('#rola', 'ADMINISTRATOR');
    await page.selectOption('#zawod', 'ADMIN_IT');
    await send('main form')(page);
  }) },
  { screen: 'N16p', state: 'person, by the kierownik', who: ['ops', 'anna'], open: go('/ludzie/ewa') },
  { screen: 'N16p', state: 'person, by the administrator', who: ['ops', 'marek'], open: go('/ludzie/ewa') },
  { screen: 'N16p', state: 'oneself', who: ['ops', 'ewa'], open: go('/ludzie/ewa') },
  { screen: 'N16r', state: 'recovery', who: ['ops', 'marek'], open: go('/odzyskaj') },
  { screen: 'N16t', state: 'trail', who: ['ops', 'irena'], open: go('/slad') },
  { screen: 'N16t', state: 'trail checked', who: ['ops', 'irena'], open: go('/slad/sprawdz') },
  { screen: 'N18', state: 'declaration', who: ['ops'], open: go('/deklaracja-dostepnosci') },
  { screen: 'N19', state: 'help', who: ['ops', 'anna'], open: go('/pomoc') },
  { screen: 'N0', state: 'no such page', who: ['ops', 'anna'], open: go('/nie-ma') },
  { screen: 'N0', state: 'not for this role', who: ['ops', 'marek'], open: go('/skrzynka') },
  // From here on time and cables change what the others show.
  { screen: 'N2', state: 'offline', who: ['ops', 'anna'], before: () => region('cut', { at: 'ops' }).then(() => region('pass', { ms: 120_000 })), open: go('/skrzynka') },
  { screen: 'N9', state: 'offline', who: ['ops', 'anna'], open: go('/zgody') },
  { screen: 'N15', state: 'offline', who: ['ops', 'anna'], open: go('/stan'), after: () => region('heal', { at: 'ops' }).then(() => region('settle')) },
  { screen: 'N9c', state: 'expired', who: ['ops', 'anna'], before: () => region('pass', { ms: 20 * DAY_MS }), again: true, open: go((story) => `/zgody/${story.ending}`) },
  { screen: 'N2', state: 'late', who: ['ops', 'anna'], shows: 'text=po terminie >> nth=1', open: go('/skrzynka') },
  { screen: 'N1d', state: 'locked', who: ['ops', 'anna'], before: () => region('pass', { ms: 11 * 60_000 }), posted: true, open: go('/skrzynka') },
];
