/** A write to a register of a function: by attribute, then what the register does (PCIe 7.4). */

import { barIndexAt, barSize } from '../layout/base-address.ts';
import {
  BUS_NUMBERS,
  PRESENT,
  ROLE_BAR,
  ROLE_BUS_NUMBERS,
  ROLE_DECODE,
  ROLE_MSI,
  ROLE_MSIX,
  ROLE_POWER,
  ROLE_ROM,
} from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import { CAUSE_FLR, lanes } from '../cells.ts';
import { disturbBelow, disturbContents, disturbUnknown, mayReset } from '../life-cycle/unseen.ts';
import { isNumberedUnseen } from './contested.ts';
import { functionFor, noteWrite, writeUnplaced } from './write-perhaps.ts';
import { registerPerhapsWritten, registerWritten } from '../interrupts/release.ts';
import { afterWrite, beforeWrite, leavesD3, perhapsEffects, resetPerhaps } from '../life-cycle/life-cycle.ts';
import { isLocked } from '../life-cycle/single-root.ts';
import { mayBeCutOff } from '../life-cycle/presence.ts';
import { SHAPE_ALIAS, SHAPE_DECODING, SHAPE_UNSUPPORTED_STATE, shapeOf } from '../state.ts';
import type { MachineState, Mechanism } from '../state.ts';
import { virtioWritten } from '../virtio/window.ts';

/** A write of `width` bytes at `offset`, inside one dword. `data` is cut to the width. */
export function writeConfiguration(
  state: MachineState,
  bus: Bus | undefined,
  bdf: number,
  offset: number,
  width: number,
  data: number,
  mechanism: Mechanism,
): void {
  const target = functionFor(state, bus, bdf);
  const shift = (offset & 3) << 3;
  const mask = lanes(offset, width);
  if (target === undefined) {
    state.placing();
    const d = offset >>> 2;
    const value = (data << shift) & mask;
    if (bus === undefined) {
      const isNumbered = state.routing.functions().some((f) => isNumberedUnseen(f, bdf >>> 8));
      disturbUnknown(state, d, mask);
      const isTaken = writeUnplaced(state, bdf, d, mask, value, shapeOf(width, mechanism));
      if (isNumbered) {
        // Software may know more of it than anybody has seen, and of what is below.
        writeConfiguration(state, state.routing.addRoot(bdf >>> 8, true), bdf, offset, width, data, mechanism);
        return;
      }
      if (isTaken) return;
    }
    noteWrite(state, undefined, d, mask, value, width);
    return;
  }
  const f = target.aliasOf !== undefined && state.reporter.choice('fn_alias') === 'alias' ? target.aliasOf : target;
  writeDword(
    state,
    f,
    offset >>> 2,
    mask,
    (data << shift) & mask,
    shapeOf(width, mechanism) | (f === target ? 0 : SHAPE_ALIAS),
  );
}

/** PME_En and Data_Select of Power Management Control/Status. */
const RESET_ON_WAKING = 0x1f00;

/** Applies a write to one dword of a function. */
export function writeDword(
  state: MachineState,
  f: PciFunction,
  d: number,
  mask: number,
  data: number,
  shape: number,
): void {
  f.reach(d);
  state.map.update();
  const { config } = f;
  const roles = f.roles[d]!;
  const width = shape & 0xf;
  noteWrite(state, f, d, mask, data, width);
  const resets = mayReset(f, d, mask, data);
  disturbBelow(state, f, d, mask, data, resets);
  disturbContents(f, d, mask);
  // While it is not known whether the function is there, the registers that nobody has seen keep what was written.
  // While it is held in reset, writes need not arrive.
  if (f.doubt === 'held' || f.doubt === 'unpowered' || mayBeCutOff(f)) {
    config.writePerhaps(d, mask, data, state.step, shape);
    perhapsEffects(state, f, d, mask, data);
    if (resets) resetPerhaps(state, f, CAUSE_FLR);
    registerPerhapsWritten(state, f, d);
    if ((roles & (ROLE_MSI | ROLE_MSIX)) !== 0) state.watcher?.interrupts(f, -1);
    if (f.virtio !== undefined) virtioWritten(state, f, f.virtio, d, mask, data, false);
    notePlacing(state, f, roles);
    changed(state, f, d, roles);
    return;
  }
  const value = config.value[d]!;
  const open = openBits(f, d);
  let marks = shape;
  if ((roles & (ROLE_BAR | ROLE_ROM)) !== 0) marks |= noteBarWrite(state, f, d, mask, data);
  let taken = mask;
  // The state stays, also where it is open which one it is.
  if ((roles & ROLE_POWER) !== 0 && isUnsupportedState(f, d, mask, data)) {
    taken &= ~3;
    marks |= SHAPE_UNSUPPORTED_STATE;
  }
  if ((roles & ROLE_DECODE) !== 0) state.map.update();
  const wakes = (roles & ROLE_POWER) !== 0 && leavesD3(f, d, taken, data);
  beforeWrite(state, f, d, taken, data);
  // Should the function not have been reset after all, the write has reached its old state.
  if (f.assumption !== undefined && d < f.assumption.config.length) {
    f.assumption.config.write(d, taken, data, state.step, marks);
  }
  const maybeOther = (roles & ROLE_POWER) !== 0 && maybeUnsupportedState(f, d, mask, data);
  if (needsCare(state, roles, marks) || maybeOther || (d >= 64 && isLocked(f, d)))
    config.writePerhaps(d, taken, data, state.step, marks);
  else config.write(d, taken, data, state.step, marks);
  // The reset on the way to D0 comes after the write: what it has set may be gone.
  if (wakes && f.config.bit(d << 2, 3) !== 1) config.allowZero(d, mask & RESET_ON_WAKING);
  if (d === 1) noteEnables(f, (config.before[1]! ^ data) & mask, state.step);
  if (d !== 1 || f.enableChangedAt.includes(state.step)) notePlacing(state, f, roles);
  // A conventional function may take only some values of Cache Line Size, and read back 0 for the others.
  if (d === 3 && (mask & 0xff) !== 0 && f.express !== true) config.allowZero(3, 0xff);
  if ((roles & (ROLE_MSI | ROLE_MSIX)) !== 0) {
    f.vectors.afterControl(d, mask, data, state.step);
    state.watcher?.interrupts(f, -1);
  }
  afterWrite(state, f, d, taken, data);
  if (f.virtio !== undefined) virtioWritten(state, f, f.virtio, d, taken, data, f.doubt === 'none');
  if (d === 1 || d >= 16) registerWritten(state, f, d, roles);
  if (resets) {
    resetPerhaps(state, f, CAUSE_FLR);
    f.tainted = true;
  }
  // What lies behind a bridge is not looked at again for a write that leaves its registers as they were.
  if (value !== config.value[d] || open !== 0 || openBits(f, d) !== 0) changed(state, f, d, roles);
  else if ((roles & ROLE_DECODE) !== 0) state.map.updatedAt = state.step;
}

/** Bits of a dword that are not known for sure. */
function openBits({ config }: PciFunction, d: number): number {
  return ~(config.seen[d]! | config.zero[d]!) | config.pending[d]! | config.otherMask[d]!;
}

function noteEnables(f: PciFunction, differs: number, step: number): void {
  const { config, enableChangedAt } = f;
  const changes = differs & ~config.isHardwired[1]!;
  if ((changes & 0xffff) !== 0) f.commandChangedAt = step;
  if ((changes & 1) !== 0) enableChangedAt[0] = step;
  if ((changes & 2) !== 0) enableChangedAt[1] = step;
}

/** Windows, BARs, bus numbers, power states and enables decide who decodes; so may a write to a function that nobody knows. */
function notePlacing(state: MachineState, f: PciFunction, roles: number): void {
  if ((roles & (ROLE_DECODE | ROLE_BUS_NUMBERS)) !== 0 || f.presence !== PRESENT || f.headerType < 0) state.placing();
}

function changed(state: MachineState, f: PciFunction, d: number, roles: number): void {
  if ((roles & (ROLE_DECODE | ROLE_BUS_NUMBERS)) !== 0) state.map.touch(f);
  if ((roles & ROLE_BUS_NUMBERS) !== 0 || (d === BUS_NUMBERS && f.headerType < 0)) state.routing.invalidate(state.step);
}

/** Whether a deviation that the profile declares leaves open if a BAR write takes effect. */
function needsCare(state: MachineState, roles: number, shape: number): boolean {
  if ((roles & ROLE_BAR) === 0) return false;
  const { reporter } = state;
  if ((shape & SHAPE_DECODING) !== 0 && (reporter.choice('bar_write_enabled') ?? 'apply') !== 'apply') return true;
  return (shape & 0xf) < 4 && (reporter.choice('bar_subwrite') ?? 'merge') !== 'merge';
}

/** D1 and D2 of a function that lacks them: the write completes, and the state stays (PM-002). */
function isUnsupportedState(f: PciFunction, d: number, mask: number, data: number): boolean {
  const wanted = data & 3;
  return (mask & 3) === 3 && (wanted === 1 || wanted === 2) && supports(f, d, wanted) === 0;
}

/** D1 and D2 of a function that was not asked whether it has them: the state may stay. */
function maybeUnsupportedState(f: PciFunction, d: number, mask: number, data: number): boolean {
  const wanted = data & 3;
  return (mask & 3) === 3 && (wanted === 1 || wanted === 2) && supports(f, d, wanted) < 0;
}

function supports(f: PciFunction, d: number, wanted: 1 | 2): 0 | 1 | -1 {
  return f.config.bit((d << 2) - 2, wanted === 1 ? 9 : 10);
}

/** Tells whether the BAR decodes at the moment, and notes a guest that moves it nevertheless (BAR-015). */
function noteBarWrite(state: MachineState, f: PciFunction, d: number, mask: number, data: number): number {
  const index = barIndexAt(f, d);
  const lower = f.barKinds[index] === 'upper' ? index - 1 : index;
  const space = f.barKinds[lower] === 'io' ? 0 : 1;
  if (f.config.bit(4, space) !== 1) return 0;
  if (index === 6) return f.config.bit(d << 2, 0) === 1 ? SHAPE_DECODING : 0;
  const size = barSize(f, lower);
  const changes = ((data ^ f.config.value[d]!) & mask & f.config.writable(d)) !== 0;
  if (size.exponent >= 0 && changes && f.presence === PRESENT) {
    state.reporter.count('BAR-015');
    if (!state.reporter.isOff('BAR-015')) {
      state.reporter.note(
        'BAR-015',
        `The guest writes BAR ${index} while the function decodes: ${spaceName(space)} enable is set.`,
        f,
      );
    }
  }
  return SHAPE_DECODING;
}

function spaceName(space: number): string {
  return space === 0 ? 'I/O' : 'memory';
}
