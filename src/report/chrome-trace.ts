/**
 * `timeline.json`: timelines as Chrome trace events, which Perfetto opens. A microsecond stands for an access or event. A
 * process is a trace, a thread is a lane.
 */

import type { RegionLane, Timeline, VectorLane } from '../check/timeline/timeline.ts';
import { inert } from './html/inert.ts';
import type { NamedTimeline } from './html/pictures.ts';

interface ChromeEvent {
  /** X: something that lasts; i: a moment; M: a name. */
  ph: 'X' | 'i' | 'M';
  pid: number;
  tid: number;
  name: string;
  ts?: number;
  dur?: number;
  /** Of a moment: `t` belongs to its thread. */
  s?: 't' | 'p';
  cat?: string;
  args?: Record<string, unknown>;
}

/** The text of the file; the traces in the given order. */
export function chromeTrace(timelines: readonly NamedTimeline[]): string {
  const events = timelines.flatMap((one, index) => traceEvents(one, index + 1));
  const lines = events.map((event) => JSON.stringify(isOutside(event) ? inert(event) : event));
  return `{"displayTimeUnit":"ns","traceEvents":[\n${lines.join(',\n')}\n]}\n`;
}

/** Whether an event may hold text from outside: names do. The spans and marks, which are many, hold numbers and words of our own. */
function isOutside({ ph, cat }: ChromeEvent): boolean {
  return ph === 'M' || cat === 'divergence';
}

function traceEvents({ name, timeline, divergences }: NamedTimeline, pid: number): ChromeEvent[] {
  const { regions, vectors } = timeline;
  const lanes = [
    ...regions.map((lane) => ({ lane, label: `${lane.function} ${lane.name}`.trim(), events: regionEvents })),
    ...vectors.map((lane) => ({ lane, label: `${lane.function} ${lane.name}`.trim(), events: vectorEvents })),
  ];
  const named = (tid: number, what: string, text: string): ChromeEvent => {
    return { ph: 'M', pid, tid, name: what, args: { name: text } };
  };
  return [
    named(0, 'process_name', name),
    { ph: 'M', pid, tid: 0, name: 'process_sort_index', args: { sort_index: pid } },
    named(0, 'thread_name', 'divergences'),
    ...divergences.map(([ts, id]): ChromeEvent => ({ ph: 'i', pid, tid: 0, name: id, ts, s: 'p', cat: 'divergence' })),
    ...lanes.flatMap(({ lane, label, events }, index): ChromeEvent[] => [
      named(index + 1, 'thread_name', label),
      { ph: 'M', pid, tid: index + 1, name: 'thread_sort_index', args: { sort_index: index + 1 } },
      ...(events as (lane: RegionLane | VectorLane) => Partial<ChromeEvent>[])(lane).map((event) => {
        return { pid, tid: index + 1, ...event } as ChromeEvent;
      }),
    ]),
  ];
}

function regionEvents({ spans, kind, space, prefetchable }: RegionLane): Partial<ChromeEvent>[] {
  return spans.map(({ from, to, base, last, state, stretches }) => {
    const args = { base, last, space, prefetchable, state, stretches };
    return { ph: 'X', name: `${base} to ${last}`, ts: from, dur: to - from, cat: kind, args };
  });
}

function vectorEvents({ spans, messages, events }: VectorLane): Partial<ChromeEvent>[] {
  const moment = (name: string, marks: Timeline['vectors'][number]['messages']): Partial<ChromeEvent>[] =>
    marks.map(({ at, count }) => ({ ph: 'i', name, ts: at, s: 't', cat: 'interrupt', args: { count } }));
  return [
    ...spans.map(({ from, to, state, pending, stretches }): Partial<ChromeEvent> => {
      const name = pending ? `${state}, pending` : state;
      return { ph: 'X', name, ts: from, dur: to - from, cat: 'interrupt', args: { state, pending, stretches } };
    }),
    ...moment('message', messages),
    ...moment('event', events),
  ];
}
