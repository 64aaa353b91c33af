/** Regions that answer where they should not: an answer is what a region elsewhere, or switched off, was seen to hold. */

import { MEMORY, PORT } from '../../access/access.ts';
import type { Access } from '../../access/access.ts';
import { formatHex } from '../../core/hex.ts';
import { UNKNOWN } from '../function.ts';
import type { PciFunction } from '../function.ts';
import { OFF_RULES } from './off-rules.ts';
import { isConfigured } from './own-ways.ts';
import { keyOf } from './place.ts';
import type { Place } from './place.ts';
import { OFF, ON } from './region.ts';
import type { Marker, Region } from './region.ts';
import { isDecodedByRestore } from './restored.ts';
import { differTogether, equal, isStable, isUnlikely } from './telling.ts';
import type { MachineState } from '../state.ts';

const REMEMBERED_AT_MOST = 4096;
/** Extended capability of a physical function; its virtual ones have regions of like contents that no BAR shows. */
const SRIOV = 0x0010;

export class Answers {
  private readonly state: MachineState;
  /** Markers by the address at which they were read, to find a region that still answers where it was. */
  private readonly places = new Map<number | string, { region: Region; offset: number }>();
  /** Answer of the read before, which a host may give again where nobody claims the address. */
  private beforeLo = 0;
  private beforeHi = 0;

  constructor(state: MachineState) {
    this.state = state;
  }

  /** Remembers where a marker was read. */
  remember(access: Access, place: Place, region: Region, offset: number): void {
    if (this.places.size >= REMEMBERED_AT_MOST) this.places.clear();
    this.places.set(keyOf(place, access.width), { region, offset });
  }

  /** To be called after each read. */
  after({ valueLo, valueHi }: Access): void {
    this.beforeLo = valueLo;
    this.beforeHi = valueHi;
  }

  /** Whether the answer is that of the read before. */
  isStale({ valueLo, valueHi }: Access): boolean {
    return valueLo === this.beforeLo && valueHi === this.beforeHi;
  }

  /** Judges a telling answer from where nobody is. Returns whether it was somebody's. */
  inHole(access: Access, place: Place): boolean {
    const former = this.places.get(keyOf(place, access.width));
    if (former !== undefined && this.stillAt(access, place, former.region, former.offset)) return true;
    // A host that leaves its buffer as it was gives the last answer again (MAP-002, the choice `hole`).
    const unlikely = isUnlikely(access) && !this.isStale(access);
    const located = this.state.map.located(place.space);
    for (const region of located) if (region.markers.size > 0 && this.answersThough(access, place, region)) return true;
    // A region of the same kind may be here though it is switched off, and nobody has read it before.
    if (unlikely && !located.some((region) => region.contains(place.hi, place.lo)))
      for (const region of located) if (region.markers.size > 0 && this.beyond(access, place, region)) return true;
    return unlikely && this.otherSpace(access, place);
  }

  /**
   * Judges an answer of a region that is not what it held at this offset (`marker`), though it is what another one
   * holds. Returns whether the answer is dealt with.
   */
  inRegion(access: Access, place: Place, region: Region, marker: Marker): boolean {
    if (!isUnlikely(access)) return false;
    return (
      this.formerOwner(access, place, region, marker) ||
      this.neighbour(access, region, marker) ||
      this.shifted(access, region, marker)
    );
  }

  /** A region was moved from here and still answers here. */
  private stillAt(access: Access, place: Place, region: Region, offset: number): boolean {
    const marker = region.marker(offset, access.width);
    if (
      !isStable(marker) ||
      !equal(marker, access) ||
      !region.located ||
      region.contains(place.hi, place.lo) ||
      this.mayBeTwin(region)
    )
      return false;
    const { map, machine } = this.state;
    // A reset moves nothing to where the host cannot decode.
    const blocked = region.isWritten && (map.touches(machine.ram, region) || map.touches(machine.reserved, region));
    const restored = isDecodedByRestore(region, marker.step);
    this.reportAnswer(
      access,
      region,
      restored ? 'SNAP-002' : blocked ? 'BAR-021' : 'MAP-001',
      restored ? 'answers at another address after a restore' : 'answers at its old address',
      restored
        ? 'The machine went back to a snapshot in which the region lay elsewhere, and nothing has moved it since.'
        : blocked
          ? 'The host cannot decode the new address; then the region is undecoded, and not at its old place.'
          : 'The region has no longer this address, and the old one is released.',
    );
    return true;
  }

  /** A region that is switched off answers nevertheless, or one above 4 GiB answers at the low half of its address. */
  private answersThough(access: Access, place: Place, region: Region): boolean {
    // Where the upper half is not compared.
    const hi = place.hi === 0 ? region.baseHi : place.hi;
    const marker = region.marker(region.offset(hi, place.lo), access.width);
    if (!isStable(marker) || !equal(marker, access) || this.mayBeTwin(region)) return false;
    if (region.state === OFF && region.contains(place.hi, place.lo)) {
      this.reportOff(access, region, isDecodedByRestore(region, marker.step));
      return true;
    }
    if (region.baseHi !== 0 && place.hi === 0 && region.contains(region.baseHi, place.lo) && region.state === ON) {
      this.reportAnswer(
        access,
        region,
        'BAR-009',
        'answers at the low half of its address',
        'All 64 bits of the address are compared.',
      );
      return true;
    }
    return false;
  }

  /** Whether the answer may be that of the same kind of function, one of whose regions may lie anywhere. */
  private mayBeTwin({ function: f, space }: Region): boolean {
    const identity = f.config.peek(0, 4);
    // The guest has placed something that it did not look at, or not closely enough to tell which of its registers are BARs.
    for (const other of this.state.routing.functions())
      if ((other.presence === UNKNOWN || other.headerType < 0) && hasWrittenBars(other)) return true;
    return this.state.map.looseIn(space).some(({ function: other }) => {
      const its = other.config.peek(0, 4);
      return other === f || its === undefined || identity === undefined || its === identity;
    });
  }

  /** A region answers though it is switched off: what switched it off names the rule. */
  private reportOff(access: Access, region: Region, restored: boolean, isKnown = true): void {
    const [rule, why, excusedBy] = OFF_RULES[region.why];
    const io = region.why === 'enable' && region.space === PORT;
    const broken = restored ? 'SNAP-002' : io ? 'CMD-004' : rule;
    this.reportAnswer(access, region, broken, `decodes: ${region.why}`, why, excusedBy, isKnown);
  }

  /**
   * Somebody has answered where nobody may. Where a region lies there that is switched off, it is the likeliest, though
   * nothing is known of what it holds. Returns whether there is one.
   */
  fromSwitchedOff(access: Access, place: Place): boolean {
    const there = this.state.map
      .located(place.space)
      .filter((region) => region.state === OFF && region.contains(place.hi, place.lo));
    const [region] = there;
    if (region === undefined || there.length > 1) return false;
    this.reportOff(access, region, false, false);
    return true;
  }

  private reportAnswer(
    access: Access,
    region: Region,
    rule: string,
    shape: string,
    why: string,
    excusedBy?: string,
    isKnown = true,
  ): void {
    this.state.reporter.diverge({
      rule,
      function: region.function,
      register: region.register,
      shape,
      expected: 'what a hole gives',
      actual: `${formatHex(access.valueHi, access.valueLo)}${isKnown ? ', which is what the device has at this offset' : ''}`,
      explanation: why,
      excusedBy,
    });
  }

  /** A region answers just before or behind its range, as if it were repeated there, or in the rest of its page. */
  private beyond(access: Access, place: Place, region: Region): boolean {
    const { state } = this;
    if (region.state !== ON || region.entry !== undefined || region.overlapped || !state.powerOn) return false;
    if (place.hi !== region.baseHi || region.lastHi !== region.baseHi) return false;
    const size = (region.lastLo - region.baseLo + 1) | 0;
    const distance = (place.lo - region.baseLo) | 0;
    const samePage = region.sharesPage(place.hi, place.lo);
    const adjacent = size > 0 && distance >= -size && distance < 2 * size;
    if (region.contains(place.hi, place.lo) || (!samePage && !adjacent)) return false;
    const marker = region.marker(distance & (size - 1), access.width);
    if (!isStable(marker) || !equal(marker, access) || this.mayBeTwin(region)) return false;
    if (region.function.extended.some(({ id }) => id === SRIOV)) return false;
    const where = distance < 0 ? 'answers before its base' : 'answers beyond its end';
    if (samePage)
      this.reportAnswer(
        access,
        region,
        'BAR-025',
        `${where}, in its page`,
        'A region that is smaller than a page decodes exactly its own bytes.',
      );
    else
      this.reportAnswer(
        access,
        region,
        'MAP-008',
        where,
        'The bytes just before and after a region do not belong to it.',
      );
    return true;
  }

  /** A memory region answers a port of the same number, or the reverse. */
  private otherSpace(access: Access, place: Place): boolean {
    const { map } = this.state;
    if (place.hi !== 0 || map.hasLoose(place.space)) return false;
    for (const region of map.located(place.space === PORT ? MEMORY : PORT)) {
      if (region.markers.size === 0 || region.state !== ON || !region.contains(0, place.lo)) continue;
      const marker = region.marker(region.offset(place.hi, place.lo), access.width);
      if (!isStable(marker) || !equal(marker, access)) continue;
      this.reportAnswer(
        access,
        region,
        'BAR-029',
        region.space === MEMORY ? 'memory answers a port' : 'ports answer memory',
        'Ports and memory are spaces of their own: a number in the one says nothing in the other.',
      );
      return true;
    }
    return false;
  }

  /** The region that was here before answers instead of the one that is here now. */
  private formerOwner(access: Access, place: Place, region: Region, marker: Marker): boolean {
    const former = this.places.get(keyOf(place, access.width));
    if (former === undefined || former.region.function === region.function) return false;
    const { region: other, offset } = former;
    const its = other.marker(offset, access.width);
    if (!isStable(its) || !equal(its, access) || !differTogether(its, marker)) return false;
    if (!other.located || this.mayBeTwin(other)) return false;
    if (other.contains(place.hi, place.lo)) {
      if (other.state !== OFF) return false;
      this.reportOff(access, other, false);
      return true;
    }
    const swapped = other.baseLo === marker.baseLo && other.baseHi === marker.baseHi;
    this.reportAnswer(
      access,
      other,
      swapped ? 'MAP-010' : 'MAP-001',
      swapped ? 'answers where it was before the swap' : 'answers at its old address',
      swapped
        ? 'Two regions have exchanged their addresses: each answers at its new place.'
        : 'The BAR was moved, and another region is at its old address now.',
    );
    return true;
  }

  /** Another region in the same page answers. */
  private neighbour(access: Access, region: Region, marker: Marker): boolean {
    for (const mate of region.pageMates) {
      if (mate.function === region.function || mate.state !== ON) continue;
      for (const its of mate.markers.values()) {
        if (its.width !== access.width || !isStable(its) || !equal(its, access) || !differTogether(its, marker))
          continue;
        this.reportAnswer(
          access,
          mate,
          'BAR-025',
          'answers for its neighbour in the page',
          'A region that is smaller than a page decodes exactly its own bytes; its neighbours answer for theirs.',
        );
        return true;
      }
    }
    return false;
  }

  /** After a move registers of the region are found at other offsets, all by the same distance; one alone may be chance. */
  private shifted(access: Access, region: Region, marker: Marker): boolean {
    if (region.movedAt <= marker.step || isConfigured(region.function, marker.step)) return false;
    for (const from of region.markers.values()) {
      if (from.width !== access.width || from.offset === marker.offset || from.step >= region.movedAt) continue;
      if (!isStable(from) || !equal(from, access) || !differTogether(from, marker)) continue;
      const { shift } = region;
      region.shift = { offset: marker.offset, from: from.offset, step: this.state.step };
      const again =
        shift !== undefined &&
        shift.step >= region.movedAt &&
        shift.offset !== marker.offset &&
        from.offset - marker.offset === shift.from - shift.offset;
      if (again) this.reportShift(access, region, marker);
      return true;
    }
    return false;
  }

  private reportShift(access: Access, region: Region, marker: Marker): void {
    this.state.reporter.diverge({
      rule: 'BAR-020',
      function: region.function,
      register: region.register,
      shape: 'registers at other offsets after a move',
      expected: `${formatHex(marker.valueHi, marker.valueLo)} at this offset`,
      actual: `${formatHex(access.valueHi, access.valueLo)}, which the region held at another offset`,
      explanation:
        'A move changes the address of the region and nothing inside it; two registers are displaced by the same distance.',
    });
    region.markers.clear();
  }
}

function hasWrittenBars({ config }: PciFunction): boolean {
  for (let d = 4; d < 10; d++) if (config.writtenMask[d] !== 0) return true;
  return false;
}
