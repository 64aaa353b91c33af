/** What is behind a wire is judged as what is in this process: same findings, same scenarios, same counts. */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Target } from '../../src/access/target.ts';
import { fuzz, openTarget } from '../support/built.ts';
import { TOP } from '../support/repository.ts';
import { newFolder } from '../support/run-cli.ts';

const MAIN = join(TOP, 'dist/cli/main.js');

/**
 * A target without what nothing behind a wire has: the image of its configuration space, and events of functions that
 * come or go with the one that was named.
 */
const asWired = (target: Target): Target => ({
  get description() {
    return target.description;
  },
  access: (access) => target.access(access),
  command: (command) => target.command(command),
  takeEvents: () => target.takeEvents().filter(({ kind }) => kind !== 'plug' && kind !== 'unplug'),
});

const campaign = (open: () => Target, seed: string, accesses: number) => {
  const { failures, tally, ...counts } = fuzz({
    open,
    choices: {},
    skip: new Set(),
    seed,
    accesses,
    stopAfterFindings: 2,
    shrinkRuns: 12,
  });
  // Behind the protocol it has another name, and says in the first line of its traces that it has 'sync'.
  const same = (trace: string): string => trace.replace(/^machine name=\S+ (.* caps=\S*?)(,sync)? /m, 'machine $1 ');
  const traces = failures.map(({ trace, ...rest }) => ({ ...rest, trace: same(trace) }));
  return { failures: traces, ...counts, events: tally.events };
};

test.each([
  ['emulated', 900],
  ['emulated:msix-initial-mask', 600],
  ['emulated:bar-move-applied-while-decode-off,bar-end-inclusive', 600],
])('%s', async (name, accesses) => {
  const direct = await openTarget(name);
  const wired = await openTarget(`exec:exec ${process.execPath} '${MAIN}' serve ${name}`);
  const expected = campaign(() => asWired(direct()), 'twin', accesses);
  expect(campaign(wired, 'twin', accesses)).toEqual(expected);
  expect(expected.failures.length > 0).toBe(name.includes(':'));
});

test('a target that connects to a socket, again and again', async () => {
  const socket = join(newFolder(), 'socket');
  const factory = await openTarget(`unix:${socket}`, undefined, 20_000);
  const command = `while :; do '${process.execPath}' '${MAIN}' serve emulated --socket '${socket}' 2>/dev/null || sleep 0.1; done`;
  const child = spawn('/bin/sh', ['-c', command], { detached: true, stdio: 'ignore' });
  try {
    for (let times = 0; times < 2; times++) {
      const target = factory();
      expect(target.description.name).toBe('emulated');
      expect(target.description.machine.caps).toContain('fire');
      target.close?.();
    }
  } finally {
    process.kill(-child.pid!, 'SIGKILL');
  }
});

test('nobody connects', async () => {
  const socket = join(newFolder(), 'socket');
  const factory = await openTarget(`unix:${socket}`, undefined, 300);
  expect(factory).toThrow(`Nobody connected to ${socket} within 300 ms.`);
});

test('a socket whose place is taken stays what it is', async () => {
  const factory = await openTarget(`unix:${MAIN}`, undefined, 300);
  expect(factory).toThrow('something of this name is there already');
  expect(existsSync(MAIN)).toBe(true);
});
