// C1-C9 and C11 of a case worker's day, counted: with and without script, by mouse and by keyboard alone.
import { Hand, fresh, signIn } from './browser.mjs';
import { region, say } from './region.mjs';

const WAYS = [
  { nth: 1, name: 'mouse', js: true, keys: false },
  { nth: 2, name: 'keyboard', js: true, keys: true },
  { nth: 3, name: 'mouse, no script', js: false, keys: false },
  { nth: 4, name: 'keyboard, no script', js: false, keys: true },
];

/** How a case ends in these tests. */
const OUTCOME = 'O_REACHED';

/** What must be on the page at the end, or the count means nothing. */
async function sees(page, text) {
  const main = await page.textContent('main');
  if (!main.includes(text)) throw new Error(`“${text}” is not on ${page.url()}: ${main.replace(/\s+/g, ' ').slice(0, 300)}`);
}

const button = (page, key) => page.getByRole('button', { name: say(key), exact: true });
const link = (page, key) => page.getByRole('link', { name: say(key), exact: true }).first();
const field = (page, key) => page.getByLabel(say(key), { exact: true });

/** A referral of the family centre that came to the centre, and its row in the inbox. */
async function arrival(story) {
  const sent = await region('refer', {
    from: 'pcpr', to: 'ops', consent: story.pcprConsent,
    sections: [['ID_NAME', 'Kacper Wrzosek'], ['EDU_PROGRESS', 'Zaległości z matematyki po chorobie.']],
  });
  return sent.there;
}

/** The same, about a person whose consent here names the school too. */
async function redirected(story) {
  const number = await arrival(story);
  if (story.covers) return number;
  const { line } = await region('show', { at: 'ops', case: number });
  story.covers = await region('consent', { at: 'ops', subject: line.subject_ref, name: 'Kacper Wrzosek', on: [{ to: 'sp3', give: ['ID_NAME', 'EDU_PROGRESS', 'PLAN_TASKS'] }] });
  return number;
}

/** The form of a new referral, filled from the inbox on: name, school, wish, two more categories, review. */
async function composed(hand, person, goal) {
  const { page } = hand;
  await hand.press(link(page, 'w-nav-new'));
  await hand.fill(field(page, 'w-new-person'), person);
  await hand.fill(field(page, 'w-new-to'), 'Szkoła Podstawowa nr 3');
  await hand.fill(field(page, 'w-new-goal'), goal);
  await hand.fill(page.locator('textarea[name$="EDU_PROGRESS"]'), 'Zaległości z matematyki po chorobie.');
  await hand.fill(page.locator('textarea[name$="FAMILY_SIT"]'), 'Matka pracuje na zmiany.');
  await hand.press(button(page, 'w-new-check'));
}

/** How many messages rest on the consent of each person. */
async function resting(story) {
  const counts = {};
  for (const [subject, consent] of Object.entries(story.consents)) {
    counts[subject] = await region('under', { at: 'ops', consent });
  }
  return counts;
}

/** What was sent is about exactly this person, by number and name, and rests on this person's consent and no other. */
async function about(hand, story, subject, name) {
  const { page } = hand;
  const number = new URL(page.url()).pathname.split('/')[2];
  const { line } = await region('show', { at: 'ops', case: number });
  if (line.subject_ref !== subject) throw new Error(`${number} is about ${line.subject_ref}, not ${subject}`);
  await page.goto(`${story.places.ops.base}/sprawy/${number}`);
  for (const text of [subject, name]) await sees(page, text);
  const rest = await resting(story);
  const more = Object.keys(rest).filter((one) => rest[one] !== story.rest[one]);
  if (more.join() !== subject || rest[subject] !== story.rest[subject] + 1) {
    throw new Error(`${number} rests on ${JSON.stringify(rest)}, before it were ${JSON.stringify(story.rest)}`);
  }
}

/** Chooses in a list, or types the name where the field proposes names. */
async function pick(hand, target, code, name) {
  const list = await target.evaluate((element) => element.tagName === 'SELECT');
  return list ? hand.choose(target, code) : hand.fill(target, name);
}

const row = (page, number) => page.locator(`a[href="/sprawy/${number}"]`).first();

/** Every task: what is there before, the way from the first interaction to the last, the most it may take. */
const ONLY = (process.env.WIEZ_TASKS ?? "").split(",").filter(Boolean);
const TASKS = [
  {
    id: 'C1', name: 'log in', most: 3, signed: false,
    async way(hand, { places }) {
      const who = places.ops.people.ewa;
      await hand.fill(hand.page.locator('#login'), who.login);
      await hand.fill(hand.page.locator('#haslo'), who.password);
      await hand.press(button(hand.page, 'w-login-do'));
      await sees(hand.page, say('w-inbox-title'));
    },
  },
  {
    id: 'C1+2', name: 'log in with a second factor', most: 5, signed: false,
    async way(hand, { places }) {
      const who = places.ops.people.olga;
      await hand.fill(hand.page.locator('#login'), who.login);
      await hand.fill(hand.page.locator('#haslo'), who.password);
      await hand.press(button(hand.page, 'w-login-do'));
      await hand.fill(field(hand.page, 'w-second-code'), who.codes.shift());
      await hand.press(button(hand.page, 'w-second-do'));
      await sees(hand.page, say('w-inbox-title'));
    },
  },
  {
    id: 'C2', name: 'see what needs me', most: 0, before: arrival,
    async way(hand, story, number) {
      await sees(hand.page, number);
    },
  },
  {
    id: 'C3', name: 'find who can help', most: 2, at: '/katalog',
    async way(hand) {
      await hand.fill(hand.page.locator('#szukaj'), 'szkola podstawowa nr 1 wierz');
      await hand.press(button(hand.page, 'w-search'));
      await sees(hand.page, 'Szkoła Podstawowa nr 1 – Wierzbin');
    },
  },
  {
    id: 'C7a', name: 'accept', most: 2, before: arrival,
    async way(hand, story, number) {
      await hand.press(row(hand.page, number));
      if (hand.keys) await hand.enter(button(hand.page, 'w-accept'));
      else await hand.press(button(hand.page, 'w-accept'));
      await sees(hand.page, say('w-done-przyjeto'));
    },
  },
  {
    id: 'C7b', name: 'take the acceptance back', most: 2, before: arrival,
    async prepare(hand, story, number) {
      await row(hand.page, number).click();
      await button(hand.page, 'w-accept').click();
      await hand.page.goto(`${story.places.ops.base}/skrzynka?pokaz=wszystkie`);
    },
    async way(hand, story, number) {
      await hand.press(row(hand.page, number));
      await hand.press(button(hand.page, 'w-undo'));
      await sees(hand.page, say('w-done-cofnieto'));
    },
  },
  {
    id: 'C7c', name: 'refuse with a reason', most: 4, before: arrival,
    async way(hand, story, number) {
      await hand.press(row(hand.page, number));
      await hand.press(link(hand.page, 'w-decline'));
      await hand.choose(hand.page.locator('form[action$="/odrzuc"] select[name=powod]'), 'R_NOT_COMPETENT');
      await hand.press(button(hand.page, 'w-decline'));
      await sees(hand.page, say('w-done-odrzucono'));
    },
  },
  {
    id: 'C7d', name: 'ask back', most: 4, before: arrival,
    async way(hand, story, number) {
      await hand.press(row(hand.page, number));
      await hand.press(link(hand.page, 'w-question-do'));
      await hand.fill(field(hand.page, 'w-question'), 'Od kiedy trwają trudności?');
      await hand.press(button(hand.page, 'w-question-do'));
      await sees(hand.page, say('w-done-zapytano'));
    },
  },
  {
    id: 'C4', name: 'record a consent signed on paper (print not counted)', most: 7, at: '/zgody',
    async way(hand, story, thing, way) {
      const { page } = hand;
      await hand.press(link(page, 'w-consent-new-title'));
      await hand.fill(field(page, 'w-consent-person'), `Nowa Osoba ${way.nth}`);
      const school = page.getByLabel('Szkoła Podstawowa nr 3', { exact: true });
      if (await school.isVisible()) {
        await hand.tick(school);
      } else {
        await hand.fill(field(page, 'w-consent-other'), 'Szkoła Podstawowa nr 3');
        await hand.press(button(page, 'w-consent-add'));
      }
      await hand.press(button(page, 'w-consent-prepare'));
      await sees(page, say('w-signed-title'));
      await hand.press(button(page, 'w-signed-do'));
      await sees(page, 'Szkoła Podstawowa nr 3');
    },
  },
  {
    id: 'C5', name: 'send a referral with two more categories', most: 8,
    async prepare(hand, story) {
      story.rest = await resting(story);
    },
    async way(hand, story, thing, way) {
      await composed(hand, story.persons.known, `Zajęcia z matematyki, próba ${way.nth}.`);
      await hand.press(button(hand.page, 'w-send'));
      await sees(hand.page, say('w-sent-next'));
      await sees(hand.page, 'Szkoła Podstawowa nr 3');
      await about(hand, story, 'OPS/2026/801', story.persons.known);
    },
  },
  {
    id: 'C5+1', name: 'the same, two persons of one name', most: 9,
    async prepare(hand, story) {
      story.rest = await resting(story);
    },
    async way(hand, story, thing, way) {
      await composed(hand, story.persons.twins, `Zajęcia z matematyki, próba ${way.nth}.`);
      await hand.press(hand.page.locator('button[name=numer]', { hasText: 'OPS/2026/803' }));
      await hand.press(button(hand.page, 'w-send'));
      await sees(hand.page, say('w-sent-next'));
      await about(hand, story, 'OPS/2026/803', story.persons.twins);
    },
  },
  {
    id: 'C6', name: 'send without the refused field', most: 1,
    async prepare(hand, story, thing, way) {
      const plain = new Hand(hand.page);
      await composed(plain, story.persons.narrow, `Zajęcia z matematyki, próba ${way.nth}.`);
      if (await button(hand.page, 'w-send').isVisible()) await plain.press(button(hand.page, 'w-send'));
      await sees(hand.page, 'WZ-ZGO-002');
    },
    async way(hand) {
      await hand.press(hand.page.locator('.wyjscia button').first());
      await sees(hand.page, say('w-sent-next'));
    },
  },
  {
    id: 'C8', name: 'redirect', most: 3, before: redirected,
    async prepare(hand, story, number) {
      await hand.page.goto(`${story.places.ops.base}/sprawy/${number}`);
    },
    async way(hand) {
      await hand.press(link(hand.page, 'w-forward'));
      await pick(hand, field(hand.page, 'w-forward-to'), 'sp3', 'Szkoła Podstawowa nr 3');
      await hand.press(button(hand.page, 'w-forward'));
      await sees(hand.page, say('w-done-przekazano'));
    },
  },
  {
    id: 'C9', name: 'close with an outcome', most: 3, before: arrival,
    async prepare(hand, story, number) {
      await hand.page.goto(`${story.places.ops.base}/sprawy/${number}`);
      for (const key of ['w-accept', 'w-begin']) {
        await Promise.all([hand.page.waitForNavigation(), button(hand.page, key).click()]);
      }
    },
    async way(hand) {
      await hand.press(link(hand.page, 'w-finish'));
      await hand.choose(field(hand.page, 'w-outcome'), OUTCOME);
      await hand.press(button(hand.page, 'w-finish'));
      await sees(hand.page, say('w-done-zakonczono'));
    },
  },
  {
    id: 'C11', name: 'withdraw a consent', most: 2,
    before: (story) => region('consent', { at: 'ops', subject: 'OPS/2026/900', name: 'Wanda Wycofana', on: [{ to: 'sp3', give: ['EDU_PROGRESS'] }, { to: 'poz', give: ['PLAN_TASKS'] }] }),
    async prepare(hand, story, number) {
      await hand.page.goto(`${story.places.ops.base}/zgody/${number}`);
    },
    async way(hand) {
      await hand.press(link(hand.page, 'w-withdraw-do'));
      await hand.press(button(hand.page, 'w-withdraw-do'));
      await sees(hand.page, 'Szkoła Podstawowa nr 3');
    },
  },
];

/** Plays a task one way; returns what it took. */
async function play(browser, story, task, way) {
  const context = await fresh(browser, { js: way.js, cookies: task.signed === false ? null : story.cookies });
  try {
    const thing = task.before ? await task.before(story) : null;
    const page = await context.newPage();
    const hand = new Hand(page, way.keys);
    await page.goto(`${story.places.ops.base}${task.signed === false ? '/logowanie' : (task.at ?? '/skrzynka')}`);
    if (task.prepare) await task.prepare(hand, story, thing, way);
    hand.zero();
    await task.way(hand, story, thing, way);
    return { count: hand.count, pages: hand.pages };
  } finally {
    await context.close();
  }
}

/** What stands before any task begins. */
async function opened(browser, places) {
  const context = await fresh(browser);
  await signIn(context, { base: places.ops.base, ...places.ops.people.anna });
  const cookies = await context.storageState();
  await context.close();
  const pcprConsent = await region('consent', {
    at: 'pcpr', on: [{ to: 'ops', give: ['ID_NAME', 'EDU_PROGRESS', 'PLAN_TASKS'] }],
  });
  const school = (give) => [{ to: 'sp3', give, receive: ['EDU_PROGRESS'] }];
  const all = ['ID_NAME', 'PLAN_TASKS', 'EDU_PROGRESS', 'FAMILY_SIT'];
  const consents = {};
  const persons = { known: 'Żaneta Jeżyna-Znana', twins: 'Iwo Bliźniak', narrow: 'Łucja Wąska' };
  for (const [subject, name, give] of [
    ['OPS/2026/801', persons.known, all],
    ['OPS/2026/802', persons.twins, all],
    ['OPS/2026/803', persons.twins, all],
    ['OPS/2026/804', persons.narrow, all.slice(0, 3)],
  ]) consents[subject] = await region('consent', { at: 'ops', subject, name, on: school(give) });
  return { places, cookies, pcprConsent, persons, consents };
}

export async function run({ browser, places }) {
  const strange = ONLY.filter((id) => !TASKS.some((one) => one.id === id));
  if (strange.length > 0) return [`no task is called ${strange.join(', ')}`];
  const story = await opened(browser, places);
  const failed = [];
  const rows = [];
  for (const task of TASKS.filter((one) => ONLY.length === 0 || ONLY.includes(one.id))) {
    const cells = [];
    for (const way of WAYS) {
      try {
        const { count, pages } = await play(browser, story, task, way);
        cells.push(`${count}`);
        if (count > task.most) failed.push(`${task.id} ${task.name}, ${way.name}: ${count} interactions, at most ${task.most} (${pages} pages)`);
      } catch (error) {
        cells.push('–');
        failed.push(`${task.id} ${task.name}, ${way.name}: ${error.message.split('\n').slice(0, 3).join(' ')}`);
      }
    }
    rows.push([task.id, task.name, `${task.most}`, ...cells]);
  }
  const head = ['id', 'task', 'at most', ...WAYS.map((way) => way.name)];
  console.log(`| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}`);
  for (const cells of rows) console.log(`| ${cells.join(' | ')} |`);
  return failed;
}
