// Breaks the model in many small ways and counts which broken models the rule cases and properties notice:
//
//     node scripts/mutation.mjs [--seed TEXT] [--lines N]
//
// A run over every line takes most of a day on two cores, so lines of src/model are drawn by the seed; the same seed
// draws the same lines. Prints the survivors and the score.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { randomStream } from '../dist/core/random.js';

const MODEL = 'src/model';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: 'nightly' }, lines: { type: 'string', default: '250' } },
});
const wanted = Number(values.lines);
if (!Number.isInteger(wanted) || wanted < 1) {
  console.error(`mutation: --lines takes a whole number from 1 on; this is ${values.lines}`);
  process.exit(2);
}

const random = randomStream(`${values.seed}/mutation`);
const lines = readdirSync(MODEL, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .toSorted()
  .flatMap((file) => {
    const path = join(MODEL, file);
    return readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((text, index) => (isCode(text) ? [`${path}:${index + 1}-${index + 1}`] : []));
  });
const drawn = Array.from(
  { length: Math.min(wanted, lines.length) },
  () => lines.splice(random.below(lines.length), 1)[0],
);

const config = JSON.parse(readFileSync('stryker.config.json', 'utf8'));
const file = join(config.tempDirName.replace(/\/?$/, ''), '..', 'stryker.drawn.json');
writeFileSync(file, JSON.stringify({ ...config, mutate: drawn.toSorted() }));
console.log(`seed ${values.seed}: ${drawn.length} of ${lines.length + drawn.length} lines of ${MODEL}`);
const { status } = spawnSync('npx', ['stryker', 'run', file], { stdio: 'inherit' });
process.exit(status ?? 1);

/** Whether a line holds an expression that can be broken; declarations, imports, comments and brackets do not. */
function isCode(text) {
  return /[-+*/%&|^~<>!?]|return|true|false|\(/.test(text) && !/^\s*(import|export type|\/?\*|\/\/|\})/.test(text);
}
