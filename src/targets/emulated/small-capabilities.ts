/** Capabilities that are a few registers each. */
import type { CapabilityList } from './capability-list.ts';
import type { DeviceFunction } from './device-function.ts';
import { parseNumber } from '../../core/hex.ts';

/** Advanced Features: function level reset of a conventional function (PCIe 7.9.21). */
export function addAdvancedFeatures(fn: DeviceFunction, list: CapabilityList, flr: boolean, at?: number): void {
  const offset = list.place(0x13, 6, at);
  fn.config.define(offset + 2, 1, 6);
  // Reset is allowed only together with the bit that tells of pending transactions.
  fn.config.define(offset + 3, 1, flr ? 3 : 0);
  fn.config.onWrite(offset + 4, (_before, _after, value, lanes) => {
    if (flr && (value & lanes & 1) !== 0) fn.reset('function');
  });
}

/** The subsystem of a bridge, whose header has no room for it. */
export function addSubsystem(fn: DeviceFunction, list: CapabilityList, at?: number): void {
  const offset = list.place(0x0d, 8, at);
  fn.config.define(offset + 4, 2, fn.layout.subsystemVendor);
  fn.config.define(offset + 6, 2, fn.layout.subsystem);
}

/** A vendor-specific capability: a length, and bytes that keep what is written. */
export function addVendor(fn: DeviceFunction, list: CapabilityList, length: number, at?: number): void {
  const offset = list.place(0x09, length, at);
  fn.config.define(offset + 2, 1, fn.machine.faulty('cap-length-excludes-header') ? length - 2 : length);
  for (let byte = 3; byte < length; byte++) fn.config.define(offset + byte, 1, byte, { writable: 0xff });
}

/** A vendor-specific extended capability (PCIe 7.9.5). */
export function addVendorExtended(fn: DeviceFunction, list: CapabilityList, length: number, at?: number): void {
  const offset = list.placeExtended(0x000b, 1, length, at);
  fn.config.define(offset + 4, 4, 0x0042 | (1 << 16) | (length << 20));
  for (let byte = 8; byte < length; byte += 4) fn.config.define(offset + byte, 4, byte, { writable: -1 });
}

export function addSerialNumber(fn: DeviceFunction, list: CapabilityList, value: string, at?: number): void {
  const offset = list.placeExtended(0x0003, 1, 12, at);
  const number = parseNumber(value) ?? { hi: 0, lo: 0 };
  fn.config.define(offset + 4, 4, number.lo);
  fn.config.define(offset + 8, 4, number.hi);
}

/** Alternative Routing-ID: which function comes next (PCIe 7.8.8). */
export function addAri(fn: DeviceFunction, list: CapabilityList, next: number, at?: number): void {
  const offset = list.placeExtended(0x000e, 1, 8, at);
  fn.config.define(offset + 5, 1, next);
}
