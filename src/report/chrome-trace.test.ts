import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { HOSTILE, ODD } from '../../test/support/hostile.ts';
import { replayTrace } from '../check/replay.ts';
import type { RegionLane, RegionSpan, Timeline, VectorLane, VectorSpan } from '../check/timeline/timeline.ts';
import { chromeTrace } from './chrome-trace.ts';
import type { NamedTimeline } from './html/pictures.ts';

/** An event as the Trace Event Format has it, and as Perfetto reads it: its own rules, written down once more. */
interface Event {
  ph: string;
  pid: number;
  tid: number;
  name: string;
  ts?: number;
  dur?: number;
  s?: string;
  args?: { name?: string; sort_index?: number };
}

const span = (from: number, to: number): RegionSpan => {
  return { from, to, base: '0x1000', last: '0x1fff', state: 'on', stretches: 1 };
};
const vectorSpan = (from: number, to: number, pending: boolean): VectorSpan => {
  return { from, to, state: 'masked', pending, stretches: 1 };
};
const REGION: RegionLane = {
  function: '00:03.0',
  name: 'BAR 0',
  kind: 'BAR',
  space: 'memory',
  prefetchable: false,
  inside: [],
  grain: 0,
  spans: [span(3, 10), span(20, 100)],
};
const VECTOR: VectorLane = {
  function: '00:03.0',
  name: 'MSI-X 0',
  grain: 0,
  spans: [vectorSpan(5, 50, false), vectorSpan(50, 60, true)],
  messages: [{ at: 55, count: 2 }],
  events: [{ at: 54, count: 1 }],
};

function named(name: string, changes: Partial<Timeline> = {}): NamedTimeline {
  const timeline = {
    steps: 100,
    regions: [REGION],
    vectors: [VECTOR],
    omitted: { regions: 0, vectors: 0 },
    before: {},
  };
  return { name, timeline: { ...timeline, ...changes }, divergences: [[7, 'BAR-003-1a2b3c4d']] };
}

function eventsOf(timelines: readonly NamedTimeline[]): Event[] {
  const { traceEvents } = JSON.parse(chromeTrace(timelines)) as { traceEvents: Event[] };
  return traceEvents;
}

/** What is wrong with a list of events. */
function problems(events: readonly Event[]): string[] {
  const found: string[] = [];
  const names = new Map<string, string>();
  for (const event of events) {
    const { ph, pid, tid, name, ts, dur, s, args } = event;
    const say = (what: string): unknown => found.push(`${what}: ${JSON.stringify(event)}`);
    if (!Number.isInteger(pid) || pid < 1 || !Number.isInteger(tid) || tid < 0) say('no process or thread');
    if (typeof name !== 'string' || name === '') say('no name');
    if (!['X', 'i', 'M'].includes(ph)) say('another phase than these, of which no B waits for its E');
    if (ph !== 'M' && !(typeof ts === 'number' && ts >= 0)) say('no moment');
    if (ph === 'X' && !(typeof dur === 'number' && dur >= 0)) say('no duration');
    if (ph !== 'X' && dur !== undefined) say('a duration');
    if (ph === 'i' && !['g', 'p', 't'].includes(s ?? '')) say('no scope');
    if (ph === 'M' && name.endsWith('_name')) {
      const key = `${name} ${pid}${name === 'thread_name' ? ` ${tid}` : ''}`;
      if (names.has(key)) say('named twice');
      if ((args?.name ?? '') === '') say('an empty name');
      names.set(key, args?.name ?? '');
    }
  }
  for (const { ph, pid, tid } of events) {
    if (ph === 'M') continue;
    if (!names.has(`process_name ${pid}`)) found.push(`process ${pid} has no name`);
    if (!names.has(`thread_name ${pid} ${tid}`)) found.push(`thread ${pid} ${tid} has no name`);
  }
  return [...new Set(found)];
}

test('the checker sees what is wrong', () => {
  const good = eventsOf([named('a.txt')]);
  expect(problems(good)).toEqual([]);
  const broken: [number, Partial<Event>][] = [
    [good.findIndex(({ ph }) => ph === 'X'), { dur: -1 }],
    [good.findIndex(({ ph }) => ph === 'X'), { ph: 'B' }],
    [good.findIndex(({ ph }) => ph === 'i'), { s: 'x' }],
    [good.findIndex(({ ph }) => ph === 'i'), { tid: 77 }],
    [good.findIndex(({ name }) => name === 'process_name'), { name: 'other' }],
  ];
  for (const [at, change] of broken)
    expect(problems(good.map((event, index) => (index === at ? { ...event, ...change } : event)))).not.toEqual([]);
});

test('every event has what its phase asks for; processes and threads have names', () => {
  const events = eventsOf([named('a.txt'), named('b.txt')]);
  expect(problems(events)).toEqual([]);
  const namesOf = (what: string, pid: number): unknown[] =>
    events.filter((one) => one.name === what && one.pid === pid).map(({ args }) => args?.name);
  expect(namesOf('process_name', 1)).toEqual(['a.txt']);
  expect(namesOf('process_name', 2)).toEqual(['b.txt']);
  expect(namesOf('thread_name', 1)).toEqual(['divergences', '00:03.0 BAR 0', '00:03.0 MSI-X 0']);
});

test('what lasts is complete from its begin to its end; what happens at once is an instant', () => {
  const events = eventsOf([named('a.txt')]);
  const of = (tid: number) =>
    events.filter((one) => one.tid === tid && one.ph !== 'M').map(({ ph, ts, dur, name }) => [ph, ts, dur, name]);
  expect(of(0)).toEqual([['i', 7, undefined, 'BAR-003-1a2b3c4d']]);
  expect(of(1)).toEqual([
    ['X', 3, 7, '0x1000 to 0x1fff'],
    ['X', 20, 80, '0x1000 to 0x1fff'],
  ]);
  expect(of(2)).toEqual([
    ['X', 5, 45, 'masked'],
    ['X', 50, 10, 'masked, pending'],
    ['i', 55, undefined, 'message'],
    ['i', 54, undefined, 'event'],
  ]);
});

test('spans of a thread do not overlap, so that each is drawn beside the last', () => {
  const spans = eventsOf([named('a.txt')]).filter(({ ph }) => ph === 'X');
  for (const [index, { tid, ts }] of spans.entries()) {
    const last = spans.slice(0, index).findLast((one) => one.tid === tid);
    if (last !== undefined) expect(ts).toBeGreaterThanOrEqual(last.ts! + last.dur!);
  }
});

test('a real guest: the recorded boot of U-Boot on RISC-V', async () => {
  const trace = fileURLToPath(new URL('../../corpora/traces/uboot-riscv64/trace.txt.gz', import.meta.url));
  const { timeline } = await replayTrace(trace, { name: 'boot', timeline: true });
  const events = eventsOf([{ name: 'boot', timeline: timeline!, divergences: [] }]);
  expect(events.filter(({ ph }) => ph === 'X').length).toBeGreaterThan(3);
  expect(problems(events)).toEqual([]);
});

test('without a timeline there is an empty list, and equal runs have equal bytes', () => {
  expect(eventsOf([])).toEqual([]);
  expect(problems(eventsOf([named('a.txt', { regions: [], vectors: [] })]))).toEqual([]);
  expect(chromeTrace([named('a.txt')])).toBe(chromeTrace([named('a.txt')]));
});

test.each(Object.entries(HOSTILE))('%s: is a name and nothing more', (_name, text) => {
  const written = chromeTrace([named(text, { regions: [{ ...REGION, name: text, spans: [span(1, 2)] }] })]);
  expect(written).not.toMatch(ODD);
  expect(problems((JSON.parse(written) as { traceEvents: Event[] }).traceEvents)).toEqual([]);
});
