// The script's side of the talk with the region that the test program plays: one wish a line, one answer a line.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const waiting = [];

/** Requires a package from the folder in which the test program installed them. */
export const need = createRequire(join(process.env.WIEZ_PAGES_NODE, 'package.json'));

/** Where screenshots, prints and reports go. */
export const OUT = process.env.WIEZ_PAGES_OUT;

createInterface({ input: process.stdin }).on('line', (line) => {
  const answer = JSON.parse(line);
  const one = waiting.shift();
  if ('error' in answer) one.reject(new Error(`the region: ${answer.error}`));
  else one.resolve(answer.ok);
});

/** Asks the region to do something; the answer is what it says. */
export function region(wish, more = {}) {
  return new Promise((resolve, reject) => {
    waiting.push({ resolve, reject });
    process.stdout.write(`@${JSON.stringify({ wish, ...more })}\n`);
  });
}

/** Lets the program end: nothing more will be asked. */
export function goodbye() {
  process.stdin.destroy();
}

function sentences(tag) {
  const text = readFileSync(join(here, '../../node/text', `${tag}.ftl`), 'utf8');
  const own = readFileSync(join(here, '../../node/src/text', `${tag}.ftl`), 'utf8');
  const lines = `${own}\n${text}`.matchAll(/^([a-z][\w-]*) = (.+)$/gm);
  return Object.fromEntries([...lines].map(([, key, value]) => [key, value]));
}

const texts = { pl: sentences('pl'), en: sentences('en'), uk: sentences('uk') };

/** A sentence of the pages by its key, so that no script has a second copy of the wording. */
export function say(key, values = {}, tag = 'pl') {
  const text = texts[tag][key];
  if (text === undefined) throw new Error(`no sentence ${key} in ${tag}`);
  return text.replace(/\{ ?\$(\w+) ?\}/g, (whole, name) => values[name] ?? whole);
}

/** Whether there is such a sentence. */
export const has = (key) => texts.pl[key] !== undefined;
