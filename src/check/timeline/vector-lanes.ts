/** Lanes of interrupts: what each vector and line was allowed to do, and what it did. */

import { formatBdf } from '../../access/bdf.ts';
import type { Event } from '../../access/event.ts';
import { PRESENT } from '../../model/function.ts';
import type { PciFunction } from '../../model/function.ts';
import { BoundedMarks, BoundedSpans } from './bounded.ts';
import type { VectorLane, VectorSpan } from './timeline.ts';

/** Lanes that are kept. */
const LANES_AT_MOST = 400;
/** Contents of vectors that are remembered, to tell whose a message is. */
const CONTENTS_AT_MOST = 1 << 14;

interface Present {
  state: VectorSpan['state'];
  pending: boolean;
}

interface Lane {
  /** Order in the result: by function, then by kind and number. -1: the machine. */
  bdf: number;
  order: number;
  function: string;
  name: string;
  spans: BoundedSpans<VectorSpan>;
  messages: BoundedMarks;
  events: BoundedMarks;
  open: (Present & { from: number }) | undefined;
}

/** Places of kinds in the order of lanes; a table has at most 2048 vectors. */
const MSI = 4096;
const INTX = 4097;
const LINES = 1 << 16;
const OTHERS = 1 << 30;

export class VectorLanes {
  private readonly lanes = new Map<string, Lane>();
  private readonly lines = new Map<number, Lane>();
  /** Vectors of a function whose entries were written, or that have a lane. */
  private readonly touched = new Map<PciFunction, Map<number, Lane | undefined>>();
  private readonly byNumber = new Map<number, PciFunction>();
  /** Whose message has this address and data, by sender where that is told. */
  private readonly contents = new Map<string, { f: PciFunction; index: number }>();
  private readonly refused = new Set<string>();

  /** Enables, masks, contents or pending bits of a function may have changed. `index`: MSI-X vector; -1: all. */
  update(f: PciFunction, index: number, step: number): void {
    this.byNumber.set(f.identity().bdf, f);
    if (f.msixAt === 0 && f.msiAt === 0) return;
    if (index >= 0) {
      this.remember(f, index);
      this.vector(f, index, step);
    } else for (const one of this.touched.get(f)?.keys() ?? []) this.vector(f, one, step);
    if (index >= 0 || f.msiAt === 0) return;
    this.remember(f, MSI);
    this.vector(f, MSI, step);
  }

  event(event: Event, step: number): void {
    switch (event.kind) {
      case 'message':
        this.message(event, step);
        return;
      case 'fire': {
        const f = this.byNumber.get(event.bdf);
        if (f === undefined) return;
        const index =
          f.msixAt > 0 && f.config.bit(f.msixAt + 2, 15) === 1 ? event.vector : f.msiAt > 0 ? MSI : event.vector;
        this.laneOf(f, index)?.events.add(step);
        this.vector(f, index, step);
        return;
      }
      case 'intx': {
        const f = this.byNumber.get(event.bdf);
        if (f !== undefined) level(this.laneOf(f, INTX), event.level, step);
        return;
      }
      case 'condition': {
        const f = this.byNumber.get(event.bdf);
        if (f !== undefined && event.level === 1) this.laneOf(f, INTX)?.events.add(step);
        return;
      }
      case 'line':
        level(this.lineOf(event.input), event.level, step);
        return;
      default:
        return;
    }
  }

  finish(steps: number): VectorLane[] {
    for (const lane of this.lanes.values()) follow(lane, undefined, steps);
    return [...this.lanes.values()]
      .toSorted((one, other) => one.bdf - other.bdf || one.order - other.order)
      .map(({ function: owner, name, spans, messages, events }) => {
        const grain = Math.max(spans.grain, messages.grain, events.grain);
        const lists = { spans: [...spans.list()], messages: [...messages.list()], events: [...events.list()] };
        return { function: owner, name, grain, ...lists };
      })
      .filter(({ spans, messages, events }) => spans.length + messages.length + events.length > 0);
  }

  get omitted(): number {
    return this.refused.size;
  }

  private message(event: Extract<Event, { kind: 'message' }>, step: number): void {
    const { addressHi, addressLo, data, bdf } = event;
    const owner = this.contents.get(contentKey(bdf ?? -1, addressHi, addressLo, data));
    if (owner === undefined) {
      this.reach(-1, '', OTHERS, 'other messages')?.messages.add(step);
      return;
    }
    this.laneOf(owner.f, owner.index)?.messages.add(step);
    this.vector(owner.f, owner.index, step);
  }

  /** What one vector may do from now on. */
  private vector(f: PciFunction, index: number, step: number): void {
    const present = index === MSI ? messagesOf(f) : entryOf(f, index);
    const known = this.lanesOf(f).get(index);
    if (known === undefined) this.lanesOf(f).set(index, undefined);
    // A vector that never could do anything has no lane.
    if (present === undefined && known === undefined) return;
    const lane = known ?? this.laneOf(f, index);
    if (lane !== undefined) follow(lane, present, step);
  }

  private remember(f: PciFunction, index: number): void {
    if (this.contents.size >= CONTENTS_AT_MOST) return;
    const { bdf } = f.identity();
    const keep = (addressHi: number, addressLo: number, data: number): void => {
      const owner = { f, index };
      this.contents.set(contentKey(-1, addressHi, addressLo, data), owner);
      this.contents.set(contentKey(bdf, addressHi, addressLo, data), owner);
    };
    if (index === MSI) {
      const now = f.vectors.message();
      if (now === undefined) return;
      for (let k = 0; k <= now.replaces && k < 32; k++)
        keep(now.addressHi, now.addressLo, (now.data & ~now.replaces) | k);
      return;
    }
    const now = f.vectors.entry(index);
    if (now !== undefined) keep(now.addressHi, now.addressLo, now.data);
  }

  private laneOf(f: PciFunction, index: number): Lane | undefined {
    const { bdf } = f.identity();
    const lane = this.reach(
      bdf,
      formatBdf(bdf),
      index,
      index === MSI ? 'MSI' : index === INTX ? 'INTx' : `MSI-X ${index}`,
    );
    if (lane !== undefined && index !== INTX) this.lanesOf(f).set(index, lane);
    return lane;
  }

  /** Lines change more often than anything else. */
  private lineOf(input: number): Lane | undefined {
    let lane = this.lines.get(input);
    if (lane === undefined && (lane = this.reach(-1, '', LINES + input, `line ${input}`)) !== undefined)
      this.lines.set(input, lane);
    return lane;
  }

  private lanesOf(f: PciFunction): Map<number, Lane | undefined> {
    let lanes = this.touched.get(f);
    if (lanes === undefined) this.touched.set(f, (lanes = new Map()));
    return lanes;
  }

  private reach(bdf: number, owner: string, order: number, name: string): Lane | undefined {
    const key = `${bdf} ${order}`;
    let lane = this.lanes.get(key);
    if (lane !== undefined) return lane;
    if (this.lanes.size >= LANES_AT_MOST) {
      this.refused.add(key);
      return undefined;
    }
    lane = {
      bdf,
      order,
      function: owner,
      name,
      spans: new BoundedSpans(),
      messages: new BoundedMarks(),
      events: new BoundedMarks(),
      open: undefined,
    };
    this.lanes.set(key, lane);
    return lane;
  }
}

function contentKey(bdf: number, hi: number, lo: number, data: number): string {
  return `${bdf} ${hi} ${lo & ~3} ${data}`;
}

/** Undefined: MSI-X is off, so that the vector can do nothing. */
function entryOf(f: PciFunction, index: number): Present | undefined {
  if (f.presence !== PRESENT || f.msixAt === 0 || f.config.bit(f.msixAt + 2, 15) === 0) return undefined;
  const masked = f.vectors.masked(index);
  const state = masked < 0 || f.config.bit(f.msixAt + 2, 15) < 0 ? 'unknown' : masked === 1 ? 'masked' : 'ready';
  return { state, pending: f.vectors.known(index)?.pending === 1 };
}

function messagesOf(f: PciFunction): Present | undefined {
  if (f.presence !== PRESENT || f.msiAt === 0) return undefined;
  const enabled = f.config.bit(f.msiAt + 2, 0);
  if (enabled === 0) return undefined;
  const pending = f.vectors.held().some(({ msix, vector }) => !msix && vector.pending === 1);
  return { state: enabled < 0 ? 'unknown' : 'ready', pending };
}

const ASSERTED: Present = { state: 'asserted', pending: false };

function level(lane: Lane | undefined, up: 0 | 1, step: number): void {
  if (lane !== undefined) follow(lane, up === 1 ? ASSERTED : undefined, step);
}

function follow(lane: Lane, present: Present | undefined, step: number): void {
  const { open } = lane;
  if (open !== undefined) {
    const { from, state, pending } = open;
    if (present !== undefined && state === present.state && pending === present.pending) return;
    if (step > from && !lane.spans.absorb(from, step)) lane.spans.add({ from, to: step, state, pending, stretches: 1 });
  }
  if (present === undefined) lane.open = undefined;
  else lane.open = { state: present.state, pending: present.pending, from: Math.max(step, open?.from ?? 0) };
}
