/** A BAR or the ROM register does not read what its last write must have left: which rule says so. */

import { addressMask, barIndexAt, barSize, ROM_INDEX } from '../layout/base-address.ts';
import type { PciFunction } from '../function.ts';
import { OFF, Region } from '../decode/region.ts';
import { SHAPE_DECODING } from '../state.ts';
import type { MachineState } from '../state.ts';
import type { Blame } from './blame.ts';

/** Blames wrong bits of a register that was written after it was last read. */
export function blameBarWrite(state: MachineState, f: PciFunction, d: number, wrong: number, answer: number): Blame {
  const { config } = f;
  const index = barIndexAt(f, d);
  const rom = index === ROM_INDEX;
  const kind = rom ? 'memory32' : (f.barKinds[index] ?? 'unknown');
  const address = rom ? 0xfffff800 | 0 : addressMask(kind);
  if (kind !== 'unknown' && kind !== 'upper' && !rom && (wrong & ~address) !== 0)
    return typeBits(kind, wrong & ~address);
  const writable = config.isWritable[d]! & address;
  const pair = kind === 'upper' ? index - 1 : index;
  if (barSize(f, pair).none) {
    return rom
      ? { rule: 'ROM-005', why: 'The expansion ROM is not implemented: its register reads 0 and ignores writes.' }
      : { rule: 'BAR-013', why: 'The BAR is not implemented: it reads 0 and ignores writes.' };
  }
  const shape = config.shape[d]!;
  const decoding = (shape & SHAPE_DECODING) !== 0;
  if (rom) return blameRom(f, d, wrong, answer, decoding);
  if ((shape & 0xf) < 4 && (shape & 0xf) > 0) {
    return {
      rule: 'BAR-012',
      why: 'Bytes and words that are written to a BAR merge into what it holds.',
      excusedBy: ((answer ^ config.before[d]!) & address) === 0 ? 'bar_subwrite=ignore' : 'bar_subwrite=zext',
    };
  }
  if (kind === 'upper') {
    const other = answer === config.before[d] ? overlapped(state, f, pair) : undefined;
    if (other !== undefined) return overlap(other);
    return {
      rule: 'BAR-009',
      why: 'The upper dword of a 64-bit BAR has no type bits; above the size every bit can be written.',
    };
  }
  const ones = config.written[d] === -1;
  if (ones && isSizeMask(answer & address, address, kind === 'io') && (answer & address) !== writable) {
    return { rule: 'BAR-030', why: 'The BAR was sized before, and its size must not change.' };
  }
  if ((wrong & ~writable) !== 0 && (answer & wrong & ~writable) !== 0) {
    return { rule: 'BAR-003', why: 'Address bits below the size are hardwired to 0, whatever pattern is written.' };
  }
  const refused = ((answer ^ config.before[d]!) & address) === 0;
  if (!refused) return ones ? sizing() : alignment();
  return blameRefusal(state, f, index, decoding, ones);
}

function typeBits(kind: string, wrong: number): Blame {
  return kind !== 'io' && wrong === 8
    ? { rule: 'BAR-023', why: 'The prefetchable bit is read-only.' }
    : { rule: 'BAR-001', why: 'The bits that tell space and type of a BAR are read-only.' };
}

function sizing(): Blame {
  return { rule: 'BAR-002', why: 'After all ones are written, the address bits above the size read 1.' };
}

function alignment(): Blame {
  return { rule: 'BAR-005', why: 'A BAR takes every multiple of its size.' };
}

function blameRom(f: PciFunction, d: number, wrong: number, answer: number, decoding: boolean): Blame {
  const refused = ((answer ^ f.config.before[d]!) & 0xfffff800) === 0 && (wrong & 0xfffff800) !== 0;
  return decoding && refused
    ? { rule: 'ROM-006', why: 'The address of the ROM can be written while it is enabled.' }
    : { rule: 'ROM-001', why: 'The enable bit and the address bits above the size can be written; the others read 0.' };
}

/** The register kept its old value: by where it was to go. */
function blameRefusal(state: MachineState, f: PciFunction, index: number, decoding: boolean, ones: boolean): Blame {
  const target = new Region(f, index, -1);
  target.place();
  const { machine, map } = state;
  if (ones && !decoding) return sizing();
  if (target.located && target.baseLo === 0 && target.baseHi === 0) {
    return { rule: 'BAR-017', why: 'A BAR with value 0 may be decoded or not, but the register reads 0.' };
  }
  if (target.located && (map.touches(machine.ram, target) || map.touches(machine.reserved, target))) {
    return {
      rule: 'BAR-021',
      why: 'A host that cannot decode the address must keep the written value and leave the region undecoded.',
      excusedBy: 'move_rollback=on',
    };
  }
  const other = overlapped(state, f, index);
  if (other !== undefined) return overlap(other);
  if (!decoding) return { ...alignment(), excusedBy: 'move_rollback=on' };
  return {
    rule: 'BAR-014',
    why: 'A BAR that is written while it decodes takes the value at once.',
    excusedBy: 'bar_write_enabled=ignore',
  };
}

/** A region of another function that decodes and that the BAR was put over. */
function overlapped(state: MachineState, f: PciFunction, index: number): Region | undefined {
  const target = new Region(f, index, -1);
  target.place();
  if (!target.located) return undefined;
  for (const other of state.map.located(target.space))
    if (other.function !== f && other.state !== OFF && other.intersects(target)) return other;
  return undefined;
}

function overlap(other: Region): Blame {
  return {
    rule: 'MAP-004',
    why: `The address overlaps ${other.name} of another function; that is legal as long as nobody accesses the overlap.`,
    excusedBy: 'move_rollback=on',
  };
}

/** Whether address bits look like the answer to sizing: ones from the top down to a power of two. */
export function isSizeMask(bits: number, address: number, io: boolean): boolean {
  if (bits === 0) return false;
  const lowest = bits & -bits;
  const ones = address & ~(lowest - 1);
  return bits === ones || (io && bits === (ones & 0xffff));
}
