/**
 * What the contents of regions tell about decoding. What lies behind a BAR is the device's own, so the only evidence is
 * a *marker*: a value, neither zeros nor ones, that was read twice. It proves that the region answers where it is seen
 * again, and that it does not answer where a hole is read instead.
 */

import { MEMORY, PORT } from '../../access/access.ts';
import type { Access } from '../../access/access.ts';
import type { Range } from '../../access/machine.ts';
import { formatHex } from '../../core/hex.ts';
import { widthMaskHi, widthMaskLo } from '../../core/pair.ts';
import { OFF, ON } from './region.ts';
import type { Marker, OffReason, Region } from './region.ts';
import { isDecodedByRestore } from './restored.ts';
import { silenceRule } from './silence.ts';
import type { MachineState } from '../state.ts';

type Place = { space: typeof PORT | typeof MEMORY; hi: number; lo: number };

interface Memory {
  valueLo: number;
  valueHi: number;
  width: number;
  reads: number;
}

const REMEMBERED_AT_MOST = 4096;

export class Evidence {
  private readonly state: MachineState;
  /** Markers by the address at which they were read, to find a region that still answers where it was. */
  private readonly places = new Map<number | string, { region: Region; offset: number }>();
  /** Contents of RAM and of holes that the trace shows, by address. */
  private readonly memory = new Map<number | string, Memory>();
  private readonly apertures: readonly Range[];

  constructor(state: MachineState) {
    this.state = state;
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
    if (claims.length === 0 || this.inRam(place)) this.remember(access, place, 0);
  }

  /** Judges a read; returns whether it could be attributed or judged. */
  read(access: Access, place: Place, claims: readonly Region[]): boolean {
    if (this.inRam(place)) return this.readRam(access, place, claims);
    const [region] = claims;
    if (region === undefined) return this.readHole(access, place);
    const on = claims.filter((region) => region.state === ON);
    if (claims.length > 1 && on.length > 0) {
      this.readOverlap(access, place, claims);
      return true;
    }
    if (region.state === ON) this.readRegion(access, place, region);
    else this.learnEdge(access, place, region);
    return true;
  }

  private inRam(place: Place): boolean {
    return place.space === MEMORY && this.state.map.inRange(this.state.machine.ram, place.hi, place.lo);
  }

  private readRegion(access: Access, place: Place, region: Region): void {
    const offset = region.offset(place.lo);
    const marker = region.present(offset, access.width);
    if (marker !== undefined && marker.reads >= 2 && !equal(marker, access)) {
      if (region.isRom && this.romStored(access, place)) return;
      if (this.isHole(access, place.space) && this.reportSilence(access, region, marker)) return;
    }
    if (isTelling(access)) {
      region.mark(offset, access.width, access.valueHi, access.valueLo, this.state.step);
      if (this.places.size >= REMEMBERED_AT_MOST) this.places.clear();
      this.places.set(key(place, access.width), { region, offset });
    }
  }

  /** A region at address zero or at the top of the space shows whether this host decodes there (BAR-017, BAR-018). */
  private learnEdge(access: Access, place: Place, region: Region): void {
    const marker = region.present(region.offset(place.lo), access.width);
    const name = region.edge();
    if (marker === undefined || marker.reads < 2 || name === undefined) return;
    if (equal(marker, access)) this.state.reporter.learn(name, 'decode');
    else if (this.isHole(access, place.space)) this.state.reporter.learn(name, 'skip');
    else return;
    this.state.map.touch(region.function);
  }

  /** The region decodes here, and a hole was read: which change of the registers did not take effect? */
  private reportSilence(access: Access, region: Region, marker: Marker): boolean {
    const cause = silenceRule(this.state, region, marker);
    if (cause === undefined) return false;
    const f = region.function;
    this.state.reporter.diverge({
      rule: cause.rule,
      function: f,
      register: region.isRom ? 'Expansion ROM Base Address' : `BAR ${region.index}`,
      shape: 'does not decode',
      expected: `the device, which read ${formatHex(marker.valueHi, marker.valueLo)} at this offset`,
      actual: `${formatHex(access.valueHi, access.valueLo)} as from a hole`,
      explanation: cause.why,
      excusedBy: cause.excusedBy,
    });
    region.markers.clear();
    return true;
  }

  private readOverlap(access: Access, place: Place, claims: readonly Region[]): void {
    const markers = claims.map((region) => region.present(region.offset(place.lo), access.width));
    this.state.reporter.count('MAP-005');
    if (markers.some((marker) => marker === undefined || marker.reads < 2)) return;
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

  private readRam(access: Access, place: Place, claims: readonly Region[]): boolean {
    const known = this.memory.get(key(place, access.width));
    const marker = claims[0]?.present(claims[0].offset(place.lo), access.width);
    const stable = known !== undefined && known.reads >= 2 && marker !== undefined && marker.reads >= 2;
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
    const at = key(place, width);
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
    if (isTelling(access)) {
      const former = this.places.get(key(place, access.width));
      if (former !== undefined && this.stillAt(access, place, former.region, former.offset)) return true;
      for (const region of this.state.map.located(place.space))
        if (region.markers.size > 0 && this.answersThough(access, place, region)) return true;
    }
    return this.judgeHole(access, place);
  }

  /** A region was moved from here and still answers here. */
  private stillAt(access: Access, place: Place, region: Region, offset: number): boolean {
    const marker = region.marker(offset, access.width);
    if (
      marker === undefined ||
      marker.reads < 2 ||
      !equal(marker, access) ||
      !region.located ||
      region.contains(place.hi, place.lo) ||
      this.mayBeTwin(region)
    )
      return false;
    const { map, machine } = this.state;
    const blocked = map.touches(machine.ram, region) || map.touches(machine.reserved, region);
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
          : 'The BAR was moved, and the old address is released.',
    );
    return true;
  }

  /** A region that is switched off answers nevertheless, or one above 4 GiB answers at the low half of its address. */
  private answersThough(access: Access, place: Place, region: Region): boolean {
    const marker = region.marker(region.offset(place.lo), access.width);
    if (marker === undefined || marker.reads < 2 || !equal(marker, access) || this.mayBeTwin(region)) return false;
    if (region.state === OFF && region.contains(place.hi, place.lo)) {
      const [rule, why, excusedBy] = OFF_RULES[region.why];
      const io = region.space === PORT;
      const enable = region.why === 'enable';
      const broken = isDecodedByRestore(region, marker.step) ? 'SNAP-002' : enable && io ? 'CMD-004' : rule;
      this.reportAnswer(access, region, broken, `decodes: ${region.why}`, why, excusedBy);
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
    return this.state.map.looseIn(space).some(({ function: other }) => {
      const its = other.config.peek(0, 4);
      return other === f || its === undefined || identity === undefined || its === identity;
    });
  }

  private reportAnswer(
    access: Access,
    region: Region,
    rule: string,
    shape: string,
    why: string,
    excusedBy?: string,
  ): void {
    this.state.reporter.diverge({
      rule,
      function: region.function,
      register: region.isRom ? 'Expansion ROM Base Address' : `BAR ${region.index}`,
      shape,
      expected: 'what a hole gives',
      actual: `${formatHex(access.valueHi, access.valueLo)}, which is what the device has at this offset`,
      explanation: why,
      excusedBy,
    });
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
    if (place.space === MEMORY && (isOnes(access) || isZero(access)))
      reporter.learn('hole', isOnes(access) ? 'ones' : 'zero');
    const hole = reporter.choice('hole');
    if (hole === undefined || hole === 'any' || hole === 'abort') return false;
    reporter.count('MAP-002');
    if (this.isHole(access, place.space)) return true;
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
      this.memory.set(key(place, access.width), {
        valueLo: access.valueLo,
        valueHi: access.valueHi,
        width: access.width,
        reads: 0,
      });
  }

  /** A ROM reads what was written to it (ROM-004). */
  private romStored(access: Access, place: Place): boolean {
    const written = this.memory.get(key(place, access.width));
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

const OFF_RULES: Readonly<Record<OffReason, readonly [rule: string, why: string, excusedBy?: string]>> = {
  '': ['MAP-001', 'Nothing lets the region decode.'],
  'no address': ['MAP-001', 'The region has no address.'],
  absent: ['HP-001', 'The function is gone: nothing of it answers.'],
  unpowered: ['HP-007', 'The slot has no power: nothing in it answers.'],
  enable: ['CMD-003', 'The enable of this space is clear in Command.', 'mse_off=decodes'],
  'rom enable': ['ROM-002', 'The enable bit of the ROM is clear.'],
  'power state': ['PM-003', 'The function is not in D0: it accepts configuration requests only.', 'pm=cosmetic'],
  'bridge power state': [
    'PM-003',
    'A bridge above is not in D0: it forwards no memory and I/O requests.',
    'bridge_pm=ignored',
  ],
  'bridge enable': ['CMD-012', 'A bridge above has the enable of this space clear.', 'windows=advisory'],
  'window closed': [
    'BRG-005',
    'The window of the bridge above has its base above its limit, so it forwards nothing.',
    'windows=advisory',
  ],
  window: ['BRG-007', 'No window of the bridge above holds the address.', 'windows=advisory'],
  'outer window': ['BRG-012', 'No window of a bridge further up holds the address.', 'windows=advisory'],
  'address zero': ['BAR-017', 'This host takes address 0 for unassigned.'],
  'top of the address space': ['BAR-018', 'This host does not decode a region at the top of the address space.'],
};

function key(place: Place, width: number): number | string {
  // Exact in a double below 2^48; addresses above that are rare.
  if (place.hi >>> 16 === 0) return ((place.hi * 0x1_0000_0000 + (place.lo >>> 0)) * 16 + width) * 2 + place.space;
  return `${place.space}:${place.hi}:${place.lo}:${width}`;
}

function equal(marker: Marker, access: Access): boolean {
  return marker.valueLo === access.valueLo && marker.valueHi === access.valueHi;
}

function sameValue(memory: Memory, access: Access): boolean {
  return memory.valueLo === access.valueLo && memory.valueHi === access.valueHi && memory.width === access.width;
}

function isOnes({ width, valueLo, valueHi }: Access): boolean {
  return (valueLo | ~widthMaskLo(width)) === -1 && (valueHi | ~widthMaskHi(width)) === -1;
}

function isZero({ valueLo, valueHi }: Access): boolean {
  return valueLo === 0 && valueHi === 0;
}

/** Whether a value can prove anything: neither zeros nor ones, and wide enough not to be met by chance. */
function isTelling(access: Access): boolean {
  return access.width >= 4 && !isOnes(access) && !isZero(access);
}
