/**
 * Memory of virtual functions (PCIe 9.3.3.14): the n-th one has the n-th slice of each range that a register of its
 * physical function places. What answers there is the device's own. But an address at which a hole was read while no
 * virtual function was there, and the same value again and again while one was, is that function's: where it is read
 * after that one has gone, something decodes that must not. And where a hole was read until virtual functions came, and
 * since then a value is read though none of them is there, one of them decodes too much.
 */

import { MEMORY } from '../../access/access.ts';
import type { Access } from '../../access/access.ts';
import { differenceHi, differenceLo } from '../../core/pair.ts';
import { formatHex } from '../../core/hex.ts';
import { PRESENT } from '../function.ts';
import type { PciFunction } from '../function.ts';
import { totalOf, virtualRange } from '../life-cycle/single-root.ts';
import type { VirtualRange } from '../life-cycle/single-root.ts';
import { keyOf } from './place.ts';
import type { Place } from './place.ts';
import { isUnlikely } from './telling.ts';
import type { MachineState } from '../state.ts';

const REMEMBERED_AT_MOST = 1024;
const BARS = 6;

/** What was read at an address at which a hole was read before. */
interface Seen {
  range: VirtualRange;
  valueLo: number;
  valueHi: number;
  reads: number;
  step: number;
  /** Accesses until the last write by which any other region may have come to lie here. */
  placing: number;
}

interface Slice {
  physical: PciFunction;
  range: VirtualRange;
  /** Number of the virtual function, from 1. */
  number: number;
}

export class VirtualRanges {
  private readonly state: MachineState;
  private readonly seen = new Map<number | string, Seen>();

  constructor(state: MachineState) {
    this.state = state;
  }

  /** Judges a read from where no region is. `hole`: it gave what a hole gives. Returns whether it is dealt with. */
  read(access: Access, place: Place, hole: boolean, stale: boolean): boolean {
    const { map, machine, step } = this.state;
    if (place.space !== MEMORY || map.singleRoots.size === 0) return false;
    if (map.inRange(machine.reserved, place.hi, place.lo)) return false;
    const slice = this.sliceAt(place);
    if (slice === undefined) return false;
    const { physical, range, number } = slice;
    const there = this.isThere(physical, number);
    if (there === undefined) return false;
    const key = keyOf(place, access.width);
    let seen = this.seen.get(key);
    const placing = this.state.lastPlacing.accesses;
    if (
      seen !== undefined &&
      (!isSame(seen.range, range) || seen.step < physical.restoredAt || seen.placing !== placing)
    ) {
      this.seen.delete(key);
      seen = undefined;
    }
    if (hole) {
      if (!there && seen === undefined) this.remember(key, { range, valueLo: 0, valueHi: 0, reads: 0, step, placing });
      return false;
    }
    if (seen === undefined) return false;
    const equal = seen.reads > 0 && seen.valueLo === access.valueLo && seen.valueHi === access.valueHi;
    const known = equal && seen.reads >= 2 && !stale;
    if (there || (!known && this.isOn(physical))) {
      seen.reads = equal ? seen.reads + 1 : stale && !there ? 0 : 1;
      seen.valueLo = access.valueLo;
      seen.valueHi = access.valueHi;
      if (there || seen.reads < 2) return false;
    }
    // Whatever it is, it answers without a virtual function; and where nobody did until they came, it is one of them.
    this.seen.delete(key);
    if (!equal || seen.reads < 2 || (stale && !this.isOn(physical)) || !isUnlikely(access)) return false;
    this.report(access, slice, known);
    return true;
  }

  /** What was written may be anything's: it proves nothing any more. */
  write(): void {
    this.seen.clear();
  }

  private remember(key: number | string, seen: Seen): void {
    if (this.seen.size >= REMEMBERED_AT_MOST) this.seen.clear();
    this.seen.set(key, seen);
  }

  /** The only slice at an address; undefined: none, several, or it is not known. */
  private sliceAt({ hi, lo }: Place): Slice | undefined {
    let found: Slice | undefined;
    for (const physical of this.state.map.singleRoots) {
      const total = totalOf(physical);
      for (let index = 0; index < BARS; index++) {
        const range = virtualRange(physical, index);
        if (range === 'none') continue;
        if (range === undefined || total === undefined) return undefined;
        const above = differenceHi(hi, lo, range.baseHi, range.baseLo) >>> 0;
        const number = Math.floor((above * 2 ** 32 + (differenceLo(lo, range.baseLo) >>> 0)) / 2 ** range.exponent) + 1;
        if (number > total) continue;
        if (found !== undefined) return undefined;
        found = { physical, range, number };
      }
    }
    const { map, powerOn } = this.state;
    // Something else may lie there, as in any hole (MAP-002).
    return !powerOn || map.hasStrangers(MEMORY) ? undefined : found;
  }

  /** Whether a virtual function is there and decodes memory, or may; false: surely not; undefined: it is not known. */
  private isThere(f: PciFunction, number: number): boolean | undefined {
    const { singleRoot: root, config, singleRootAt: at } = f;
    if (root === undefined || !this.state.showsResets || f.presence !== PRESENT || f.doubt !== 'none') return undefined;
    const memory = config.bit(at + 8, 3);
    if (root.enable === 0 || memory === 0) return false;
    const [count, ...others] = root.numbers;
    if (root.enable < 0 || memory < 0 || count === undefined || others.length > 0) return undefined;
    return number <= count;
  }

  /** Whether there are virtual functions, and they decode memory. */
  private isOn(f: PciFunction): boolean {
    return f.singleRoot?.enable === 1 && f.config.bit(f.singleRootAt + 8, 3) === 1;
  }

  private report({ valueHi, valueLo }: Access, { physical, number }: Slice, known: boolean): void {
    const { enable = -1, numbers = [] } = physical.singleRoot ?? {};
    const [rule, shape, why] =
      enable === 0
        ? ['SRIOV-004', 'decodes while VF Enable is 0', 'While VF Enable is 0 there are no virtual functions.']
        : physical.config.bit(physical.singleRootAt + 8, 3) === 0
          ? ['SRIOV-002', 'decodes while VF MSE is 0', 'Virtual functions decode memory while VF MSE is set.']
          : [
              'SRIOV-002',
              'decodes behind the last virtual function',
              `The n-th virtual function has the n-th slice from the base on: with NumVFs ${numbers[0] ?? 0} nothing is in slice ${number}.`,
            ];
    this.state.reporter.diverge({
      rule,
      function: physical,
      register: 'VF BAR',
      shape,
      expected: 'what a hole gives',
      actual: `${formatHex(valueHi, valueLo)}, ${known ? 'which a virtual function had here' : 'since there are virtual functions'}`,
      explanation: why,
    });
  }
}

function isSame(one: VirtualRange, other: VirtualRange): boolean {
  return one.baseHi === other.baseHi && one.baseLo === other.baseLo && one.exponent === other.exponent;
}
