/**
 * Lanes of interrupts: what each vector and line was allowed to do, and what it did. A lane belongs to the number of a
 * function and a vector, so that whatever is there in turn is drawn in one lane.
 */

import { formatBdf } from '../../access/bdf.ts';
import type { Event } from '../../access/event.ts';
import { PRESENT } from '../../model/function.ts';
import type { PciFunction } from '../../model/function.ts';
import { messageMasked } from '../../model/interrupts/msi.ts';
import { isShownPending } from '../../model/interrupts/pending.ts';
import { BoundedMarks, BoundedSpans } from './bounded.ts';
import { MessageOwners } from './message-owners.ts';
import type { VectorLane, VectorSpan } from './timeline.ts';

/** Lanes that are kept, and lanes without room that are counted. */
const LANES_AT_MOST = 400;
const REFUSED_AT_MOST = 1 << 16;

interface Present {
  state: VectorSpan['state'];
  pending: boolean;
}

interface Lane {
  /** Order in the result: by function, then by kind and number. -1: the machine. */
  bdf: number;
  order: number;
  name: string;
  spans: BoundedSpans<VectorSpan>;
  messages: BoundedMarks;
  events: BoundedMarks;
  open: (Present & { from: number }) | undefined;
  /** Whose vector it shows at present. */
  owner: PciFunction | undefined;
}

/** What is followed of a function. */
interface Followed {
  /** What all its vectors depend on, as it was when they were last looked at. */
  control: number;
  /** It is not there, so that what its registers hold says nothing. */
  isGone: boolean;
  /** Vectors that were written, or that have a lane. */
  vectors: Map<number, Lane | undefined>;
}

/** Places of kinds in the order of lanes; a table has at most 2048 vectors, MSI at most 32. */
const MSI = 4096;
const INTX = 4128;
const PLACES = 8192;
/** Machine lanes: their keys are negative. */
const OTHERS = 2 ** 40;

/** Which function an event means by its number; undefined: that is not certain. */
export type Named = (bdf: number) => PciFunction | undefined;

export class VectorLanes {
  /** By number of the function and vector, or negative by number of the line. */
  private readonly lanes = new Map<number, Lane>();
  /** A function that is gone may come back by a restore, and is nobody's memory else. */
  private readonly followed = new WeakMap<PciFunction, Followed>();
  private readonly owners = new MessageOwners();
  private readonly refused = new Set<number>();

  /** Enables, masks, contents or pending bits of a function may have changed. `index`: MSI-X vector; -1: all. */
  update(f: PciFunction, index: number, step: number): void {
    if (f.msixAt === 0 && f.msiAt === 0) return;
    const followed = this.of(f);
    followed.isGone = false;
    if (index >= 0) {
      this.remember(f, index);
      this.vector(f, index, step);
      return;
    }
    followed.control = controlOf(f);
    for (let number = 0; f.msiAt > 0 && number < messagesOf(f); number++)
      if (!followed.vectors.has(MSI + number)) followed.vectors.set(MSI + number, undefined);
    if (f.msiAt > 0) this.remember(f, MSI);
    for (const one of followed.vectors.keys()) if (one !== INTX) this.vector(f, one, step);
  }

  /** Something else of the function has changed, and its interrupts perhaps with it. */
  touched(f: PciFunction, step: number): void {
    if ((f.msixAt === 0 && f.msiAt === 0) || this.followed.get(f)?.control === controlOf(f)) return;
    this.update(f, -1, step);
  }

  /** The function sends nothing any more. */
  gone(f: PciFunction, step: number): void {
    const followed = this.followed.get(f);
    if (followed === undefined) return;
    followed.isGone = true;
    for (const [index, lane] of followed.vectors) {
      if (lane?.owner === f) release(lane, step);
      followed.vectors.set(index, undefined);
    }
  }

  /** Its number is another one from now on. */
  renumbered(f: PciFunction, step: number): void {
    this.gone(f, step);
    this.refresh(f, step);
  }

  /** All that is followed of a function, as it is now. */
  refresh(f: PciFunction, step: number): void {
    const followed = this.followed.get(f);
    if (followed === undefined) return;
    followed.isGone = false;
    for (const [index, lane] of followed.vectors) {
      // A restore takes numbers back, too.
      if (lane === undefined || lane.bdf === numberOf(f)) continue;
      if (lane.owner === f) release(lane, step);
      followed.vectors.set(index, undefined);
    }
    for (const index of followed.vectors.keys()) if (index < MSI) this.remember(f, index, true);
    if (f.msiAt > 0) this.remember(f, MSI, true);
    this.update(f, -1, step);
    if (followed.vectors.has(INTX)) this.level(f, f.intx === 1 ? 1 : 0, step);
  }

  /** An event, once the model has had it. */
  event(event: Event, named: Named, step: number): void {
    switch (event.kind) {
      case 'message':
        this.message(event, step);
        return;
      case 'fire': {
        const f = named(event.bdf);
        if (f === undefined) return;
        const index = vectorOf(f, event.vector);
        this.laneOf(f, index)?.events.add(step);
        this.vector(f, index, step);
        return;
      }
      case 'intx': {
        const f = named(event.bdf);
        if (f !== undefined) this.level(f, event.level, step);
        return;
      }
      case 'condition': {
        const f = event.level === 1 ? named(event.bdf) : undefined;
        if (f !== undefined) this.laneOf(f, INTX)?.events.add(step);
        return;
      }
      case 'line': {
        const lane = this.reach(-1 - event.input, -1, event.input, () => `line ${event.input}`);
        if (lane !== undefined) follow(lane, event.level === 1 ? ASSERTED : undefined, step);
        return;
      }
      default:
        return;
    }
  }

  finish(steps: number): VectorLane[] {
    for (const lane of this.lanes.values()) follow(lane, undefined, steps);
    return [...this.lanes.values()]
      .toSorted((one, other) => one.bdf - other.bdf || one.order - other.order)
      .map(({ bdf, name, spans, messages, events }) => {
        const grain = Math.max(spans.grain, messages.grain, events.grain);
        const lists = { spans: [...spans.list()], messages: [...messages.list()], events: [...events.list()] };
        return { function: bdf < 0 ? '' : formatBdf(bdf), name, grain, ...lists };
      })
      .filter(({ spans, messages, events }) => spans.length + messages.length + events.length > 0);
  }

  get omitted(): number {
    return this.refused.size;
  }

  private message(event: Extract<Event, { kind: 'message' }>, step: number): void {
    const owner = this.owners.find(event);
    if (owner === undefined) {
      this.reach(-OTHERS, -1, OTHERS, () => 'other messages')?.messages.add(step);
      return;
    }
    this.laneOf(owner.function, owner.index)?.messages.add(step);
    this.vector(owner.function, owner.index, step);
  }

  private level(f: PciFunction, level: 0 | 1, step: number): void {
    const lane = this.laneOf(f, INTX);
    if (lane === undefined) return;
    if (level === 1) show(lane, f, ASSERTED, step);
    else if (lane.owner === f) release(lane, step);
  }

  /** What one vector may do from now on. */
  private vector(f: PciFunction, index: number, step: number): void {
    const { vectors, isGone } = this.of(f);
    const present = isGone ? undefined : index >= MSI ? messageOf(f, index - MSI) : entryOf(f, index);
    const lane = vectors.get(index) ?? (present === undefined ? undefined : this.laneOf(f, index));
    // A vector that never could do anything has no lane.
    if (lane === undefined) vectors.set(index, undefined);
    else if (present !== undefined) show(lane, f, present, step);
    else if (lane.owner === f) release(lane, step);
  }

  /** Whose the messages with the present contents are. */
  private remember(f: PciFunction, index: number, again = false): void {
    if (index < MSI) {
      const now = f.vectors.entry(index);
      if (now !== undefined) this.owners.add(f, index, now, again);
      return;
    }
    const now = f.vectors.message();
    if (now === undefined) return;
    for (let number = 0; number <= now.replaces && number < 32; number++)
      this.owners.add(f, MSI + number, { ...now, data: (now.data & ~now.replaces) | number }, again);
  }

  private laneOf(f: PciFunction, index: number): Lane | undefined {
    const { vectors } = this.of(f);
    const known = vectors.get(index);
    if (known !== undefined) return known;
    const bdf = numberOf(f);
    const lane = this.reach(bdf * PLACES + index, bdf, index, () => nameOf(index));
    vectors.set(index, lane);
    return lane;
  }

  private of(f: PciFunction): Followed {
    let followed = this.followed.get(f);
    if (followed === undefined) this.followed.set(f, (followed = { control: -1, isGone: false, vectors: new Map() }));
    return followed;
  }

  private reach(key: number, bdf: number, order: number, name: () => string): Lane | undefined {
    let lane = this.lanes.get(key);
    if (lane !== undefined) return lane;
    if (this.lanes.size >= LANES_AT_MOST) {
      if (this.refused.size < REFUSED_AT_MOST) this.refused.add(key);
      return undefined;
    }
    lane = {
      bdf,
      order,
      name: name(),
      spans: new BoundedSpans(),
      messages: new BoundedMarks(),
      events: new BoundedMarks(),
      open: undefined,
      owner: undefined,
    };
    this.lanes.set(key, lane);
    return lane;
  }
}

function nameOf(index: number): string {
  return index === INTX ? 'INTx' : index >= MSI ? `MSI ${index - MSI}` : `MSI-X ${index}`;
}

/** The vector behind which the event of this number happens. */
function vectorOf(f: PciFunction, number: number): number {
  const isMsix = f.msixAt > 0 && f.config.bit(f.msixAt + 2, 15) === 1;
  return isMsix || f.msiAt === 0 ? number : MSI + (number & (messagesOf(f) - 1));
}

/** How many vectors MSI has by Multiple Message Enable; 1 while that is not known. */
function messagesOf({ config, msiAt }: PciFunction): number {
  return 1 << Math.min(((config.peek(msiAt + 2, 1) ?? 0) >>> 4) & 7, 5);
}

/** Presence and enables as one number: while it is the same, a vector changes only if its own registers do. */
function controlOf({ presence, config, msixAt, msiAt }: PciFunction): number {
  const three = (at: number, bit: number): number => (at === 0 ? 3 : config.bit(at, bit) & 3);
  const msix = msixAt === 0 ? 0 : (three(msixAt + 2, 15) << 2) | three(msixAt + 2, 14);
  return (presence << 8) | (msix << 4) | (msiAt === 0 ? 3 : three(msiAt + 2, 0));
}

/** Undefined: MSI-X is off, so that the vector can do nothing. */
function entryOf(f: PciFunction, index: number): Present | undefined {
  const enabled = f.presence === PRESENT && f.msixAt > 0 ? f.config.bit(f.msixAt + 2, 15) : 0;
  if (enabled === 0) return undefined;
  const pending = f.vectors.known(index)?.pending === 1;
  return presentOf(f, true, index, enabled, f.vectors.masked(index), pending);
}

/** Undefined: MSI is off, or has fewer vectors. */
function messageOf(f: PciFunction, index: number): Present | undefined {
  const enabled = f.presence === PRESENT && f.msiAt > 0 ? f.config.bit(f.msiAt + 2, 0) : 0;
  if (enabled === 0 || index >= messagesOf(f)) return undefined;
  const pending = f.vectors.knownMessage(index)?.pending === 1;
  return presentOf(f, false, index, enabled, messageMasked(f, index), pending);
}

function presentOf(
  f: PciFunction,
  isMsix: boolean,
  index: number,
  enabled: 0 | 1 | -1,
  masked: 0 | 1 | -1,
  pending: boolean,
): Present {
  const state = masked < 0 || enabled < 0 ? 'unknown' : masked === 1 ? 'masked' : 'ready';
  return { state, pending: pending || (masked === 1 && isShownPending(f, isMsix, index)) };
}

const ASSERTED: Present = { state: 'asserted', pending: false };

/** The lane shows what is of this function from now on. */
function show(lane: Lane, f: PciFunction, present: Present, step: number): void {
  lane.owner = f;
  follow(lane, present, step);
}

function release(lane: Lane, step: number): void {
  follow(lane, undefined, step);
  lane.owner = undefined;
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

function numberOf(f: PciFunction): number {
  return (f.bus.number << 8) | f.deviceFunction;
}
