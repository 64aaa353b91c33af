import { describe, expect, test } from 'vitest';
import { Access, MEMORY } from '../../../access/access.ts';
import { Device } from './device.ts';
import type { Accesses } from './device.ts';
import { DRIVERS } from './index.ts';

/** Carries a driver's accesses out; `answer` is what reads get, and nothing that is waited for comes. Writes to memory are returned. */
function carried<T>(steps: Accesses<T>, answer: (access: Access) => number): { result: T; written: string[] } {
  const written: string[] = [];
  let next = steps.next();
  for (let count = 0; next.done !== true; count++) {
    expect(count).toBeLessThan(2000);
    const { value } = next;
    if (value instanceof Access) {
      if (!value.write) value.valueLo = answer(value);
      else if (value.space === MEMORY) written.push(`${value.addressLo.toString(16)} ${value.valueLo.toString(16)}`);
    }
    next = steps.next(false);
  }
  return { result: next.value, written };
}

describe.each(DRIVERS.map((driver) => [driver.names[0]!, driver] as const))('%s', (_name, driver) => {
  test.each([
    ['zeros', (): number => 0],
    ['ones', (): number => -1],
    // Every BAR has an address and decodes, every list of capabilities goes round in circles, and no register answers.
    ['a function that answers as none does', ({ space }: Access): number => (space === MEMORY ? 0 : 0x40404046)],
  ])('is refused by %s', (_what, answer) => {
    expect(carried(driver.fire(new Device(0x0100), 0), answer).result).toMatch(/./);
  });
});

test('rocker: the event comes after the proof that the device is reached', () => {
  const [rocker] = DRIVERS;
  const registers = new Map([
    [0x10, 0x43478bce],
    [0x28, 0x21a3c5e8],
  ]);
  const answer = ({ space, addressLo }: Access): number =>
    space === MEMORY ? (registers.get(addressLo & 0xfff) ?? 0) : addressLo === 0xcfc ? 0x00010006 : 0;
  const { result, written } = carried(rocker!.fire(new Device(0x0100), 3), answer);
  expect(result).toBe(undefined);
  expect(written).toEqual(['10010 21a3c5e7', '10028 21a3c5e8', '1002c 0', '10020 3']);
});

test('capabilities: those of one kind, in order, and a list that goes round in circles ends', () => {
  const config = new Map([
    [0x34, 0x50],
    [0x50, 0x6009],
    [0x60, 0x7010],
    [0x70, 0x5009],
  ]);
  let selected = 0;
  const steps = new Device(0x18).capabilities(0x09);
  let next = steps.next();
  while (next.done !== true) {
    const access = next.value as Access;
    if (access.addressLo === 0xcf8) selected = access.valueLo & 0xfc;
    else access.valueLo = config.get(selected) ?? 0;
    next = steps.next(true);
  }
  expect(next.value.slice(0, 4)).toEqual([0x50, 0x70, 0x50, 0x70]);
  expect(next.value.length).toBe(32);
});
