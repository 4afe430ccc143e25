// Chromium, who is signed in in it, and a hand that counts what a person does.
import { need } from './region.mjs';

const { chromium } = need('playwright-core');
const CHROMIUM = process.env.WIEZ_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-crash-reporter',
];
const PATIENCE_MS = 20_000;
const SIGN_IN_MS = 90_000;
/** Places that Tab may stop at before it counts as lost. */
const MOST_TABS = 400;

/** Starts Chromium. Debian's crashes at start now and then on a machine without a display: three tries, said aloud. */
export async function start() {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: 30_000 });
    } catch (error) {
      if (attempt === 3) throw error;
      console.log(`chromium did not start (try ${attempt}), once more`);
    }
  }
}

/** Where Chromium lies and how it is started, for tools that start their own. */
export const started = { executablePath: CHROMIUM, args: FLAGS };

/** A window of its own: no cookies but those given. */
export async function fresh(browser, { js = true, dark = false, width = 1280, cookies = null } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: js,
    colorScheme: dark ? 'dark' : 'light',
    viewport: { width, height: 900 },
    locale: 'pl-PL',
    reducedMotion: 'reduce',
    storageState: cookies ?? undefined,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

/** Signs somebody in by the page; the context has the session afterwards. */
export async function signIn(context, who) {
  const page = await context.newPage();
  await page.goto(`${who.base}/logowanie`);
  await page.fill('#login', who.login);
  await page.fill('#haslo', who.password);
  // Whoever sees ten thousand persons waits for their names at the first sign-in, and longer in a build without optimisation.
  const entered = page.waitForURL((url) => url.pathname !== '/logowanie', { timeout: SIGN_IN_MS });
  await Promise.all([entered, page.click('main button[type=submit]')]);
  return page;
}

/**
 * A hand at a page. It counts as the acceptance tests count: a click, a key that submits or follows a link, a choice in
 * a list and a filled field are one interaction each; the way there by Tab is none. With `keys` it never touches the
 * mouse: it reaches everything by Tab and arrows.
 */
export class Hand {
  constructor(page, keys = false) {
    this.page = page;
    this.keys = keys;
    this.count = 0;
    this.pages = 0;
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.pages += 1;
    });
  }

  /** Begins to count. */
  zero() {
    this.count = 0;
    this.pages = 0;
  }

  /** Presses a button or follows a link and waits for the next page. */
  async press(target) {
    this.count += 1;
    const moved = this.page.waitForNavigation({ waitUntil: 'load' });
    if (this.keys) {
      await this.reach(target);
      await this.page.keyboard.press('Enter');
    } else {
      await target.click();
    }
    await moved;
  }

  /** Presses Enter where the focus is, which has to be `target`, and waits for the next page. */
  async enter(target) {
    if (!(await this.focused(target))) throw new Error(`the focus is not where Enter is expected: ${target}`);
    this.count += 1;
    await Promise.all([this.page.waitForNavigation({ waitUntil: 'load' }), this.page.keyboard.press('Enter')]);
  }

  /** Fills a field. */
  async fill(target, text) {
    this.count += 1;
    if (!this.keys) return target.fill(text);
    await this.reach(target);
    if ((await target.getAttribute('type')) === 'date') {
      const [year, month, day] = text.split('-');
      await this.page.keyboard.type(`${day}${month}${year}`);
      const got = await target.inputValue();
      if (got !== text) throw new Error(`typed by keys, the date is ${got} and not ${text}`);
      return undefined;
    }
    await this.page.keyboard.press('Control+a');
    return this.page.keyboard.insertText(text);
  }

  /** Chooses in a list, or one of several radio buttons. */
  async choose(target, value) {
    this.count += 1;
    const radio = (await target.getAttribute('type')) === 'radio';
    if (!this.keys) return radio ? target.check() : target.selectOption(value);
    if (radio) return this.arrowTo(target);
    await this.reach(target);
    await this.page.keyboard.press('Home');
    for (let step = 0; step < MOST_TABS; step += 1) {
      if ((await target.inputValue()) === value) return undefined;
      await this.page.keyboard.press('ArrowDown');
    }
    throw new Error(`no ${value} in the list`);
  }

  /** Ticks a box. */
  async tick(target) {
    this.count += 1;
    if (!this.keys) return target.check();
    await this.reach(target);
    await this.page.keyboard.press('Space');
    if (!(await target.isChecked())) throw new Error('the box is not ticked after Space');
    return undefined;
  }

  /** A radio group is one stop of Tab; arrows move in it. */
  async arrowTo(target) {
    const name = await target.getAttribute('name');
    const group = this.page.locator(`input[type=radio][name="${name}"]`);
    for (let step = 0; step < MOST_TABS; step += 1) {
      const inside = await group.evaluateAll((all) => all.includes(document.activeElement));
      if (inside) break;
      await this.page.keyboard.press('Tab');
    }
    for (let step = 0; step < 30; step += 1) {
      if (await target.isChecked()) return;
      await this.page.keyboard.press('ArrowDown');
    }
    if (!(await target.isChecked())) throw new Error('no arrow reaches the choice');
  }

  focused(target) {
    return target.evaluate((element) => element === document.activeElement);
  }

  /** Goes there by Tab. */
  async reach(target) {
    await target.waitFor({ state: 'visible' });
    for (let step = 0; step < MOST_TABS; step += 1) {
      if (await this.focused(target)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`Tab never reaches ${target}`);
  }
}
