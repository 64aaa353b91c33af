/** Targets that die, hang, or do not speak the protocol: each has its own words, and none takes the harness with it. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Access, PORT } from '../../src/access/access.ts';
import type { Event } from '../../src/access/event.ts';
import type { Target } from '../../src/access/target.ts';
import type { TargetDied } from '../../src/access/target-died.ts';
import { openTarget } from '../support/built.ts';
import { TOP } from '../support/repository.ts';

const SCRIPT = join(TOP, 'test/wire/misbehaving.mjs');
const TIMEOUT = 3000;
/** A word in the command line of all that this file starts. */
const MARK = `started-by-${process.pid}`;

const open = async (how: string, at: number, timeout = TIMEOUT): Promise<Target> =>
  (await openTarget(`exec:exec ${process.execPath} '${SCRIPT}' '${how}' ${at} ${MARK}`, undefined, timeout))();

/** Selects the identity of 00:01.0 and reads it. */
function identity(): Access[] {
  const accesses = [new Access(), new Access()];
  Object.assign(accesses[0]!, { space: PORT, write: true, addressLo: 0xcf8, valueLo: 0x80000800 | 0 });
  Object.assign(accesses[1]!, { space: PORT, addressLo: 0xcfc });
  return accesses;
}

/** What is thrown; undefined: nothing. */
function death(act: () => void): TargetDied['death'] | undefined {
  try {
    act();
  } catch (error) {
    expect((error as Error).name).toBe('TargetDied');
    return (error as TargetDied).death;
  }
  return undefined;
}

// Command 1 is hello; 2 and 3 are the first identity, 4 and 5 the second.
test.each([
  ['exits', 'crash', 'ended with exit status 7'],
  ['is killed', 'crash', 'was ended by SIGSEGV'],
  ['hangs', 'hang', 'did not answer in time'],
  ['half a line', 'hang', 'did not answer in time'],
  ['half a line and ends', 'crash', 'ended with exit status 0'],
  ['an answer too few', 'hang', 'did not answer in time'],
  ['closes its output', 'crash', 'closed the connection'],
  ['no end of line', 'protocol', 'sent a line without end'],
  ['no end of events', 'protocol', 'flooded with events'],
  ['no ASCII', 'protocol', 'sent a line that is not ASCII'],
  ['carriage return', 'protocol', 'sent a line that is not ASCII'],
  ['no answer at all', 'protocol', 'sent what is neither answer nor event'],
  ['FAIL', 'protocol', 'answered FAIL to inl'],
  ['a value too wide', 'protocol', 'answered inl wrongly'],
  ['no value', 'protocol', 'answered inl wrongly'],
  ['a malformed event', 'protocol', 'sent a malformed event'],
])('%s: %s, %s', async (how, kind, words) => {
  const target = await open(how, 5);
  const before = process.memoryUsage().rss;
  const [first, second] = [identity(), identity()];
  const seen: number[] = [];
  const died = death(() => target.accessAll?.([...first, ...second], (access) => void seen.push(access.valueLo)));
  expect(died).toMatchObject({ kind, how: words, answered: true });
  // What was answered before counts.
  expect(seen).toEqual([0x80000800 | 0, 0x11e81234, 0x80000800 | 0]);
  expect(died!.commands).toEqual([
    'hello 1',
    ...['outl 0xcf8 0x80000800', 'inl 0xcfc'].flatMap((line) => [line]),
    'outl 0xcf8 0x80000800',
    'inl 0xcfc',
  ]);
  if (how === 'is killed') expect(died!.stderr).toContain('Assertion `bar < 6` failed.');
  // It stays dead, with the same words.
  expect(death(() => target.access(identity()[0]!))).toBe(died);
  target.close?.();
  expect(process.memoryUsage().rss - before).toBeLessThan(150 << 20);
});

test('an answer that nobody asked for is noticed at the next command', async () => {
  const target = await open('two answers', 5);
  const died = death(() => {
    for (let times = 0; times < 50; times++) for (const access of identity()) target.access(access);
  });
  expect(died).toMatchObject({ kind: 'protocol' });
});

test('one that fails always has answered, and is broken', async () => {
  const target = await open('fails always', 0);
  // hello may fail.
  expect(target.description.machine).toMatchObject({ cam: true, ecam: [] });
  expect(death(() => target.access(identity()[0]!))).toMatchObject({ kind: 'protocol', how: 'answered FAIL to outl' });
});

test('an answer may be late, and optional commands are off without a word', async () => {
  const target = await open('late', 3);
  const [select, read] = identity();
  target.access(select!);
  target.access(read!);
  expect(read!.valueLo).toBe(0x11e81234);
  expect(target.command({ kind: 'reset' })).toEqual({ done: false, reason: "the target does not have 'reset'" });
  target.close?.();
});

test('events belong to the access before whose answer they come', async () => {
  const target = await open('events', 3);
  const events: (readonly Event[])[] = [];
  target.accessAll?.([...identity(), ...identity()], () => void events.push(target.takeEvents()));
  expect(events).toEqual([
    [],
    [
      { kind: 'message', addressHi: 0, addressLo: 0xfee01000 | 0, data: 0x4021, dataMask: -1, bdf: 8 },
      { kind: 'line', input: 17, level: 1 },
    ],
    [{ kind: 'line', input: 17, level: 0 }],
    [],
  ]);
  target.close?.();
});

test('messages that travel by another thread are waited for', async () => {
  const script = [
    'read hello; echo "OK caps=msi,async-msi,fire,sync"',
    'while read word rest; do case $word in',
    'sync) n=$((n + 1)); echo "MSI 0xfee00000 $n"; echo OK;;',
    'in*) echo OK 0x1;; fire) echo OK;; *) echo OK;;',
    'esac; done',
  ].join('\n');
  const target = (await openTarget(`exec:${script}`, undefined, TIMEOUT))();
  const data: number[][] = [];
  const take = (): void =>
    void data.push(target.takeEvents().map((event) => (event.kind === 'message' ? event.data : -1)));
  target.accessAll?.(identity(), take);
  expect(target.command({ kind: 'fire', bdf: 8, vector: 0 })).toEqual({ done: true });
  take();
  expect(data).toEqual([[1], [2], [3]]);
  target.close?.();
});

test.each([
  ['exec:exit 3', 'It ended with exit status 3.'],
  ['exec:no-such-program-anywhere', 'It ended with exit status 127.'],
  ['exec:sleep 100', 'No answer came within 1000 ms.'],
  ['exec:echo what; sleep 100', 'neither an answer nor an event'],
  ['exec:read hello; echo OK ecam=x; sleep 100', 'What it answers to hello is wrong'],
  ['exec:read hello; echo OK cam=0; sleep 100', 'it has neither CAM nor ECAM'],
])('%s does not start', async (name, sentence) => {
  const died = death(await opening(name));
  expect(died!.detail).toContain(sentence);
});

async function opening(name: string): Promise<() => void> {
  const factory = await openTarget(name, undefined, 1000);
  return () => void factory();
}

test('no process is left, not even of those that do not want to end', () => {
  const left = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/cmdline`))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(MARK);
      } catch {
        return false;
      }
    });
  expect(left).toEqual([]);
});
