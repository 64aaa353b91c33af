/** A correct machine in the most straightforward way: who answers is found by asking every device, each time. */

import type { BarPlan, Device } from './device.ts';
import { ROM } from './device.ts';
import type { Answers } from './guest.ts';

/** What the specification leaves to the machine. */
export interface Habits {
  hole: 'ones' | 'zero';
  zeroBar: 'decode' | 'skip';
  topBar: 'decode' | 'skip';
  /** Which of several claimants answers; `nobody`: the access ends as in a hole. */
  overlap: 'first' | 'last' | 'nobody';
  /** Functions whose bus is held in reset: not there, or there with reset values. */
  held: 'silent' | 'answers';
  /** D3hot to D0 without No_Soft_Reset. */
  wake: 'reset' | 'keep';
}

export const USUAL: Habits = {
  hole: 'ones',
  zeroBar: 'decode',
  topBar: 'decode',
  overlap: 'first',
  held: 'answers',
  wake: 'keep',
};

/** A function at its place: on the root bus, or behind a bridge. */
export interface Slot {
  device: Device;
  devfn: number;
  parent?: Slot;
}

export interface Claim {
  device: Device;
  index: number;
  offset: number;
}

export class Machine implements Answers {
  readonly slots: readonly Slot[];
  readonly habits: Habits;

  constructor(slots: readonly Slot[], habits: Habits = USUAL) {
    this.slots = slots;
    this.habits = habits;
  }

  configRead(bdf: number, offset: number, width: number): number {
    const slot = this.find(bdf);
    if (slot === undefined || (this.isHeld(slot) && this.habits.held === 'silent')) return 2 ** (8 * width) - 1;
    if (offset >= slot.device.registers.value.length) return 2 ** (8 * width) - 1;
    return slot.device.registers.read(offset, width);
  }

  configWrite(bdf: number, offset: number, width: number, data: number): void {
    const slot = this.find(bdf);
    if (slot === undefined || offset >= slot.device.registers.value.length) return;
    if (this.isHeld(slot)) return;
    const { device } = slot;
    const covers = (byte: number): boolean => offset <= byte && byte < offset + width;
    const byteOf = (byte: number): number => Math.floor(data / 2 ** (8 * (byte - offset))) & 0xff;
    const state = device.registers.value[0x44]! & 3;
    const resetsBus = device.plan.bridge && covers(0x3e) && (byteOf(0x3e) & 0x40) !== 0;
    const wasHeld = (device.registers.value[0x3e]! & 0x40) !== 0;
    device.registers.write(offset, width, data);
    if (device.plan.power !== undefined && covers(0x44)) this.changeState(device, state, byteOf(0x44) & 3);
    if (device.plan.express && !device.plan.bridge && covers(0x89) && (byteOf(0x89) & 0x80) !== 0) device.reset('flr');
    if (resetsBus && !wasHeld) this.resetBelow(slot);
  }

  /** PowerState was written: D1 and D2 do not exist. */
  private changeState(device: Device, old: number, wanted: number): void {
    if (wanted === 1 || wanted === 2) {
      device.registers.poke(0x44, 1, (device.registers.value[0x44]! & ~3) | old);
    } else if (wanted === 0 && old === 3 && device.plan.power?.noSoftReset === false && this.habits.wake === 'reset') {
      device.reset('conventional');
    }
  }

  private resetBelow(bridge: Slot): void {
    for (const slot of this.slots) if (this.above(slot).includes(bridge)) slot.device.reset('conventional');
  }

  /** Takes a snapshot. Returns what goes back to it. */
  save(): () => void {
    const back = this.slots.map(({ device }) => device.save());
    return () => {
      for (const one of back) one();
    };
  }

  /** Reset of the whole machine. */
  reset(): void {
    for (const { device } of this.slots) device.reset('conventional');
  }

  /** Bridges on the way to a slot, the nearest first. */
  above(slot: Slot): Slot[] {
    return slot.parent === undefined ? [] : [slot.parent, ...this.above(slot.parent)];
  }

  private isHeld(slot: Slot): boolean {
    return this.above(slot).some(({ device }) => (device.registers.value[0x3e]! & 0x40) !== 0);
  }

  /** The function that answers at a number, by what the bridges hold now. */
  find(bdf: number): Slot | undefined {
    const bus = bdf >>> 8;
    return this.slots.find((slot) => {
      if (slot.devfn !== (bdf & 0xff) || !slot.device.present) return false;
      const [nearest, ...further] = this.above(slot);
      if (nearest === undefined) return bus === 0;
      const numbers = ({ device }: Slot) => ({
        secondary: device.registers.value[0x19]!,
        subordinate: device.registers.value[0x1a]!,
      });
      if (bus === 0 || !this.above(slot).every(({ device }) => device.present && device.powered)) return false;
      const { secondary, subordinate } = numbers(nearest);
      return (
        bus === secondary &&
        bus <= subordinate &&
        further.every((bridge) => numbers(bridge).secondary < bus && bus <= numbers(bridge).subordinate)
      );
    });
  }

  /** Every BAR and ROM that claims an address. */
  claims(space: 'port' | 'memory', address: bigint): Claim[] {
    const found: Claim[] = [];
    const low = Number(address & 0xffffffffn);
    for (const slot of this.slots) {
      const { device } = slot;
      if (!device.enabled(space) || this.isHeld(slot)) continue;
      let passing: boolean | undefined;
      for (const { index, size, kind } of rangesOf(device, space)) {
        if (!device.mayHold(index, size, low)) continue;
        passing ??= this.above(slot).every((bridge) => passes(bridge.device, space, address));
        if (!passing) break;
        const base = device.base(index);
        if (base === 0n && this.habits.zeroBar === 'skip') continue;
        const last = base + size - 1n;
        const top = kind === 'memory64' ? 2n ** 64n : 2n ** 32n;
        const atTop = last === top - 1n || (space === 'port' && last === 0xffffn);
        if (atTop && this.habits.topBar === 'skip') continue;
        if (base <= address && address <= last) found.push({ device, index, offset: Number(address - base) });
      }
    }
    return found;
  }

  memoryRead(address: bigint, width: number): bigint {
    if (width < 8) return BigInt(this.readPiece('memory', address, width));
    return BigInt(this.readPiece('memory', address, 4)) + (BigInt(this.readPiece('memory', address + 4n, 4)) << 32n);
  }

  memoryWrite(address: bigint, width: number, data: bigint): void {
    this.writePiece('memory', address, Math.min(width, 4), Number(data & 0xffffffffn));
    if (width === 8) this.writePiece('memory', address + 4n, 4, Number(data >> 32n));
  }

  portRead(port: number, width: number): number {
    return this.readPiece('port', BigInt(port), width);
  }

  portWrite(port: number, width: number, data: number): void {
    this.writePiece('port', BigInt(port), width, data);
  }

  private readPiece(space: 'port' | 'memory', address: bigint, width: number): number {
    const claims = this.claims(space, address);
    const { overlap, hole } = this.habits;
    const claim = claims.length > 1 && overlap === 'nobody' ? undefined : claims.at(overlap === 'last' ? -1 : 0);
    if (claim !== undefined) return claim.device.regionRead(claim.index, claim.offset, width);
    return hole === 'zero' && space === 'memory' ? 0 : 2 ** (8 * width) - 1;
  }

  private writePiece(space: 'port' | 'memory', address: bigint, width: number, data: number): void {
    const claims = this.claims(space, address);
    if (claims.length > 1 && this.habits.overlap === 'nobody') return;
    const claim = claims.at(this.habits.overlap === 'last' ? -1 : 0);
    claim?.device.regionWrite(claim.index, claim.offset, width, data);
  }
}

/** BARs of a space, and the expansion ROM while it is enabled. */
function rangesOf({ plan, registers, romAt }: Device, space: 'port' | 'memory'): Omit<BarPlan, 'prefetchable'>[] {
  const bars = plan.bars.filter(({ kind }) => (kind === 'io') === (space === 'port'));
  const rom = space === 'memory' && plan.rom > 0 && (registers.value[romAt]! & 1) === 1;
  return rom ? [...bars, { index: ROM, kind: 'memory32' as const, size: BigInt(plan.rom), prefetchable: false }] : bars;
}

/** Whether a bridge lets an address through from above. */
export function passes(bridge: Device, space: 'port' | 'memory', address: bigint): boolean {
  if (!bridge.enabled(space)) return false;
  return windows(bridge, space).some(([base, last]) => base <= address && address <= last);
}

/** Ranges that a bridge's window registers hold; one whose base is above its last is closed. */
export function windows({ registers }: Device, space: 'port' | 'memory'): [base: bigint, last: bigint][] {
  const big = (offset: number, width: number): bigint => BigInt(registers.read(offset, width));
  if (space === 'port') {
    const base = (big(0x30, 2) << 16n) | ((big(0x1c, 1) & 0xf0n) << 8n);
    return [[base, (big(0x32, 2) << 16n) | ((big(0x1d, 1) & 0xf0n) << 8n) | 0xfffn]];
  }
  return [
    [(big(0x20, 2) & 0xfff0n) << 16n, ((big(0x22, 2) & 0xfff0n) << 16n) | 0xfffffn],
    [
      (big(0x28, 4) << 32n) | ((big(0x24, 2) & 0xfff0n) << 16n),
      (big(0x2c, 4) << 32n) | ((big(0x26, 2) & 0xfff0n) << 16n) | 0xfffffn,
    ],
  ];
}
