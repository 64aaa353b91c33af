/** What a guest sees otherwise than it was saved: what breaks a live migration, or a driver that was bound before. */

import { capabilityName, extendedCapabilityName } from '../../spec/capabilities.ts';
import type { Enumeration, SeenFunction } from './schema.ts';

/** One difference: where, and the two values as text. */
export interface Difference {
  function: string;
  what: string;
  expected: string;
  actual: string;
}

const NOTHING = 'nothing';

/** All differences, in the order of the expected functions, then of those that nobody expected. */
export function differences(expected: Enumeration, actual: Enumeration): Difference[] {
  const before = new Map(expected.functions.map((f) => [f.function, f]));
  const now = new Map(actual.functions.map((f) => [f.function, f]));
  const gone = [...before].flatMap(([name, f]) => {
    const other = now.get(name);
    if (other !== undefined) return betweenFunctions(f, other);
    return [{ function: name, what: 'function', expected: identity(f), actual: NOTHING }];
  });
  const come = [...now].flatMap(([name, f]) =>
    before.has(name) ? [] : [{ function: name, what: 'function', expected: NOTHING, actual: identity(f) }],
  );
  return [...gone, ...come];
}

function identity({ vendor, device, class: code }: SeenFunction): string {
  return `${vendor.slice(2)}:${device.slice(2)}, class ${code.slice(2)}`;
}

function betweenFunctions(expected: SeenFunction, actual: SeenFunction): Difference[] {
  const found: Difference[] = [];
  const compare = (what: string, one: string, other: string): void => {
    if (one !== other) found.push({ function: expected.function, what, expected: one, actual: other });
  };
  compare('identity', identity(expected), identity(actual));
  // It is another device: all the rest is different, too.
  if (found.length > 0) return found;
  compare('bridge above', expected.below ?? 'none', actual.below ?? 'none');
  compare('buses', expected.buses ?? 'none', actual.buses ?? 'none');
  for (const name of ['io', 'memory', 'prefetchable'] as const)
    compare(`${name} window`, expected.windows?.[name] ?? 'closed', actual.windows?.[name] ?? 'closed');
  compareLists(compare, barsOf(expected), barsOf(actual));
  compareLists(compare, capabilitiesOf(expected), capabilitiesOf(actual));
  compareRegisters(compare, expected, actual);
  return found;
}

type Compare = (what: string, expected: string, actual: string) => void;

function compareLists(
  compare: Compare,
  expected: ReadonlyMap<string, string>,
  actual: ReadonlyMap<string, string>,
): void {
  for (const name of new Set([...expected.keys(), ...actual.keys()]))
    compare(name, expected.get(name) ?? NOTHING, actual.get(name) ?? NOTHING);
}

function barsOf({ bars }: SeenFunction): Map<string, string> {
  return new Map(
    bars.map(({ bar, kind, prefetchable, size, address }) => [
      bar,
      `${kind}${prefetchable ? ' prefetchable' : ''}, ${size} bytes${address === null ? '' : ` at ${address}`}`,
    ]),
  );
}

function capabilitiesOf({ capabilities, extended }: SeenFunction): Map<string, string> {
  return new Map([
    ...capabilities.map(({ id, offset }) => [`capability at ${offset}`, capabilityName(Number(id))] as const),
    ...extended.map(({ id, offset }) => [`capability at ${offset}`, extendedCapabilityName(Number(id))] as const),
  ]);
}

/** Registers that are compared by what they mean: BARs and ROM; of a bridge bus numbers and windows, too. */
const TOLD_OF_DEVICE: ReadonlySet<string> = new Set(['0x010', '0x014', '0x018', '0x01c', '0x020', '0x024', '0x030']);
const TOLD_OF_BRIDGE: ReadonlySet<string> = new Set([...TOLD_OF_DEVICE, '0x028', '0x02c', '0x038']);

function compareRegisters(compare: Compare, expected: SeenFunction, actual: SeenFunction): void {
  const offsets = new Set([...Object.keys(expected.registers), ...Object.keys(actual.registers)]);
  const told = expected.buses === undefined ? TOLD_OF_DEVICE : TOLD_OF_BRIDGE;
  for (const offset of [...offsets].filter((one) => !told.has(one)).toSorted()) {
    const one = registerOf(expected, offset);
    const other = registerOf(actual, offset);
    const mask = one.mask & other.mask;
    if (((one.value ^ other.value) & mask) === 0) continue;
    const among = mask === -1 ? '' : ` in the bits ${hex(mask)}`;
    compare(`register ${offset}`, `${hex(one.value & mask)}${among}`, `${hex(other.value & mask)}${among}`);
  }
}

function registerOf({ registers, open }: SeenFunction, offset: string): { value: number; mask: number } {
  const isOpen = open.some((range) => {
    const [first, last] = range.split('-').map(Number) as [number, number];
    return first <= Number(offset) && Number(offset) <= last;
  });
  const [value = '0x0', mask = isOpen ? '0x0' : '0xffffffff'] = registers[offset]?.split(' & ') ?? [];
  return { value: Number(value) | 0, mask: Number(mask) | 0 };
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}
