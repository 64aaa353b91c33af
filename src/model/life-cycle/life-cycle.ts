/**
 * Resets and power: what each does to the registers of which functions (PCIe 5.3.1.4, 6.6, 6.7). They come
 * from writes of the guest or from events of the source.
 */

import { barDword, barCount, ROM_INDEX } from '../layout/base-address.ts';
import { CAUSE_BUS_RESET, CAUSE_D3, CAUSE_FLR, CAUSE_MACHINE_RESET, CAUSE_SLOT_POWER, CAUSE_WRITE } from '../cells.ts';
import type { Cause, ResetLevel } from '../cells.ts';
import {
  ANY_MESSAGE_ENABLE,
  PRESENT,
  ROLE_AF,
  ROLE_BRIDGE_CONTROL,
  ROLE_DEVICE_CONTROL,
  ROLE_LINK,
  ROLE_MSI,
  ROLE_POWER,
  ROLE_SHPC,
  ROLE_SLOT,
  UNKNOWN,
} from '../function.ts';
import type { Doubt, PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { below, busesBelow } from './below.ts';
import { forgetFunction } from './forget.ts';
import { noteResize, resetRule, resetSizes } from './resizable.ts';
import { noteVirtualWrite, resetVirtual } from './single-root.ts';
import { isPhysical, mayEnableVirtual } from './virtual-functions.ts';
import { slotEventsWritten } from '../interrupts/slot-events.ts';

/** Bits of Bridge Control and of Link Control, in their dwords. */
const BUS_RESET = 22;
const LINK_DISABLE = 4;

/** Multiple Message Enable, in the dword of its register. */
const MESSAGE_ENABLE = 0x70 << 16;

/** What a write starts before it changes the register itself. */
export function beforeWrite(state: MachineState, f: PciFunction, d: number, mask: number, data: number): void {
  const roles = f.roles[d]!;
  if ((roles & ROLE_MSI) !== 0 && d === f.msiAt >>> 2 && (mask & MESSAGE_ENABLE) !== 0)
    f.openMessageEnable ??= messageEnables(f, d);
  if ((roles & ROLE_POWER) !== 0) leaveD3(state, f, d, mask, data);
  if ((roles & ROLE_BRIDGE_CONTROL) !== 0) holdBelow(state, f, d, BUS_RESET, mask, data);
  if ((roles & ROLE_SLOT) !== 0) slotPower(state, f, d, mask, data);
  if ((roles & ROLE_LINK) !== 0 && (f.portType === 4 || f.portType === 6))
    holdBelow(state, f, d, LINK_DISABLE, mask, data);
}

/** What a write starts once the register has it. */
export function afterWrite(state: MachineState, f: PciFunction, d: number, mask: number, data: number): void {
  const roles = f.roles[d]!;
  if ((roles & ROLE_DEVICE_CONTROL) !== 0 && (mask & data & 0x8000) !== 0) {
    const capable = f.portType === 7 ? 0 : f.config.bit(f.expressAt + 7, 4);
    functionLevelReset(state, f, capable);
  }
  if ((roles & ROLE_AF) !== 0 && (mask & data & 1) !== 0) functionLevelReset(state, f, f.config.bit(f.afAt + 3, 1));
  if ((roles & ROLE_SLOT) !== 0) slotEventsWritten(state, f, mask, data);
  if ((roles & ROLE_SHPC) !== 0) hotPlugCommand(state, f);
  if ((roles & ROLE_MSI) !== 0) openMessageEnable(f, d, mask, data);
  if (d < 64) return;
  noteResize(state, f, d, mask, data);
  if (noteVirtualWrite(state, f, d, mask, data) || mayEnableVirtual(f, d, mask)) doubtVirtual(state, f);
}

/** What a write may start of which it is open if it arrives: whatever it could reset has its old or its reset value. */
export function perhapsEffects(state: MachineState, f: PciFunction, d: number, mask: number, data: number): void {
  const roles = f.roles[d]!;
  const written = mask & data;
  // Whether a register that was never seen holds its reset value is not known any more.
  if (f.presence === UNKNOWN || (!f.listComplete && (f.config.attributed(d) & mask) !== mask)) {
    f.fresh = undefined;
    f.tainted = true;
  }
  if ((roles & ROLE_DEVICE_CONTROL) !== 0 && (written & 0x8000) !== 0) resetPerhaps(state, f, CAUSE_FLR);
  if ((roles & ROLE_AF) !== 0 && (written & 1) !== 0) resetPerhaps(state, f, CAUSE_FLR);
  if ((roles & ROLE_POWER) !== 0 && (mask & 3) === 3 && (data & 3) === 0) leaveD3(state, f, d, mask, data);
  if ((roles & ROLE_SHPC) !== 0) hotPlugCommand(state, f);
  if ((roles & ROLE_MSI) !== 0 && d === f.msiAt >>> 2 && (mask & MESSAGE_ENABLE) !== 0) {
    f.openMessageEnable = ANY_MESSAGE_ENABLE;
    f.config.forgetBits(d, MESSAGE_ENABLE);
  }
  if (d >= 64) {
    noteResize(state, f, d, mask, data, true);
    if (noteVirtualWrite(state, f, d, mask, data, true) || mayEnableVirtual(f, d, mask)) doubtVirtual(state, f);
  }
  const port = f.portType === 4 || f.portType === 6;
  if ((roles & ROLE_BRIDGE_CONTROL) !== 0 && (mask & (1 << 22)) !== 0) resetBelowPerhaps(state, f, CAUSE_BUS_RESET);
  if ((roles & ROLE_LINK) !== 0 && port && (mask & 0x10) !== 0) resetBelowPerhaps(state, f, CAUSE_BUS_RESET);
  if ((roles & ROLE_SLOT) !== 0) {
    const { slot } = f.vectors;
    slot.due &= ~(written >>> 16);
    slot.trueAt = -1;
    slot.zeroAt = -1;
    slot.enablesAt = state.step;
    if ((written & 0x20) !== 0) slot.enabledAt = state.step;
    if ((mask & 0x400) !== 0) resetBelowPerhaps(state, f, CAUSE_SLOT_POWER);
  }
}

/** What is below a bridge, or may be, has its old or its reset values. `unsure`: what is doubted of those that were not. */
export function resetBelowPerhaps(
  state: MachineState,
  bridge: PciFunction,
  cause: Cause,
  unsure: Doubt = cause === CAUSE_SLOT_POWER ? 'power' : 'reset',
): void {
  for (const f of below(bridge)) {
    if (f.presence !== PRESENT) continue;
    resetPerhaps(state, f, cause);
    // The reset that holds it, or the power that it lacks, may be over as well.
    if (f.doubt === 'none' || f.doubt === 'held') f.doubt = unsure;
    else if (f.doubt === 'unpowered') f.doubt = 'power';
  }
}

function functionLevelReset(state: MachineState, f: PciFunction, capable: 0 | 1 | -1): void {
  if (capable === 0) return;
  // No bridge may have it (RST-002), so nothing says what it does to those below.
  resetBelowPerhaps(state, f, CAUSE_FLR);
  if (capable !== 1 || state.reporter.choice('flr_restore') === 'on') {
    resetPerhaps(state, f, CAUSE_FLR);
    return;
  }
  if (isPhysical(f)) doubtVirtual(state, f);
  resetFunction(state, f, 'flr', CAUSE_FLR, 'flr');
}

/** Whether a write to the dword of Control/Status may bring a function from D3hot to D0. */
export function leavesD3({ config }: PciFunction, d: number, mask: number, data: number): boolean {
  if ((mask & 3) !== 3 || (data & 3) !== 0) return false;
  // A state that was written and not read back counts.
  const open = ~config.seen[d]! | config.pending[d]! | config.otherMask[d]!;
  return ((config.value[d]! | open) & 3) === 3;
}

/** From D3hot to D0: without No_Soft_Reset the function may be reset on its way (PM-005). */
function leaveD3(state: MachineState, f: PciFunction, d: number, mask: number, data: number): void {
  if (!leavesD3(f, d, mask, data)) return;
  const { config } = f;
  if (config.bit(d << 2, 3) !== 1) {
    resetPerhaps(state, f, CAUSE_D3);
    // A bridge that is reset resets what is below.
    resetBelowPerhaps(state, f, CAUSE_D3);
  }
  // It takes its time, and is not there until then.
  if (f.doubt === 'none') f.doubt = 'reset';
  touch(state, f);
}

/** Every writable register has its old or its reset value; with VF Enable the virtual functions may go. */
export function resetPerhaps(state: MachineState, f: PciFunction, cause: Cause): void {
  if (isPhysical(f)) doubtVirtual(state, f);
  f.config.resetPerhaps(cause, state.step);
  resetSizes(state, f, undefined, cause);
  resetVirtual(state, f, false, 'RST-004');
  f.msix?.table.resetPerhaps(cause, state.step);
  f.vectors.forget();
  f.virtio?.forget();
  f.renewContents(state.step);
  f.fresh = undefined;
  // A reset gives Multiple Message Enable 0.
  if (f.openMessageEnable !== undefined && !f.openMessageEnable.includes(0))
    f.openMessageEnable = [...f.openMessageEnable, 0];
  touch(state, f);
}

/**
 * Secondary Bus Reset (Bridge Control bit 6) and Link Disable (Link Control bit 4): everything below is in reset from
 * the rising edge until the bit is cleared (RST-006; PCIe 6.6.1). `bit` is its number in dword `d`.
 */
function holdBelow(state: MachineState, bridge: PciFunction, d: number, bit: number, mask: number, data: number): void {
  const { config } = bridge;
  const at = 1 << bit;
  // A port may lack Link Disable, which stays 0 then; no bridge lacks Secondary Bus Reset.
  const optional = bit === LINK_DISABLE ? config.choice[d]! & at : 0;
  if ((mask & at & ~(optional & config.isHardwired[d]!)) === 0) return;
  const now = (data & at) !== 0 ? 1 : 0;
  if (now === config.bit(d << 2, bit)) return;
  if (now === 0) {
    // A link that proved to be down has reset what is below, as far as that was not written since.
    const wasDown = optional !== 0 && config.bit(d << 2, bit) === 1;
    for (const f of below(bridge)) {
      if (f.presence === PRESENT && f.doubt === 'reset' && wasDown && !f.config.cause.includes(CAUSE_WRITE))
        resetFunction(state, f, 'conventional', CAUSE_BUS_RESET, 'reset');
      else if (f.doubt === 'held' || f.doubt === 'none') f.doubt = 'reset';
      touch(state, f);
    }
  } else if ((optional & config.undecided(d)) !== 0) resetBelowPerhaps(state, bridge, CAUSE_BUS_RESET);
  else
    for (const f of below(bridge))
      if (f.presence === PRESENT) resetFunction(state, f, 'conventional', CAUSE_BUS_RESET, 'held');
}

/** Slot Control bit 10 of a port with power controller (HP-007). While its old value is not known, a write leaves open if it is a change. */
function slotPower(state: MachineState, port: PciFunction, d: number, mask: number, data: number): void {
  const bit = 0x400;
  // Power Controller Present.
  const controlled = port.config.bit(port.expressAt + 0x14, 1);
  if ((mask & bit) === 0 || controlled === 0) return;
  const before = port.config.bit(d << 2, 10);
  const now = (data & bit) !== 0 ? 1 : 0;
  if (now === before) return;
  if (before < 0 || controlled < 0) {
    // Power may go now, or have been off before.
    for (const f of below(port)) {
      if (f.presence !== PRESENT) continue;
      resetPerhaps(state, f, CAUSE_SLOT_POWER);
      f.doubt = 'power';
    }
    return;
  }
  for (const f of below(port)) {
    if (f.presence !== PRESENT) continue;
    resetFunction(state, f, 'slot', CAUSE_SLOT_POWER, now === 1 ? 'unpowered' : 'power');
    f.silent = false;
  }
  if (now === 0) for (const bus of busesBelow(port)) bus.absentAt.fill(-1);
}

/** A command of the standard hot-plug controller: its slots may have lost or got cards. */
export function hotPlugCommand(state: MachineState, bridge: PciFunction): void {
  for (const f of below(bridge)) doubtReplaced(state, f);
}

/** Doubts which function stands in a place. */
const WHO_IS_THERE: ReadonlySet<Doubt> = new Set(['power', 'replaced', 'gone']);

/** Resets one function: registers, MSI-X table, vectors, decoding. */
export function resetFunction(
  state: MachineState,
  f: PciFunction,
  level: ResetLevel,
  cause: Cause,
  doubt: Doubt,
): void {
  state.map.update();
  const { config } = f;
  const old = barDwords(f).map((d) => ({ d, value: config.value[d]!, known: config.known(d) }));
  const line = config.peek(0x3c, 1);
  if (level === 'machine' || level === 'conventional' || level === 'flr') f.vectors.resetAtStep(state.step);
  else f.vectors.reset();
  config.reset(level, cause, state.step);
  // A BAR returns to its default, or keeps the address that it had (BAR-016).
  for (const { d, value, known } of old) {
    const address = d === barDword(f, ROM_INDEX) ? 0xfffff800 : -1;
    const differs =
      (value ^ config.value[d]!) & known & config.resetDefined[d]! & config.seen[d]! & config.writable(d) & address;
    config.other[d] = (config.value[d]! & ~differs) | (value & differs);
    config.otherMask[d] = differs;
  }
  resetSizes(state, f, level, cause);
  const firmware = state.firmware && (level === 'power' || level === 'machine');
  resetVirtual(state, f, !firmware, level === 'flr' ? 'RST-004' : resetRule(cause));
  if (level === 'flr') restoreLine(f, line);
  f.msix?.reset(cause, state.step);
  f.virtio?.reset();
  f.fresh = level;
  // A reset does not tell that it is the same function; without power there is none.
  if (doubt === 'unpowered' || doubt === 'replaced' || !WHO_IS_THERE.has(f.doubt)) f.doubt = doubt;
  // All that is known was set, seen or written since.
  f.doubtedAt = Number.POSITIVE_INFINITY;
  f.intx = undefined;
  f.openMessageEnable = undefined;
  f.shutPerhaps = false;
  // Without power nothing may answer, so that the old content proves a fault.
  if (doubt !== 'unpowered') f.renewContents(state.step);
  touch(state, f);
}

/** After FLR Interrupt Line has the value of power-on or keeps its old one (HDR-011). */
function restoreLine({ config, lineDefault }: PciFunction, old: number | undefined): void {
  if (old === undefined) return;
  if (lineDefault === undefined) {
    // Firmware has set it before it was seen.
    config.seen[15]! &= ~(0xff & config.writable(15));
    return;
  }
  const differs = (old ^ lineDefault) & config.writable(15);
  config.value[15] = (config.value[15]! & ~0xff) | lineDefault;
  config.seen[15]! |= 0xff & config.writable(15);
  config.other[15] = (config.value[15]! & ~differs) | (old & differs);
  config.otherMask[15] = differs;
}

function barDwords(f: PciFunction): number[] {
  const count = barCount(f);
  if (count === 0) return [];
  return [...Array.from({ length: count }, (_, index) => 4 + index), barDword(f, ROM_INDEX)];
}

/** What a function decodes, and what it leads to, is to be decided anew. */
export function touch(state: MachineState, f: PciFunction): void {
  state.map.touch(f);
  if (f.isBridge) state.routing.invalidate(state.step);
}

/** Conventional reset of the whole machine. */
export function resetMachine(state: MachineState): void {
  state.map.update();
  state.wasReset = true;
  state.lines.strangers = false;
  for (const f of state.routing.functions()) {
    if (f.presence === PRESENT) {
      resetFunction(state, f, 'machine', CAUSE_MACHINE_RESET, f.bus.owner === undefined ? 'reset' : 'power');
    } else {
      f.config.reset('machine', CAUSE_MACHINE_RESET, state.step);
      // What was removed while the machine ran may be there again when it starts anew.
      f.removed = false;
      f.tainted = false;
    }
  }
  for (const bus of state.routing.buses()) bus.absentAt.fill(-1);
}

/** Another function may stand in the place of one, or none. */
export function doubtReplaced(state: MachineState, f: PciFunction): void {
  if (f.presence === UNKNOWN) loseWritten(f);
  if (f.presence !== PRESENT) {
    f.bus.absentAt[f.deviceFunction] = -1;
    return;
  }
  f.mayBeReplaced(state.step);
  f.virtio?.forget();
  touch(state, f);
}

/** Control of the virtual functions was written, or the physical function reset: they may have come or gone. */
export function doubtVirtual(state: MachineState, physical: PciFunction): void {
  for (const bus of [physical.bus, ...physical.bus.spills]) {
    if (bus === undefined) continue;
    for (const at of bus.absentAt.keys()) {
      const f = bus.functions[at];
      if (f === physical) continue;
      if (f?.presence === UNKNOWN) loseWritten(f);
      if (f?.presence !== PRESENT) {
        bus.absentAt[at] = -1;
        continue;
      }
      if ((f.config.peek(0, 2) ?? 0xffff) === 0xffff || f.virtualOf === physical) doubtReplaced(state, f);
    }
  }
}

/** What was written to a function before it was there is lost. */
function loseWritten(f: PciFunction): void {
  f.config.forgetVariables();
  f.tainted = true;
}

/** The recording has lost something: nothing that can change is known any more. */
export function loseTrack(state: MachineState): void {
  state.map.update();
  state.showsResets = false;
  state.powerOn = false;
  for (const f of state.routing.functions()) {
    forgetFunction(state, f);
    f.removed = false;
    if (f.presence === PRESENT) f.mayBeReplaced(state.step);
    else f.bus.absentAt[f.deviceFunction] = -1;
    touch(state, f);
  }
}

/** Values that Multiple Message Enable may have. */
function messageEnables({ config }: PciFunction, d: number): readonly number[] {
  if (((~config.seen[d]! | config.pending[d]!) & MESSAGE_ENABLE) !== 0) return ANY_MESSAGE_ENABLE;
  const other = (config.value[d]! ^ config.other[d]!) & config.otherMask[d]!;
  return [config.value[d]!, config.value[d]! ^ other].map((value) => (value >>> 20) & 7);
}

/** More messages enabled than offered: stored, clamped or refused (MSI-003). */
function openMessageEnable(f: PciFunction, d: number, mask: number, data: number): void {
  if (d !== f.msiAt >>> 2 || (mask & MESSAGE_ENABLE) === 0) return;
  const wanted = (data >>> 20) & 7;
  const offered = (f.config.value[d]! >>> 17) & 7;
  // A refusal leaves whatever was there.
  const before = f.openMessageEnable ?? ANY_MESSAGE_ENABLE;
  f.openMessageEnable = undefined;
  const isKnown = (f.config.seen[d]! & (0xe << 16)) === 0xe << 16;
  if (isKnown && wanted <= offered) return;
  const any = !isKnown || before === ANY_MESSAGE_ENABLE;
  f.openMessageEnable = any ? ANY_MESSAGE_ENABLE : [wanted, offered, ...before];
  // That it was written must be forgotten too, or it would take effect when the layout is compiled again.
  f.config.forgetBits(d, MESSAGE_ENABLE);
}
