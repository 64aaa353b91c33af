/** Size of the page of a report on a long trace, and how long a browser takes until it can be used. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { startStopwatch } from '../../src/core/clock.ts';
import { benchOptions } from '../support/options.ts';
import { median, print, printTable } from '../support/print.ts';

const CHECKER = 'dist/cli/main.js';
/** Profiles of other machines leave the findings of this trace new. */
const PROFILE = 'qemu-virt';

const options = benchOptions({ accesses: 1_000_000, rounds: 5, trace: 'corpora/traces/linux-q35/trace.txt.gz' });
const directory = mkdtempSync(join(tmpdir(), 'barometer-bench-'));
try {
  await main();
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function main(): Promise<void> {
  if (!existsSync(CHECKER)) throw new Error(`there is no ${CHECKER}: npm run build makes it`);
  const executablePath = spawnSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).stdout.trim();
  if (executablePath === '') throw new Error('there is no chromium (Debian package chromium)');
  const trace = join(directory, 'long.txt.gz');
  const accesses = writeTrace(trace);
  const report = join(directory, 'report');
  const elapsed = startStopwatch();
  const words = [CHECKER, 'check', trace, '--profile', PROFILE, '--quiet', '--out', report];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(`barometer check ended with ${status}: ${stderr}`);
  const checked = elapsed() / 1000;
  const empty = join(directory, 'empty.html');
  writeFileSync(empty, '<!doctype html><html lang="en" data-ready="yes"><title>Empty</title></html>');
  const page = join(report, 'index.html');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const seconds = { page: [] as number[], empty: [] as number[] };
  try {
    await open(browser, page);
    // Alternating, so that a busy moment of the machine hits both.
    for (let round = 0; round < options.rounds; round++) {
      seconds.page.push(await open(browser, page));
      seconds.empty.push(await open(browser, empty));
    }
  } finally {
    await browser.close();
  }
  const megabytes = (file: string): string => (statSync(file).size / 1e6).toFixed(2);
  printTable(`A trace of ${accesses} accesses (${options.trace}, repeated), checked in ${checked.toFixed(1)} s`, [
    ['', 'MB', 'opens in s', 'of an empty page', 'all rounds'],
    row('index.html', megabytes(page), seconds.page),
    row('an empty page', megabytes(empty), seconds.empty),
    ['timeline.json', megabytes(join(report, 'timeline.json')), '-', '-', '-'],
  ]);
  print();

  function row(name: string, size: string, all: readonly number[]): string[] {
    const ratio = median(all) / median(seconds.empty);
    return [name, size, median(all).toFixed(2), ratio.toFixed(1), all.map((one) => one.toFixed(2)).join(' ')];
  }
}

/** Seconds until a page says that it can be used, and the browser has drawn it. */
async function open(browser: Browser, file: string): Promise<number> {
  const page = await browser.newPage();
  const elapsed = startStopwatch();
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  const seconds = elapsed() / 1000;
  await page.close();
  return seconds;
}

/** A bundled trace again and again, with a reset of the machine in between; returns the number of its accesses. */
function writeTrace(file: string): number {
  const lines = gunzipSync(readFileSync(options.trace)).toString().trimEnd().split('\n');
  const isHead = (line: string): boolean => /^(barometer\.trace|origin |machine )/.test(line);
  const head = lines.filter(isHead);
  const body = lines.filter((line) => !isHead(line) && !line.startsWith('#') && line !== 'power-on');
  const mine = body.filter((line) => /^(@\S+ )?(read|write) /.test(line)).length;
  const times = Math.max(1, Math.ceil(options.accesses / mine));
  const parts = Array.from({ length: times }, () => `${body.join('\n')}\nreset\n`);
  writeFileSync(file, gzipSync(`${head.join('\n')}\npower-on\n${parts.join('')}`, { level: 1 }));
  return times * mine;
}
