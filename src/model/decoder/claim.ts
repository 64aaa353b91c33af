/** What lies behind an address that a BAR or an expansion ROM decodes, as far as the specification gives it a name. */

import { TYPE_COMMON, TYPE_ISR, TYPE_NOTIFY } from '../../spec/virtio-common.ts';
import { ON } from '../decode/region.ts';
import type { Region } from '../decode/region.ts';
import { locate } from '../interrupts/table-access.ts';
import { isTransitional, structureAt } from '../virtio/structures.ts';

/** A structure behind a BAR, and the byte in it. */
export type Inside =
  | { kind: 'MSI-X table' | 'MSI-X PBA'; at: number }
  | { kind: 'virtio common' | 'virtio notify' | 'virtio ISR' | 'virtio device'; at: number }
  | { kind: 'virtio legacy'; at: number; msix: boolean };

/** A region that decodes, or may decode, an address. */
export interface Claim {
  bdf: number;
  /** 6: expansion ROM. */
  index: number;
  /** `BAR 0`, `expansion ROM`, `entry 1 of Enhanced Allocation`. */
  name: string;
  /** Bytes from its start; NaN beyond 2^48. */
  offset: number;
  /** Else it only may: something on which it depends is not known. */
  sure: boolean;
  inside: Inside | undefined;
}

export function claimOf(region: Region, hi: number, lo: number, width: number): Claim {
  const { function: f, index, name, state } = region;
  const offset = region.offset(hi, lo);
  return {
    bdf: (f.bus.number << 8) | f.deviceFunction,
    index,
    name,
    offset,
    sure: state === ON,
    inside: region.isRom || Number.isNaN(offset) ? undefined : inside(region, offset, width),
  };
}

function inside(region: Region, offset: number, width: number): Inside | undefined {
  const { function: f, index } = region;
  const table = locate(f, index, offset);
  if (table !== undefined) return { kind: table.what === 'table' ? 'MSI-X table' : 'MSI-X PBA', at: table.at };
  if (f.virtio === undefined) return undefined;
  const found = structureAt(f.virtio.places, index, offset, Math.max(width, 1));
  if (found !== undefined) return { kind: virtioKind(found.type), at: offset - found.offset };
  if (index !== 0 || !isTransitional(f)) return undefined;
  return { kind: 'virtio legacy', at: offset, msix: f.msixAt > 0 && f.config.bit(f.msixAt + 2, 15) === 1 };
}

function virtioKind(type: number): 'virtio common' | 'virtio notify' | 'virtio ISR' | 'virtio device' {
  switch (type) {
    case TYPE_COMMON:
      return 'virtio common';
    case TYPE_NOTIFY:
      return 'virtio notify';
    case TYPE_ISR:
      return 'virtio ISR';
    default:
      return 'virtio device';
  }
}
