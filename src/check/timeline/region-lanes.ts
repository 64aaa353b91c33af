/**
 * Lanes of regions: what each BAR, ROM, window and ECAM range decoded, and when. A lane belongs to a place (the number of a
 * function, and which of its regions), so that whatever is there in turn is drawn in one lane.
 */

import { PORT } from '../../access/access.ts';
import { formatBdf } from '../../access/bdf.ts';
import type { MachineDescription, Range } from '../../access/machine.ts';
import { formatHex } from '../../core/hex.ts';
import type { Extent } from '../../model/decode/place.ts';
import { OFF, ON } from '../../model/decode/region.ts';
import type { Decode, Region } from '../../model/decode/region.ts';
import type { PciFunction } from '../../model/function.ts';
import { PRESENT } from '../../model/function.ts';
import type { ForwardedWindow } from '../../model/watcher.ts';
import { BoundedSpans } from './bounded.ts';
import type { InnerRange, RegionLane, RegionSpan } from './timeline.ts';

/** Lanes that are kept. */
const LANES_AT_MOST = 600;
const REFUSED_AT_MOST = 1 << 16;

/** What something decodes at the moment. */
interface Present extends Omit<Extent, 'space'> {
  state: RegionSpan['state'];
}

/** A lane that is being recorded. */
interface Lane extends Pick<RegionLane, 'function' | 'name' | 'kind' | 'space'> {
  /** Number of the function in the order of the result; -1: the machine. */
  bdf: number;
  prefetchable: boolean;
  inside: InnerRange[];
  spans: BoundedSpans<RegionSpan>;
  open: (Present & { from: number }) | undefined;
  /** Which region of the function; see `keyOf`. */
  place: number;
  /** Whose region it shows at present. */
  owner: PciFunction | undefined;
}

/** Places of regions in a function: BARs and the ROM, entries of Enhanced Allocation, windows; then which space. */
const ENTRIES = 8;
const WINDOWS = { 'I/O': 250, memory: 251, prefetchable: 252 } as const;
const PLACES = 256;

export class RegionLanes {
  /** By number of the function, place and space. */
  private readonly lanes = new Map<number, Lane>();
  /** Lanes that show something of a function at present. */
  private readonly shown = new Map<PciFunction, Set<Lane>>();
  private readonly ecamLanes: Lane[] = [];
  private readonly ramLanes: Lane[] = [];
  /** Of lanes that had no room. */
  private readonly refused = new Set<number>();

  constructor(machine: MachineDescription) {
    for (const [index, range] of machine.ram.slice(0, 16).entries()) {
      const name = machine.ram.length === 1 ? 'RAM' : `RAM ${index}`;
      const lane = newLane(-1, '', name, 'RAM', 'memory');
      follow(lane, rangeOf(range), 0);
      this.ramLanes.push(lane);
    }
  }

  ecam(ranges: readonly Range[], step: number): void {
    for (const [index, range] of ranges.slice(0, 16).entries()) {
      const name = index === 0 ? 'ECAM' : `ECAM ${index}`;
      const lane = (this.ecamLanes[index] ??= newLane(-1, '', name, 'ECAM', 'memory'));
      follow(lane, rangeOf(range), step);
    }
    for (const lane of this.ecamLanes.slice(ranges.length)) follow(lane, undefined, step);
  }

  /** What the function decodes was decided anew at `step`. `windows`: those that it forwards. */
  update(f: PciFunction, windows: readonly ForwardedWindow[], step: number): void {
    const before = this.shown.get(f);
    // Most functions that are looked at decode nothing yet.
    if (before === undefined && windows.length === 0 && f.regions.every(({ state }) => state === OFF)) return;
    const now = new Set<Lane>();
    const show = (lane: Lane | undefined, extent: Extent, state: Decode): void => {
      if (lane === undefined) return;
      this.take(lane, f, now);
      const { baseHi, baseLo, lastHi, lastLo } = extent;
      follow(lane, { baseHi, baseLo, lastHi, lastLo, state: state === ON ? 'on' : 'maybe' }, step);
    };
    if (f.presence === PRESENT) {
      for (const region of f.regions) {
        if (region.state === OFF || !region.located) continue;
        const lane = this.laneOf(f, placeOf(region), region.isRom ? 'ROM' : 'BAR', region);
        show(lane, region, region.state);
        if (lane !== undefined) describe(lane, f, region);
      }
      for (const window of windows) {
        const lane = this.laneOf(f, WINDOWS[window.kind], 'window', window);
        show(lane, window, window.state);
        if (lane !== undefined) lane.prefetchable = window.kind === 'prefetchable';
      }
    }
    for (const lane of before ?? []) if (!now.has(lane)) release(lane, step);
    if (now.size > 0) this.shown.set(f, now);
    else this.shown.delete(f);
  }

  /** Nothing of the function decodes any more. */
  gone(f: PciFunction, step: number): void {
    for (const lane of this.shown.get(f) ?? []) release(lane, step);
    this.shown.delete(f);
  }

  /** Its number is another one from now on: what it decodes goes on in the lanes of that number. */
  renumbered(f: PciFunction, step: number): void {
    const now = new Set<Lane>();
    for (const lane of this.shown.get(f) ?? []) {
      const { open, place, name, kind, space, prefetchable, inside } = lane;
      release(lane, step);
      const next = this.reach((f.bus.number << 8) | f.deviceFunction, place, name, kind, space);
      if (next === undefined || open === undefined) continue;
      this.take(next, f, now);
      Object.assign(next, { prefetchable, inside });
      follow(next, open, step);
    }
    if (now.size > 0) this.shown.set(f, now);
    else this.shown.delete(f);
  }

  finish(steps: number): RegionLane[] {
    const all = [...this.ramLanes, ...this.ecamLanes, ...this.lanes.values()];
    for (const lane of all) follow(lane, undefined, steps);
    return all
      .toSorted((one, other) => one.bdf - other.bdf || (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
      .map(({ function: owner, name, kind, space, prefetchable, inside, spans }) => {
        return {
          function: owner,
          name,
          kind,
          space,
          prefetchable,
          inside,
          grain: spans.grain,
          spans: [...spans.list()],
        };
      })
      .filter(({ spans }) => spans.length > 0);
  }

  get omitted(): number {
    return this.refused.size;
  }

  /** The lane shows what is of this function from now on. */
  private take(lane: Lane, f: PciFunction, lanes: Set<Lane>): void {
    if (lane.owner !== f) {
      if (lane.owner !== undefined) this.shown.get(lane.owner)?.delete(lane);
      lane.owner = f;
      lane.inside = [];
    }
    lanes.add(lane);
  }

  private laneOf(
    f: PciFunction,
    place: number,
    kind: RegionLane['kind'],
    of: Region | ForwardedWindow,
  ): Lane | undefined {
    const bdf = (f.bus.number << 8) | f.deviceFunction;
    const isPort = of.space === PORT;
    const known = this.lanes.get(keyOf(bdf, 2 * place + (isPort ? 1 : 0)));
    if (known !== undefined) return known;
    const name = 'name' in of ? of.name : `${of.kind} window`;
    return this.reach(bdf, 2 * place + (isPort ? 1 : 0), name, kind, isPort ? 'port' : 'memory');
  }

  private reach(
    bdf: number,
    place: number,
    name: string,
    kind: RegionLane['kind'],
    space: RegionLane['space'],
  ): Lane | undefined {
    const key = keyOf(bdf, place);
    let lane = this.lanes.get(key);
    if (lane !== undefined) return lane;
    if (this.lanes.size >= LANES_AT_MOST) {
      if (this.refused.size < REFUSED_AT_MOST) this.refused.add(key);
      return undefined;
    }
    this.lanes.set(key, (lane = newLane(bdf, formatBdf(bdf), name, kind, space, place)));
    return lane;
  }
}

/** `place` counts places by space. */
function keyOf(bdf: number, place: number): number {
  return bdf * 2 * PLACES + place;
}

function placeOf({ entry, index }: Region): number {
  return entry === undefined ? index : ENTRIES + entry.number;
}

function newLane(
  bdf: number,
  owner: string,
  name: string,
  kind: RegionLane['kind'],
  space: RegionLane['space'],
  place = 0,
): Lane {
  return {
    bdf,
    function: owner,
    name,
    kind,
    space,
    prefetchable: false,
    inside: [],
    spans: new BoundedSpans(),
    open: undefined,
    place,
    owner: undefined,
  };
}

function describe(lane: Lane, f: PciFunction, region: Region): void {
  lane.prefetchable = !region.isRom && lane.space === 'memory' && f.config.bit(0x10 + 4 * region.index, 3) === 1;
  const { msix } = f;
  if (msix === undefined || region.isRom || lane.inside.length > 0) return;
  const { placement, pendingPlacement } = msix;
  if (placement.bar === region.index)
    lane.inside.push({ name: 'MSI-X table', offset: placement.offset, bytes: 16 * msix.size });
  if (pendingPlacement?.bar === region.index)
    lane.inside.push({ name: 'MSI-X PBA', offset: pendingPlacement.offset, bytes: 4 * msix.pending.length });
}

function release(lane: Lane, step: number): void {
  follow(lane, undefined, step);
  lane.owner = undefined;
}

/** Ends the present span of a lane if it is another one from now on. */
function follow(lane: Lane, present: Present | undefined, step: number): void {
  const { open } = lane;
  if (open !== undefined) {
    if (present !== undefined && isSame(open, present)) return;
    // What lasted for no access at all was never there for anybody.
    if (step > open.from)
      lane.spans.add({
        from: open.from,
        to: step,
        base: formatHex(open.baseHi, open.baseLo),
        last: formatHex(open.lastHi, open.lastLo),
        state: open.state,
        stretches: 1,
      });
  }
  lane.open = present === undefined ? undefined : { ...present, from: Math.max(step, open?.from ?? 0) };
}

function isSame(one: Present, other: Present): boolean {
  return (
    one.baseLo === other.baseLo &&
    one.lastLo === other.lastLo &&
    one.baseHi === other.baseHi &&
    one.lastHi === other.lastHi &&
    one.state === other.state
  );
}

function rangeOf({ loHi, loLo, hiHi, hiLo }: Range): Present {
  return { baseHi: loHi, baseLo: loLo, lastHi: hiHi, lastLo: hiLo, state: 'on' };
}
