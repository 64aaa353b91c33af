/** Advanced Error Reporting (PCIe 7.8.4). Nothing here ever makes an error: the registers are what software sees. */
import type { CapabilityList } from './capability-list.ts';
import type { DeviceFunction } from './device-function.ts';

/** Uncorrectable errors that a function detects: 4, 12, 13 to 18, 20, 22. */
const UNCORRECTABLE = 0x0057f010;
const UNCORRECTABLE_MASKED = 0x00400000;
const FATAL = 0x00462010;
/** Correctable errors: 0, 6, 7, 8, 12 to 15. */
const CORRECTABLE = 0xf1c1;
const CORRECTABLE_MASKED = 0xe000;

export function addAer(fn: DeviceFunction, list: CapabilityList, at?: number): void {
  const root = fn.layout.kind === 'root-port';
  const offset = list.placeExtended(0x0001, 2, root ? 56 : 44, at);
  const { config } = fn;
  const sticky = (register: number, value: number, bits: number): void => {
    config.define(offset + register, 4, value, { writable: bits, sticky: bits });
  };
  const status = (register: number, bits: number): void => {
    config.define(offset + register, 4, 0, { clearable: bits, sticky: bits });
  };
  status(0x04, UNCORRECTABLE);
  sticky(0x08, UNCORRECTABLE_MASKED, UNCORRECTABLE);
  sticky(0x0c, FATAL, UNCORRECTABLE);
  status(0x10, CORRECTABLE);
  sticky(0x14, CORRECTABLE_MASKED, CORRECTABLE);
  if (!root) return;
  config.define(offset + 0x2c, 4, 0, { writable: 0x7 });
  status(0x30, 0x7f);
}
