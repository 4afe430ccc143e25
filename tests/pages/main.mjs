// Runs one part in the region that the test program plays: `node main.mjs tasks`. Exit code 0 when all held.
import { start } from './browser.mjs';
import { goodbye, region } from './region.mjs';

const part = process.argv[2];
const parts = {
  tasks: './tasks.mjs',
  typed: './typed.mjs',
  screens: './screens.mjs',
  prints: './prints.mjs',
  refusals: './refusals.mjs',
  hostile: './hostile.mjs',
  matrix: './screens.mjs',
  shots: './screens.mjs',
};

let failed = [];
const browser = await start();
try {
  const { run } = await import(parts[part]);
  failed = await run({ browser, places: await region('places'), part });
} catch (error) {
  failed = [error.stack];
} finally {
  await browser.close();
  goodbye();
}
for (const text of failed) console.log(`  ${part}: ${text}`);
process.exitCode = failed.length === 0 ? 0 : 1;
