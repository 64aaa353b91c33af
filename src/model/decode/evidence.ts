/**
 * What the contents of regions tell about decoding. What lies behind a BAR is the device's own, so the only evidence is
 * a *marker*: a value, neither zeros nor ones, that was read twice. It proves that the region answers where it is seen
 * again, and that it does not answer where a hole is read instead.
 */

import { MEMORY, PORT } from '../../access/access.ts';
import type { Access } from '../../access/access.ts';
import type { Range } from '../../access/machine.ts';
import { formatHex } from '../../core/hex.ts';
import { sumHi, sumLo } from '../../core/pair.ts';
import { Answers } from './answers.ts';
import { isLegacy, writtenToLegacy } from './legacy-range.ts';
import { countAnswer, undisturbedRule } from './no-change.ts';
import { isReconfigured, isSharedMemory } from './own-ways.ts';
import { keyOf } from './place.ts';
import type { Place } from './place.ts';
import { OFF, ON } from './region.ts';
import type { Marker, Region } from './region.ts';
import { romHides, silenceRule } from './silence.ts';
import { equal, isOnes, isStable, isTelling, isUnlikely, isZero } from './telling.ts';
import { VirtualRanges } from './virtual-ranges.ts';
import type { MachineState } from '../state.ts';

interface Memory {
  valueLo: number;
  valueHi: number;
  width: number;
  reads: number;
}

const WIDTHS = [1, 2, 4, 8] as const;
const REMEMBERED_AT_MOST = 4096;
/** Equal reads in a row after which an answer that is neither of two values is judged: a counter may stand still for two. */
const SURE_READS = 3;

export class Evidence {
  private readonly state: MachineState;
  private readonly answers: Answers;
  private readonly virtual: VirtualRanges;
  /** Contents of RAM and of holes that the trace shows, by address. */
  private readonly memory = new Map<number | string, Memory>();
  private readonly apertures: readonly Range[];

  constructor(state: MachineState) {
    this.state = state;
    this.answers = new Answers(state);
    this.virtual = new VirtualRanges(state);
    this.apertures = [...state.machine.mem32, ...state.machine.mem64];
  }

  /** Copy of what memory and holes hold, for a snapshot of the machine. */
  copyMemory(): ReadonlyMap<number | string, Memory> {
    return new Map([...this.memory].map(([at, memory]) => [at, { ...memory }]));
  }

  /** The machine goes back to a snapshot: memory that has changed since is not known any more. */
  restoreMemory(kept: ReadonlyMap<number | string, Memory>): void {
    for (const [at, memory] of this.memory) {
      const before = kept.get(at);
      if (before?.valueLo !== memory.valueLo || before.valueHi !== memory.valueHi) this.memory.delete(at);
    }
  }

  write(access: Access, place: Place, claims: readonly Region[]): void {
    for (const region of claims) {
      // The device may do anything with it, so its values prove nothing any more; a ROM takes no writes.
      if (region.isRom) this.writtenToRom(access, place, region);
      else region.function.forgetContents();
    }
    writtenToLegacy(this.state, place);
    if (claims.length === 0) this.virtual.write();
    // Only RAM keeps what is written.
    this.overwritten(access, place);
    if (this.inRam(place)) this.remember(access, place, 0);
  }

  /** A write to a structure behind a BAR, which RAM may have got if it lies there too. */
  overwritten(access: Access, place: Place): void {
    const { space, hi, lo } = place;
    const last = { space, hi: sumHi(hi, lo, 0, access.width - 1), lo: sumLo(lo, access.width - 1) };
    if (this.inRam(place) || this.inRam(last)) this.forgetAround(place, access.width);
  }

  /** What accesses of other widths or places were seen to hold of the bytes that are written now. */
  private forgetAround({ space, hi, lo }: Place, width: number): void {
    if (this.memory.size === 0) return;
    for (const other of WIDTHS)
      for (let distance = 1 - other; distance < width; distance++)
        this.memory.delete(
          keyOf({ space, hi: sumHi(hi, lo, distance < 0 ? -1 : 0, distance), lo: sumLo(lo, distance) }, other),
        );
  }

  /** Judges a read; returns whether it could be attributed or judged. */
  read(access: Access, place: Place, claims: readonly Region[]): boolean {
    const judged = this.judge(access, place, claims);
    this.answers.after(access);
    return judged;
  }

  private judge(access: Access, place: Place, claims: readonly Region[]): boolean {
    if (isLegacy(this.state, place)) return claims.length > 0;
    if (this.inRam(place)) return this.readRam(access, place, claims);
    const [region] = claims;
    if (region === undefined) return this.readHole(access, place);
    const on = claims.filter((region) => region.state === ON);
    if (claims.length > 1 && on.length > 0) {
      this.readOverlap(access, place, claims);
      return true;
    }
    if (region.state === ON) this.readRegion(access, place, region);
    // Where several lie at the edge, the answer may be of either.
    else if (claims.length === 1) this.learnEdge(access, place, region);
    return true;
  }

  private inRam(place: Place): boolean {
    return place.space === MEMORY && this.state.map.inRange(this.state.machine.ram, place.hi, place.lo);
  }

  private readRegion(access: Access, place: Place, region: Region): void {
    const { step } = this.state;
    const { width, valueHi, valueLo } = access;
    // What lies behind its end is somebody else's part of the answer.
    if (!region.contains(sumHi(place.hi, place.lo, 0, width - 1), sumLo(place.lo, width - 1))) return;
    const offset = region.offset(place.hi, place.lo);
    const marker = region.present(offset, width);
    // Also where another may intrude: what is no accident, and as before, is this region's.
    if (isUnlikely(access) && (marker === undefined ? !this.answers.isStale(access) : equal(marker, access)))
      region.seenAt = step;
    if (this.state.map.mayIntrude(region)) return;
    region.noteRead(offset, width, step);
    if (marker !== undefined && !equal(marker, access)) {
      if (isStable(marker)) {
        if (region.isRom && this.romStored(access, place)) return;
        if (this.isHole(access, place.space)) {
          this.silent(access, region, marker);
          return;
        }
        if (this.answers.inRegion(access, place, region, marker)) return;
      }
      if (!isTelling(access)) region.unmark(offset, width);
    } else if (isStable(marker) && marker.silentAt < 0) {
      countAnswer(this.state, region, marker);
      region.noteAnswer(step);
    }
    if (isTelling(access)) {
      region.mark(offset, width, valueHi, valueLo, step);
      this.answers.remember(access, place, region, offset);
    }
  }

  /** A region at address zero or at the top of the space shows whether this host decodes there (BAR-017, BAR-018). */
  private learnEdge(access: Access, place: Place, region: Region): void {
    const marker = region.present(region.offset(place.hi, place.lo), access.width);
    const name = region.edge();
    if (!isStable(marker) || name === undefined || region.otherwise !== ON) return;
    // The answer may be another region's.
    if (this.state.map.mayIntrude(region)) return;
    if (equal(marker, access)) this.state.reporter.learn(name, 'decode');
    // A small region may be silent for its size, and tells nothing of the edge.
    else if (this.isHole(access, place.space) && !region.isSmall) this.state.reporter.learn(name, 'skip');
    else return;
    this.state.map.touch(region.function);
  }

  /** The region decodes here, and a hole was read: which change of the registers did not take effect? */
  private silent(access: Access, region: Region, marker: Marker): void {
    if (romHides(region) || isSharedMemory(region.function)) return;
    const { state } = this;
    const cause =
      (marker.silentAt < 0 ? silenceRule(state, region, marker) : undefined) ?? undisturbedRule(state, region, marker);
    if (marker.silentAt < 0) marker.silentAt = state.step;
    if (cause === undefined || isReconfigured(region.function, marker.step)) return;
    state.reporter.diverge({
      rule: cause.rule,
      function: region.function,
      register: region.register,
      shape: cause.rule === 'MAP-008' ? 'does not decode to its border' : 'does not decode',
      expected: `the device, which read ${formatHex(marker.valueHi, marker.valueLo)} at this offset`,
      actual: `${formatHex(access.valueHi, access.valueLo)} as from a hole`,
      explanation: cause.why,
      excusedBy: cause.excusedBy,
    });
    region.markers.clear();
  }

  private readOverlap(access: Access, place: Place, claims: readonly Region[]): void {
    const markers = claims.map((region) => region.present(region.offset(place.hi, place.lo), access.width));
    this.state.reporter.count('MAP-005');
    if (claims.some((region) => this.state.map.mayIntrude(region))) return;
    if (!markers.every((marker) => this.isSteady(marker))) return;
    if (markers.some((marker) => marker !== undefined && equal(marker, access)) || this.mayBeHole(access, place.space))
      return;
    this.state.reporter.diverge({
      rule: 'MAP-005',
      function: claims[0]?.function,
      register: 'Address map',
      shape: 'answer of neither claimant',
      expected:
        markers.map((marker) => formatHex(marker?.valueHi ?? 0, marker?.valueLo ?? 0)).join(', ') + ', or a hole',
      actual: formatHex(access.valueHi, access.valueLo),
      explanation: `${claims.map(({ name }) => name).join(' and ')} of several functions overlap here.`,
    });
  }

  /** Whether a value stood still for long enough, and nothing has happened inside a device since. */
  private isSteady(marker: Marker | undefined): marker is Marker {
    return marker !== undefined && marker.reads >= SURE_READS && marker.step > this.state.eventAt;
  }

  private readRam(access: Access, place: Place, claims: readonly Region[]): boolean {
    const known = this.memory.get(keyOf(place, access.width));
    const marker = claims[0]?.present(claims[0].offset(place.hi, place.lo), access.width);
    const stable = known !== undefined && known.reads >= SURE_READS && this.isSteady(marker);
    if (claims.length === 1 && stable && !sameValue(known, access) && !equal(marker, access)) {
      this.state.reporter.diverge({
        rule: 'MAP-003',
        function: claims[0]?.function,
        register: 'Address map',
        shape: 'neither RAM nor the device',
        expected: `${formatHex(known.valueHi, known.valueLo)} from RAM or ${formatHex(marker.valueHi, marker.valueLo)} from the device`,
        actual: formatHex(access.valueHi, access.valueLo),
        explanation: 'A BAR lies over RAM: one of the two answers.',
      });
    }
    if (claims.length === 0) {
      if (known !== undefined && sameValue(known, access)) known.reads++;
      else this.remember(access, place, 1);
    }
    return claims.length > 0;
  }

  private remember(access: Access, place: Place, reads: number): void {
    const { valueLo, valueHi, width } = access;
    const at = keyOf(place, width);
    const known = this.memory.get(at);
    if (known !== undefined && this.memory.size < REMEMBERED_AT_MOST) {
      known.valueLo = valueLo;
      known.valueHi = valueHi;
      known.reads = reads;
      return;
    }
    if (this.memory.size >= REMEMBERED_AT_MOST) this.memory.clear();
    this.memory.set(at, { valueLo, valueHi, width, reads });
  }

  private readHole(access: Access, place: Place): boolean {
    // A region of known kind whose place or size is not known may have given the answer.
    if (this.virtual.read(access, place, this.isHole(access, place.space), this.answers.isStale(access))) return true;
    if (this.isHole(access, place.space)) this.noteQuiet(place);
    const isKnown = isTelling(access) && !this.state.map.hasIntruders(place.space);
    if (isKnown && this.answers.inHole(access, place)) return true;
    return this.judgeHole(access, place);
  }

  /** A region with doorbells that has answered once is switched off, and a hole answers in its place. */
  private noteQuiet({ hi, lo }: Place): void {
    for (const { bdf } of this.state.machine.kicks)
      for (const region of this.state.firstOf(bdf)?.regions ?? [])
        if (region.seenAt >= 0 && region.state === OFF && region.why === 'enable' && region.contains(hi, lo))
          region.quietAt = this.state.step;
  }

  /** Nobody claims the address, and the profile says what such an address gives (MAP-002). */
  private judgeHole(access: Access, place: Place): boolean {
    const { state } = this;
    const { machine, map, reporter } = state;
    const apertures = place.space === PORT ? machine.io : this.apertures;
    if (
      apertures.length === 0 ||
      !map.inRange(apertures, place.hi, place.lo) ||
      map.inRange(machine.reserved, place.hi, place.lo)
    )
      return false;
    if (!state.powerOn || state.firmware || map.hasLoose(place.space)) return false;
    // Its last byte may be somebody's, or beyond all that is PCI's.
    const lastLo = sumLo(place.lo, access.width - 1);
    const lastHi = sumHi(place.hi, place.lo, 0, access.width - 1);
    if (!map.inRange(apertures, lastHi, lastLo) || map.claims(place.space, lastHi, lastLo).length > 0) return false;
    if (place.space === MEMORY && (isOnes(access) || isZero(access)))
      reporter.learn('hole', isOnes(access) ? 'ones' : 'zero');
    const hole = reporter.choice('hole');
    if (hole === undefined || hole === 'any' || hole === 'abort') return false;
    reporter.count('MAP-002');
    if (this.isHole(access, place.space) || this.answers.fromSwitchedOff(access, place)) return true;
    reporter.diverge({
      rule: 'MAP-002',
      register: 'Address map',
      shape: place.space === PORT ? 'port nobody claims' : 'address nobody claims',
      expected: hole === 'zero' && place.space === MEMORY ? '0' : 'all ones',
      actual: formatHex(access.valueHi, access.valueLo),
      explanation: 'No BAR, window or ROM claims this address.',
    });
    return true;
  }

  private isHole(access: Access, space: typeof PORT | typeof MEMORY): boolean {
    const hole = this.state.reporter.choice('hole') ?? 'ones';
    return hole === 'zero' && space === MEMORY ? isZero(access) : isOnes(access);
  }

  private mayBeHole(access: Access, space: typeof PORT | typeof MEMORY): boolean {
    return (
      isOnes(access) || (isZero(access) && this.state.reporter.choice('hole') !== 'ones') || this.isHole(access, space)
    );
  }

  private writtenToRom(access: Access, place: Place, region: Region): void {
    if (region.state === ON)
      this.memory.set(keyOf(place, access.width), {
        valueLo: access.valueLo,
        valueHi: access.valueHi,
        width: access.width,
        reads: 0,
      });
  }

  /** A ROM reads what was written to it (ROM-004). */
  private romStored(access: Access, place: Place): boolean {
    const written = this.memory.get(keyOf(place, access.width));
    const [region] = this.state.map.claims(MEMORY, place.hi, place.lo);
    if (written === undefined || region === undefined || !sameValue(written, access)) return false;
    this.state.reporter.diverge({
      rule: 'ROM-004',
      function: region.function,
      register: 'Expansion ROM',
      shape: 'keeps what is written',
      expected: 'what it read before',
      actual: formatHex(access.valueHi, access.valueLo),
      explanation: 'Writes through the range of the expansion ROM have no effect.',
    });
    region.markers.clear();
    return true;
  }
}

function sameValue(memory: Memory, access: Access): boolean {
  return memory.valueLo === access.valueLo && memory.valueHi === access.valueHi && memory.width === access.width;
}
