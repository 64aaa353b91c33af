/** Brings accesses to memory and ports to the virtio devices that they reach, may reach, or must not reach. */

import type { MEMORY, PORT } from '../../access/access.ts';
import type { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import { differenceHi, differenceLo } from '../../core/pair.ts';
import { TYPE_NOTIFY } from '../../spec/virtio-common.ts';
import { OFF, ON } from '../decode/region.ts';
import type { Region } from '../decode/region.ts';
import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import type { VirtioStructure } from './structures.ts';

type Space = typeof PORT | typeof MEMORY;

/** An access to an address that `claims` claim or may claim. */
export function reachVirtio(
  state: MachineState,
  access: Access,
  claims: readonly Region[],
  space: Space,
  hi: number,
  lo: number,
): void {
  if (!state.hasVirtio) return;
  if (access.write && state.machine.kicks.length > 0) watchDoorbells(state, access, claims, space, hi, lo);
  for (const region of claims) {
    const { virtio: device } = region.function;
    if (device === undefined || region.isRom) continue;
    const near = differenceHi(hi, lo, region.baseHi, region.baseLo) === 0;
    if (near && claims.length === 1 && region.state === ON && !state.map.mayIntrude(region))
      device.claimed(state, region, region.offset(hi, lo), access);
    else if (access.write) {
      if (near) device.perhapsReset(state, region, region.offset(hi, lo), access);
      device.perhapsWritten(region, access.width);
    } else device.isr.disturb();
  }
  // A region whose place is not known may be there.
  if (access.write) {
    const loose = claims.length === 0 ? state.map.looseIn(space) : state.map.intruders(space);
    for (const region of loose) region.function.virtio?.perhapsWritten(region, access.width);
  }
}

/** An event may have happened inside any device; the source may hold the condition behind INTx of one. */
export function noteEvent(state: MachineState, event: Event): void {
  state.lastEventAt = state.step;
  if (event.kind !== 'condition') return;
  const { bdf, level } = event;
  const surely = state.routing.surely(bdf >>> 8)?.functions[bdf & 0xff]?.virtio;
  if (surely !== undefined) surely.isr.held = level === 1;
  // Of another device the condition may as well go on.
  else if (level === 1)
    for (const { virtio: device } of state.routing.perhapsNamed(bdf)) if (device !== undefined) device.isr.held = true;
}

/** A write beside the doorbells of a device whose kicks are counted. */
function watchDoorbells(
  state: MachineState,
  access: Access,
  claims: readonly Region[],
  space: Space,
  hi: number,
  lo: number,
): void {
  for (const { bdf } of state.machine.kicks) {
    const f = state.firstOf(bdf);
    const notify = f?.virtio?.structure(TYPE_NOTIFY);
    if (f !== undefined && notify !== undefined) watch(state, f, notify, access, claims, space, hi, lo);
  }
}

function watch(
  state: MachineState,
  f: PciFunction,
  notify: VirtioStructure,
  access: Access,
  claims: readonly Region[],
  space: Space,
  hi: number,
  lo: number,
): void {
  const device = f.virtio;
  const region = f.regions[notify.bar];
  if (device === undefined || region === undefined) return;
  const mine = claims.includes(region);
  if (mine && claims.length === 1 && region.state === ON && !state.map.mayIntrude(region)) return;
  if (!region.located || region.loose) {
    device.perhapsNotified(access.width);
    return;
  }
  if (region.space !== space) return;
  const inside = (baseHi: number, baseLo: number): boolean => {
    const high = differenceHi(hi, lo, baseHi, baseLo) | 0;
    const low = differenceLo(lo, baseLo) >>> 0;
    // An access may begin below the region.
    return (high === 0 || high === -1) && overlaps(notify, low + high * 2 ** 32, Math.max(access.width, 1));
  };
  const here = inside(region.baseHi, region.baseLo);
  if (here && (mine || !isSwitchedOff(state, region))) {
    device.perhapsNotified(access.width);
    return;
  }
  for (const counter of device.followed()) {
    if (here) counter.noKick('VIO-004', region);
    else if (counter.former(region).some((place) => inside(place.hi, place.lo))) counter.noKick('VIO-003', region);
  }
}

/** Whether the region certainly does not decode, because its enable in Command is clear. */
function isSwitchedOff(state: MachineState, region: Region): boolean {
  return region.state === OFF && region.why === 'enable' && state.reporter.choice('mse_off') !== 'decodes';
}

function overlaps({ offset, length }: VirtioStructure, at: number, width: number): boolean {
  return at < offset + length && at + width > offset;
}
