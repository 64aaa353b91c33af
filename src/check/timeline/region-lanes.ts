/** Lanes of regions: what each BAR, ROM, window and ECAM range decoded, and when. */

import { PORT } from '../../access/access.ts';
import { formatBdf } from '../../access/bdf.ts';
import type { MachineDescription, Range } from '../../access/machine.ts';
import { formatHex } from '../../core/hex.ts';
import { windowsOf } from '../../model/decode/window.ts';
import { ON, OFF } from '../../model/decode/region.ts';
import type { Region } from '../../model/decode/region.ts';
import type { PciFunction } from '../../model/function.ts';
import { PRESENT } from '../../model/function.ts';
import { BoundedSpans } from './bounded.ts';
import type { InnerRange, RegionLane, RegionSpan } from './timeline.ts';

/** Lanes that are kept. */
const LANES_AT_MOST = 600;

/** What something decodes at the moment. */
interface Present {
  baseHi: number;
  baseLo: number;
  lastHi: number;
  lastLo: number;
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
}

export class RegionLanes {
  /** By function, then by name. */
  private readonly lanes = new Map<PciFunction, Map<string, Lane>>();
  private readonly ecamLanes: Lane[] = [];
  private readonly ramLanes: Lane[] = [];
  private count = 0;
  /** Of lanes that had no room. */
  private readonly refused = new Set<string>();

  constructor(machine: MachineDescription) {
    for (const [index, range] of machine.ram.slice(0, 16).entries()) {
      const name = machine.ram.length === 1 ? 'RAM' : `RAM ${index}`;
      this.ramLanes.push(newLane(-1, '', name, 'RAM', 'memory', rangeOf(range), 0));
    }
  }

  ecam(ranges: readonly Range[], step: number): void {
    for (const [index, range] of ranges.slice(0, 16).entries()) {
      const lane = (this.ecamLanes[index] ??= newLane(
        -1,
        '',
        index === 0 ? 'ECAM' : `ECAM ${index}`,
        'ECAM',
        'memory',
      ));
      follow(lane, rangeOf(range), step);
    }
    for (const lane of this.ecamLanes.slice(ranges.length)) follow(lane, undefined, step);
  }

  /** What the function decodes was decided anew at `step`. */
  update(f: PciFunction, step: number): void {
    const mine = this.lanes.get(f);
    const seen = new Set<string>();
    if (f.presence === PRESENT) {
      for (const region of f.regions) {
        if (region.state === OFF || !region.located) continue;
        const lane = this.laneOf(f, region.name, region.isRom ? 'ROM' : 'BAR', region.space === PORT);
        if (lane === undefined) continue;
        seen.add(lane.name);
        describe(lane, f, region);
        follow(lane, { ...placeOf(region), state: region.state === ON ? 'on' : 'maybe' }, step);
      }
      if (f.isBridge) this.windows(f, step, seen);
    }
    if (mine === undefined) return;
    for (const [name, lane] of mine) if (!seen.has(name)) follow(lane, undefined, step);
  }

  finish(steps: number): RegionLane[] {
    const functions = [...this.lanes.values()].flatMap((lanes) => [...lanes.values()]);
    const all = [...this.ramLanes, ...this.ecamLanes, ...functions];
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

  private windows(f: PciFunction, step: number, seen: Set<string>): void {
    for (const { kind, range } of windowsOf(f)) {
      if (range === undefined) continue;
      const name = `${kind} window`;
      const isPort = kind === 'I/O';
      const enable = f.config.bit(4, isPort ? 0 : 1);
      if (enable === 0) continue;
      const lane = this.laneOf(f, name, 'window', isPort);
      if (lane === undefined) continue;
      seen.add(name);
      lane.prefetchable = kind === 'prefetchable';
      follow(lane, { ...halvesOf(range), state: enable === 1 && f.doubt === 'none' ? 'on' : 'maybe' }, step);
    }
  }

  private laneOf(f: PciFunction, name: string, kind: RegionLane['kind'], isPort: boolean): Lane | undefined {
    let lanes = this.lanes.get(f);
    if (lanes === undefined) this.lanes.set(f, (lanes = new Map()));
    const known = lanes.get(name);
    if (known !== undefined) return known;
    const { bdf } = f.identity();
    if (this.count >= LANES_AT_MOST) {
      this.refused.add(`${bdf} ${name}`);
      return undefined;
    }
    this.count++;
    const lane = newLane(bdf, formatBdf(bdf), name, kind, isPort ? 'port' : 'memory');
    lanes.set(name, lane);
    return lane;
  }
}

function newLane(
  bdf: number,
  owner: string,
  name: string,
  kind: RegionLane['kind'],
  space: RegionLane['space'],
  open?: Present,
  from = 0,
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
    open: open === undefined ? undefined : { ...open, from },
  };
}

function describe(lane: Lane, f: PciFunction, region: Region): void {
  lane.space = region.space === PORT ? 'port' : 'memory';
  lane.prefetchable = !region.isRom && lane.space === 'memory' && f.config.bit(0x10 + 4 * region.index, 3) === 1;
  const { msix } = f;
  if (msix === undefined || region.isRom || lane.inside.length > 0) return;
  const { placement, pendingPlacement } = msix;
  if (placement.bar === region.index)
    lane.inside.push({ name: 'MSI-X table', offset: placement.offset, bytes: 16 * msix.size });
  if (pendingPlacement?.bar === region.index)
    lane.inside.push({ name: 'MSI-X PBA', offset: pendingPlacement.offset, bytes: 4 * msix.pending.length });
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

function placeOf({ baseHi, baseLo, lastHi, lastLo }: Region): Omit<Present, 'state'> {
  return { baseHi, baseLo, lastHi, lastLo };
}

function halvesOf({ base, last }: { base: bigint; last: bigint }): Omit<Present, 'state'> {
  const half = (address: bigint): number => Number(BigInt.asIntN(32, address));
  return { baseHi: half(base >> 32n), baseLo: half(base), lastHi: half(last >> 32n), lastLo: half(last) };
}

function rangeOf({ loHi, loLo, hiHi, hiLo }: Range): Present {
  return { baseHi: loHi, baseLo: loLo, lastHi: hiHi, lastLo: hiLo, state: 'on' };
}
