/**
 * A register changed though it was not written since it was last read: which other write most probably did it, and
 * which rule that write or the device broke.
 */

import {
  isAncestor,
  ROLE_BAR,
  ROLE_BRIDGE_CONTROL,
  ROLE_BUS_NUMBERS,
  ROLE_COMMAND,
  ROLE_DEVICE_CONTROL,
  ROLE_MSI,
  ROLE_MSIX,
  ROLE_POWER,
  ROLE_ROM,
  ROLE_WINDOW,
} from '../function.ts';
import type { PciFunction } from '../function.ts';
import { inOtherSegment, liesBelow } from './places.ts';
import type { JournalEntry } from './journal.ts';
import type { MachineState } from '../state.ts';

export interface Damage {
  rule: string;
  by: string;
}

/** A changed dword: of configuration space, or of the MSI-X table when `table` is set. */
export interface Victim {
  function: PciFunction;
  d: number;
  table: boolean;
  wrong: number;
  answer: number;
}

/** The write that explains the change, or undefined. `since`: step of the last read that was right. */
export function findDamage(state: MachineState, victim: Victim, since: number): Damage | undefined {
  for (const entry of state.journal.since(since)) {
    const damage = entry.function === victim.function ? byOwn(victim, entry) : byOther(state, victim, entry);
    if (damage !== undefined) return damage;
  }
  return undefined;
}

/** Whether a bridge was told since `step` to reset the bus below. */
export function resetsBelow(state: MachineState, f: PciFunction, step: number): boolean {
  for (const entry of state.journal.since(step)) if (entry.function === f && isBusReset(entry)) return true;
  return false;
}

function isBusReset({ kind, roles, mask, data }: JournalEntry): boolean {
  return kind === 'register' && (roles & ROLE_BRIDGE_CONTROL) !== 0 && (mask & data & (0x40 << 16)) !== 0;
}

/** Rules about resets that must not reach a register. */
const RESETS: ReadonlySet<string> = new Set(['PM-004', 'RST-002', 'RST-004', 'RST-006']);

/** The write since `since` that has reset a register, seen under `mask`, which it must not reset; undefined: there is none. */
export function findReset(state: MachineState, victim: Victim, mask: number, since: number): Damage | undefined {
  const { function: f, d, wrong, answer } = victim;
  const writable = f.config.writable(d);
  if (((wrong & ~writable) | ((answer ^ f.config.resetValue[d]!) & writable & mask)) !== 0) return undefined;
  for (const entry of state.journal.since(since)) {
    const damage = entry.function === f ? byOwn(victim, entry) : byOther(state, victim, entry);
    if (damage !== undefined && RESETS.has(damage.rule)) return damage;
  }
  return undefined;
}

const MISAIMED = 'a write to the data field of a virtio window that was aimed at none of its structures';

function byOwn(victim: Victim, entry: JournalEntry): Damage | undefined {
  const { function: f, d, table } = victim;
  const { roles } = entry;
  if (entry.kind === 'device reset') {
    return isCleared(victim) ? { rule: 'VIO-011', by: 'the reset of the virtio device by device_status' } : undefined;
  }
  if (entry.kind === 'window') return table ? undefined : { rule: 'VIO-006', by: MISAIMED };
  if (entry.kind === 'gated')
    return echo(victim, entry)
      ? { rule: 'CAM-004', by: 'a write to the data window while the index was not enabled' }
      : undefined;
  if (entry.kind === 'extended') {
    return entry.d === d && !table && echo(victim, entry)
      ? { rule: 'CAM-009', by: 'a write through the ports, which reach the first 256 bytes only' }
      : undefined;
  }
  if (entry.kind === 'crossing') {
    return entry.d + 1 === d && !table
      ? { rule: 'CAM-006', by: 'a write that began in the dword before it and ran past port 0xcff' }
      : undefined;
  }
  if (table) return byOwnOnTable(entry);
  if (entry.kind !== 'register') return undefined;
  const victimRoles = f.roles[d]!;
  if ((victimRoles & (ROLE_BAR | ROLE_ROM)) !== 0 && (roles & (ROLE_BAR | ROLE_ROM)) !== 0) {
    const upper = f.barKinds[Math.max(d, entry.d) - 4] === 'upper' && Math.abs(d - entry.d) === 1;
    return upper
      ? { rule: 'BAR-011', by: 'a write of the other half of the 64-bit BAR' }
      : { rule: 'BAR-022', by: 'a write of another BAR of the function' };
  }
  if ((roles & ROLE_COMMAND) !== 0 && (victimRoles & (ROLE_BAR | ROLE_ROM)) !== 0)
    return { rule: 'CMD-006', by: 'a write of Command' };
  if ((roles & ROLE_POWER) !== 0 && (entry.mask & 3) !== 0) {
    if ((entry.data & 3) === 0 && f.config.bit(f.powerAt + 4, 3) !== 1) return undefined;
    return (entry.data & 3) === 0
      ? { rule: 'PM-004', by: 'the return to D0, though No_Soft_Reset is set' }
      : { rule: 'PM-003', by: 'the change of the power state' };
  }
  if ((roles & ROLE_DEVICE_CONTROL) !== 0 && (entry.data & 0x8000) !== 0 && f.portType !== 7 && isCleared(victim))
    return { rule: 'RST-002', by: 'a write of Initiate Function Level Reset, which the function does not announce' };
  if (isBusReset(entry)) {
    return { rule: 'RST-006', by: 'a write of Secondary Bus Reset, which must not reset the bridge itself' };
  }
  if ((roles & ROLE_MSIX) !== 0 && (victimRoles & ROLE_MSI) !== 0)
    return { rule: 'MSI-011', by: 'a write of the Message Control of MSI-X' };
  if ((roles & ROLE_MSI) !== 0 && (victimRoles & ROLE_MSIX) !== 0)
    return { rule: 'MSI-011', by: 'a write of MSI registers' };
  if (entry.open)
    return { rule: 'RTE-011', by: `a write to the device-specific register 0x${(entry.d << 2).toString(16)}` };
  return undefined;
}

function byOwnOnTable(entry: JournalEntry): Damage | undefined {
  if (entry.kind === 'table') {
    if (entry.width !== 4 && entry.width !== 8)
      return { rule: 'MSIX-008', by: 'an access of a width that the table need not support' };
    return { rule: 'MSIX-006', by: `a write of dword 0x${(entry.d << 2).toString(16)} of the table` };
  }
  if (entry.kind !== 'register') return undefined;
  if ((entry.roles & ROLE_MSIX) !== 0)
    return { rule: 'MSIX-015', by: 'a write of Message Control, which masks as an overlay' };
  if ((entry.roles & (ROLE_BAR | ROLE_COMMAND)) !== 0)
    return { rule: 'MSIX-023', by: 'a write of a BAR or Command, which the table must survive' };
  return undefined;
}

function byOther(state: MachineState, victim: Victim, entry: JournalEntry): Damage | undefined {
  const { function: f, d, table } = victim;
  const other = entry.function;
  if (entry.kind === 'device reset') return undefined;
  if (entry.kind === 'window') return !table && echo(victim, entry) ? { rule: 'VIO-006', by: MISAIMED } : undefined;
  if (other === undefined || entry.kind === 'absent') {
    return !table && entry.d === d && echo(victim, entry)
      ? { rule: 'CAM-008', by: 'a write to a function that is not there' }
      : undefined;
  }
  if (entry.kind === 'gated')
    return entry.d === d && echo(victim, entry)
      ? { rule: 'CAM-004', by: 'a write to the data window while the index was not enabled' }
      : undefined;
  if (entry.kind !== 'register' || table) return undefined;
  const sameDevice = other.bus === f.bus && other.device === f.device;
  if (entry.d === d && inOtherSegment(f, other) && echo(victim, entry))
    return { rule: 'ECAM-011', by: 'a write to the function of this number in another segment' };
  if (entry.d === d && echo(victim, entry)) {
    if (f.aliasOf === other || other.aliasOf === f) {
      return {
        rule: sameDevice ? 'HDR-017' : 'CAM-010',
        by: `a write to ${sameDevice ? 'another function number' : 'the function whose address differs in one bit'}`,
      };
    }
    if (sameDevice) return { rule: 'HDR-019', by: 'a write to another function of the device' };
  }
  if (entry.d === d && other.deviceFunction === f.deviceFunction && liesBelow(other.bus, f) && echo(victim, entry))
    return { rule: 'RTE-001', by: 'a write to the function of this device number on a bus above' };
  if ((entry.roles & ROLE_DEVICE_CONTROL) !== 0 && (entry.data & 0x8000) !== 0) {
    if (sameDevice || other.virtualOf === f || (f.virtualOf !== undefined && f.virtualOf === other.virtualOf))
      return { rule: 'RST-004', by: 'FLR of another function of the device' };
    if (other.bus.owner === f) return { rule: 'RST-004', by: 'FLR of a function below the port' };
  }
  const placed = (f.roles[d]! & (ROLE_BAR | ROLE_ROM)) !== 0;
  if (placed && isAncestor(other, f) && (entry.roles & (ROLE_WINDOW | ROLE_BUS_NUMBERS)) !== 0) {
    return { rule: 'BRG-007', by: 'a write of the window registers of a bridge above' };
  }
  return overlaps(state, victim, entry)
    ? { rule: 'MAP-004', by: 'a BAR of another function that was put over it' }
    : undefined;
}

/**
 * Whether a register that a device reset of virtio might take along is as after a reset: Command, BARs, control and
 * table of MSI-X. Anything else is no matter of that reset.
 */
function isCleared({ function: f, d, table, wrong, answer }: Victim): boolean {
  const cells = table ? f.msix?.table : f.config;
  if (cells === undefined) return false;
  if (!table && (f.roles[d]! & (ROLE_COMMAND | ROLE_BAR | ROLE_MSIX)) === 0) return false;
  const writable = cells.writable(d);
  // Of what is not known to be writable, what has changed is.
  return (
    (wrong & ~(writable | cells.undecided(d))) === 0 && ((answer ^ cells.resetValue[d]!) & (writable | wrong)) === 0
  );
}

/** Whether the wrong bits hold what was written. */
function echo({ wrong, answer }: Victim, { mask, data }: JournalEntry): boolean {
  return (wrong & mask) === wrong && ((answer ^ data) & wrong) === 0;
}

/** Whether the write moved a BAR of another function over the BAR that changed. */
function overlaps(state: MachineState, { function: f, d }: Victim, entry: JournalEntry): boolean {
  if ((f.roles[d]! & ROLE_BAR) === 0 || (entry.roles & ROLE_BAR) === 0 || entry.function === undefined) return false;
  state.map.update();
  const mine = f.regions.filter((region) => region.located);
  return entry.function.regions.some((region) => region.located && mine.some((one) => one.intersects(region)));
}
