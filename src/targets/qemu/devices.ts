/** What the command line of a QEMU says of the devices that send messages. */

import { DRIVERS } from './drivers/index.ts';
import type { InterruptDriver } from './drivers/device.ts';
import type { MessagePlace } from './observer.ts';

/** Of a machine whose messages are looked for. */
export interface Interrupts {
  /** Drivers that serve it; none: nothing can be fired. */
  drivers: readonly InterruptDriver[];
  /** Whether no message comes later than the access that causes it. */
  isPrompt: boolean;
  /** Whether one of the drivers wants the machine's clock to run. */
  needsClock: boolean;
}

/** Devices without a driver that send nothing, or nothing later than the access that causes it. */
const PROMPT: ReadonlySet<string> = new Set([
  'x3130-upstream',
  'pci-bridge',
  'pcie-pci-bridge',
  'i82801b11-bridge',
  'pxb',
  'pxb-pcie',
  'pci-testdev',
]);

/** Options, and parts of their values, by which a processor would run something, or by which no clock runs. */
const PROGRAMS = /^(S|bios|kernel|pflash|loadvm|incoming|icount|readconfig)$/;
const PROGRAM_VALUES = /\b(if=pflash|firmware=|pflash\d+=)|^loader\b/;

/** Options that make no device. */
const HARMLESS: ReadonlySet<string> = new Set(['machine', 'M', 'm', 'device', 'name', 'global', 'cpu', 'smp']);

/**
 * Where messages are looked for: nobody's RAM, as far as scenarios go. Should a guest put ECAM over it, this is function 7
 * of a device 31, which no machine has there, so that filling it does no harm.
 */
export const PLACE: MessagePlace = { base: 0x3ff000, size: 0x200 };

/** What is known of the interrupts of a machine, in words of `hello`; none, where messages are not looked for. */
export function interruptWords({ drivers, isPrompt }: Interrupts): string[] {
  if (drivers.length === 0) return [];
  const last = PLACE.base + PLACE.size - 1;
  return [
    `messages=0x${PLACE.base.toString(16)}-0x${last.toString(16)}`,
    `caps=fire,msi${isPrompt ? '' : ',async-msi'}`,
  ];
}

const QUOTES = /^["']|["']$/g;

/** `words`: the arguments of QEMU; `ram`: the last address of guest RAM below 4 GiB, 0 where it is not known. */
export function interruptsOf(words: string, ram: number): Interrupts {
  const options = [...words.matchAll(/(?:^|\s)--?([A-Za-z][\w-]*)(?:\s+([^\s-]\S*))?/g)].map(
    ([, name = '', value = '']) => ({
      name,
      value: value.replaceAll(QUOTES, ''),
    }),
  );
  const devices = options
    .filter(({ name }) => name === 'device')
    .map(({ value }) => {
      const comma = value.indexOf(',');
      return comma < 0 ? { name: value, options: '' } : { name: value.slice(0, comma), options: value.slice(comma) };
    });
  // With an IOMMU the addresses on the wire are not those of the registers.
  if (/iommu/.test(words) || ram < PLACE.base + PLACE.size) return { drivers: [], isPrompt: false, needsClock: false };
  const count = ({ names }: InterruptDriver): number => devices.filter(({ name }) => names.includes(name)).length;
  const mayRun = options.every(({ name, value }) => !PROGRAMS.test(name) && !PROGRAM_VALUES.test(value));
  const drivers = DRIVERS.filter(
    (driver) =>
      (count(driver) === 1 || (count(driver) > 1 && !driver.byAddress)) && (mayRun || driver.needsClock !== true),
  );
  const isPrompt =
    options.every(({ name }) => HARMLESS.has(name)) &&
    devices.every(({ name, options: own }) => {
      const driver = DRIVERS.find(({ names }) => names.includes(name));
      if (driver === undefined) return PROMPT.has(name);
      return driver.isPrompt(own) && (driver.needsClock !== true || drivers.includes(driver));
    });
  return { drivers, isPrompt, needsClock: drivers.some(({ needsClock }) => needsClock === true) };
}
