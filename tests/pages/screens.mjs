// Opens every screen in every state and checks it; `matrix` checks everything, `shots` takes pictures.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fresh, signIn, started } from './browser.mjs';
import * as checks from './checks.mjs';
import { OUT, need } from './region.mjs';
import { STATES, prepared } from './states.mjs';

/** Names of persons that may never stand in a title or an address. */
const PERSONS = ['Wrzosek', 'Kacper', 'Nowak'];
const DESKTOP = 1280;
const PHONE = 390;

/** Windows in which somebody is signed in, made when they are first needed. */
class Windows {
  constructor(browser, places) {
    Object.assign(this, { browser, places, open: new Map() });
  }

  async of([at, login], again = false) {
    const key = `${at}/${login ?? ''}`;
    if (again && this.open.has(key)) {
      await this.open.get(key).close();
      this.open.delete(key);
    }
    if (!this.open.has(key)) {
      const context = await fresh(this.browser);
      if (login) {
        const place = this.places[at];
        const page = await signIn(context, { base: place.base, ...place.people[login] });
        await page.close();
      }
      this.open.set(key, context);
    }
    return this.open.get(key);
  }

  async close() {
    for (const context of this.open.values()) await context.close();
  }
}

/** The second engine, in a Chromium of its own that has the same cookies. */
class Second {
  async look(context, url) {
    const puppeteer = need('puppeteer');
    const pa11y = need('pa11y');
    for (let attempt = 1; this.browser === undefined; attempt += 1) {
      this.browser = await puppeteer.launch(started).catch((error) => { if (attempt === 3) throw error; });
    }
    const page = await this.browser.newPage();
    const cookies = (await context.cookies()).map(({ name, value, domain, path, secure, httpOnly }) => ({ name, value, domain, path, secure, httpOnly }));
    if (cookies.length > 0) await this.browser.defaultBrowserContext().setCookie(...cookies);
    try {
      const found = await pa11y(url, { browser: this.browser, page, runners: ['axe', 'htmlcs'], standard: 'WCAG2AA', timeout: 30_000, levelCapWhenNeedsReview: 'warning' });
      return found.issues.filter((issue) => issue.type === 'error').slice(0, 5).map((issue) => `pa11y ${issue.code}: ${issue.selector} ${issue.message}`);
    } finally {
      await page.close();
      if (cookies.length > 0) await this.browser.defaultBrowserContext().deleteCookie(...cookies);
    }
  }

  async close() {
    await this.browser?.close();
  }
}

async function checked(page, state, seen, everything) {
  const found = [...checks.budget(seen), ...(await checks.frame(page, PERSONS))];
  found.push(...(await checks.axe(page, state.screen)));
  if (!everything) return found;
  found.push(...(await checks.focus(page)));
  await page.evaluate(() => { for (const one of document.querySelectorAll('.tabela')) one.scrollLeft = 0; window.scrollTo(0, 0); });
  await page.emulateMedia({ colorScheme: 'dark' });
  found.push(...(await checks.axe(page, state.screen)).map((text) => `dark: ${text}`));
  await page.emulateMedia({ colorScheme: 'light' });
  for (const check of [checks.reflow, checks.largeText, checks.targets]) found.push(...(await check(page)));
  found.push(...(await checks.print(page, `${state.screen}-${state.state}`.replaceAll(/\W+/g, '-'))));
  return found;
}

async function pictured(page, state) {
  mkdirSync(join(OUT, 'shots'), { recursive: true });
  const name = `${state.screen}-${state.state}`.replaceAll(/\W+/g, '-');
  for (const [kind, width] of [['desktop', DESKTOP], ['phone', PHONE]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: join(OUT, 'shots', `${name}-${kind}.png`), fullPage: true });
  }
  return [];
}

export async function run({ browser, places, part }) {
  const story = await prepared(places);
  const windows = new Windows(browser, places);
  const second = new Second();
  const failed = [];
  const looked = new Set();
  for (const state of STATES) {
    const name = `${state.screen} ${state.state}`;
    const began = Date.now();
    try {
      if (state.before) await state.before(story);
      const context = await windows.of(state.who, state.again);
      const page = await context.newPage();
      const seen = checks.watch(page);
      await state.open(page, story, places[state.who[0]].base);
      if (state.shows && await page.locator(state.shows).count() === 0) throw new Error(`not this state: ${state.shows} is not there`);
      const found = part === 'shots' ? await pictured(page, state) : await checked(page, state, seen, part === 'matrix');
      const once = part === 'matrix' || !looked.has(state.screen);
      if (part !== 'shots' && once && !state.posted) {
        looked.add(state.screen);
        found.push(...(await second.look(context, page.url())));
      }
      failed.push(...found.map((text) => `${name}: ${text}`));
      await page.close();
    } catch (error) {
      failed.push(`${name}: ${error.stack.split('\n').slice(0, 4).join(' ')}`);
    } finally {
      if (state.after) await state.after(story);
    }
    if (process.env.WIEZ_SLOW) console.log(`${name} ${Date.now() - began} ms`);
  }
  await windows.close();
  await second.close();
  console.log(`${STATES.length} screens and states, ${looked.size} with the second engine`);
  const stale = checks.LISTED.filter((one) => !one.used && part === 'matrix');
  failed.push(...stale.map((one) => `listed as undecided, and decided: ${one.rule} ${one.screens}`));
  return failed;
}
