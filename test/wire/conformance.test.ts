/** Each script beside a page of docs/conformance, on a stock QEMU by itself: the last answer is the one that the script promises. */

import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/grammar.ts';
import { stepCount } from '../../src/scenario/steps.ts';
import { missingQemu } from '../../src/targets/wire/qemu.ts';
import { readText, TOP } from '../support/repository.ts';

const FOLDER = 'docs/conformance/qemu-7.2';
const files = readdirSync(join(TOP, FOLDER));
const scripts = files.filter((name) => name.endsWith('.qtest'));
const pages = files.filter((name) => name.endsWith('.md'));

interface Script {
  /** Command for the shell; it takes the script as its input. */
  command: string;
  /** What it answers to the last command; empty: it ends by it. */
  last: string;
  lines: string[];
}

function readScript(name: string): Script {
  const lines = readText(join(FOLDER, name)).trimEnd().split('\n');
  const said = (what: RegExp): string =>
    lines.map((line) => what.exec(line)?.[1]).find((found) => found !== undefined) ?? '';
  return {
    command: said(/^# (.*) < \S+\.qtest$/),
    last: said(/^# The last answer is (.*)$/),
    lines: lines.filter((line) => !line.startsWith('#')),
  };
}

/** `OK 0x0012` and `OK 0x12` are the same answer. */
const normal = (answer: string): string => answer.replace(/0x0*(?=[0-9a-f])/g, '0x');

/** Answers of a target to the lines, which it gets one by one: it ends when its input does. */
async function answersOf({ command, lines }: Script): Promise<string[]> {
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'pipe', 'ignore'] });
  const answers: string[] = [];
  let rest = '';
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${lines.join('\n')}\n`);
  for await (const chunk of child.stdout) {
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop()!;
    answers.push(...parts.filter((part) => /^(OK|FAIL)/.test(part)));
    if (answers.length === lines.length) child.kill('SIGKILL');
  }
  return answers;
}

const versionOf = (binary: string): string =>
  spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0] ?? '';

test('there are pages, and each has its script', () => {
  expect(pages.length).toBeGreaterThan(0);
  expect(pages.filter((page) => !scripts.includes(page.replace('.md', '.qtest')))).toEqual([]);
});

test.each(pages)('the steps of %s are a scenario', (name) => {
  const [, text = ''] = /^```scenario\n(.*?)^```$/ms.exec(readText(join(FOLDER, name))) ?? [];
  // What an enumeration shows needs no steps.
  if (!readText(join(FOLDER, name)).includes('No step'))
    expect(stepCount(parseScenario(text, name).program)).toBeGreaterThan(0);
});

test.each(scripts)('%s', async (name) => {
  const script = readScript(name);
  const [binary = ''] = /\bqemu-system-\w+/.exec(script.command) ?? [];
  const missing = missingQemu(binary, process.env['PATH'] ?? '');
  const version = missing === undefined ? versionOf(binary) : '';
  if (!version.includes('version 7.2')) {
    process.stderr.write(`left out: ${name}: ${missing ?? `it is about QEMU 7.2, and this is ${version}`}\n`);
    return;
  }
  expect(script.lines.length).toBeGreaterThan(0);
  const answers = await answersOf(script);
  if (script.last === '') {
    expect(name).toMatch(/^crash-/);
    expect(answers.length).toBe(script.lines.length - 1);
    return;
  }
  expect(answers.length).toBe(script.lines.length);
  expect(normal(answers.at(-1)!)).toBe(normal(script.last));
});
