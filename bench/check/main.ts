/** Speed of `barometer check` on a large raw log, against tools that only look at its lines. */

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { startStopwatch } from '../../src/core/clock.ts';
import { printProfile } from '../support/cpu-profile.ts';
import type { CpuProfile } from '../support/cpu-profile.ts';
import { benchOptions } from '../support/options.ts';
import { median, print, printTable } from '../support/print.ts';

const SCENARIO = 'corpora/traces/full-smp';
const CHECKER = 'dist/cli/main.js';

/** Loaded into the checker's process: writes down its peak memory when it ends. */
const AT_EXIT =
  "import{writeFileSync}from'node:fs';" +
  "process.on('exit',()=>writeFileSync(process.env.BENCH_USAGE,JSON.stringify(process.resourceUsage())))";

interface Contender {
  name: string;
  command: string;
  words: readonly string[];
}

interface Run {
  seconds: number;
  /** User and system time; -1 where the system does not tell. */
  cpu: number;
}

const options = benchOptions({ megabytes: 1000, rounds: 3, profile: false });
const directory = mkdtempSync(join(tmpdir(), 'barometer-bench-'));
try {
  await main();
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function main(): Promise<void> {
  if (!existsSync(CHECKER)) throw new Error(`there is no ${CHECKER}: npm run build makes it`);
  const log = join(directory, 'raw.log');
  const bytes = writeLog(log, options.megabytes * 1e6);
  const usage = join(directory, 'usage.json');
  process.env['BENCH_USAGE'] = usage;
  const checker = checkerOf(log, []);
  const peers = [
    { name: 'wc -l', command: 'wc', words: ['-l', log] },
    { name: 'grep -c pci_cfg', command: 'grep', words: ['-c', 'pci_cfg', log] },
    { name: "mawk '{print $3}'", command: 'mawk', words: ['{print $3}', log] },
  ].filter(isThere);
  const contenders: Contender[] = [checker, ...peers];
  const runs = new Map(contenders.map((contender): [Contender, Run[]] => [contender, []]));
  let memory = 0;
  // Alternating, so that a busy moment of the machine hits all of them.
  for (let round = 0; round < options.rounds; round++) {
    for (const contender of contenders) runs.get(contender)?.push(await run(contender));
    memory = Math.max(memory, (JSON.parse(readFileSync(usage, 'utf8')) as { maxRSS: number }).maxRSS);
  }
  const medianOf = (contender: Contender, what: keyof Run): number =>
    median((runs.get(contender) ?? []).map((one) => one[what]));
  const rows = contenders.map((contender) => {
    const seconds = medianOf(contender, 'seconds');
    const cpu = medianOf(contender, 'cpu');
    return [
      contender.name,
      seconds.toFixed(2),
      cpu < 0 ? '-' : cpu.toFixed(2),
      (bytes / 1e6 / seconds).toFixed(0),
      (seconds / medianOf(checker, 'seconds')).toFixed(2),
      (runs.get(contender) ?? []).map((one) => one.seconds.toFixed(2)).join(' '),
    ];
  });
  printTable(`A raw log of ${(bytes / 1e6).toFixed(0)} MB (${SCENARIO}, repeated)`, [
    ['', 'wall s', 'cpu s', 'MB/s', 'of check', 'all rounds'],
    ...rows,
  ]);
  print();
  print(`peak resident memory of the checker: ${(memory / 1024).toFixed(0)} MiB`);
  if (options.profile) await profileChecker(log);
}

/** Writes the raw log again and again until there is enough of it. Returns the number of bytes. */
function writeLog(path: string, wanted: number): number {
  const once = gunzipSync(readFileSync(`${SCENARIO}/raw.log.gz`));
  const file = openSync(path, 'w');
  let bytes = 0;
  if (wanted < once.length) bytes = writeSync(file, once.subarray(0, once.lastIndexOf(0x0a, wanted) + 1));
  // Whole copies only: a guest that is cut off in the middle and starts again is the same work, but not the same trace.
  for (let copy = 0; copy < Math.round(wanted / once.length); copy++) {
    for (let at = 0; at < once.length;) at += writeSync(file, once, at);
    bytes += once.length;
  }
  closeSync(file);
  return bytes;
}

function checkerOf(log: string, nodeWords: readonly string[]): Contender {
  const preload = `--import=data:text/javascript,${encodeURIComponent(AT_EXIT)}`;
  const words = ['check', log, '--profile', `${SCENARIO}/profile.yaml`, '--quiet', '--out', join(directory, 'report')];
  return { name: 'barometer check', command: process.execPath, words: [...nodeWords, preload, CHECKER, ...words] };
}

function isThere({ name, command }: Contender): boolean {
  if (spawnSync(command, ['--version']).error === undefined) return true;
  print(`${name} is left out: there is no ${command} here`);
  return false;
}

/** Runs one contender to its end. grep stops at the first match when it writes to /dev/null, so all write to pipes. */
function run({ command, words }: Contender): Promise<Run> {
  const before = childTime();
  const elapsed = startStopwatch();
  return new Promise((resolve, reject) => {
    const drop = command === 'mawk' ? 'ignore' : 'pipe';
    const child = spawn(command, words, { stdio: ['ignore', drop, 'inherit'], env: { ...process.env, LC_ALL: 'C' } });
    child.stdout?.resume();
    child.on('error', reject);
    child.on('close', (status) => {
      // A log that is repeated has findings; anything above that is an error.
      if (status !== 0 && status !== 1) reject(new Error(`${command} ended with status ${status}`));
      const after = childTime();
      resolve({ seconds: elapsed() / 1000, cpu: before < 0 ? -1 : after - before });
    });
  });
}

/** Seconds of processor time of all children that have ended, as Linux tells it; -1 elsewhere. */
function childTime(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    // Fields 16 and 17 of the whole line, in hundredths of a second.
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return -1;
  }
}

async function profileChecker(log: string): Promise<void> {
  await run(checkerOf(log, ['--cpu-prof', '--cpu-prof-dir', directory]));
  for (const name of readdirSync(directory).filter((one) => one.endsWith('.cpuprofile'))) {
    printProfile('check', JSON.parse(readFileSync(join(directory, name), 'utf8')) as CpuProfile);
  }
}
