import { formatHex, parseNumber } from '../core/hex.ts';
import { atMost } from '../core/pair.ts';
import { formatBdf, parseBdf } from './bdf.ts';
import type { EcamRange, MachineDescription, Range } from './machine.ts';

/**
 * Machine descriptions as words `key=value`: the keys of the target protocol's `hello` (cam, ecam, io, mem32, mem64,
 * ram, reserved, messages, name, caps, irq, kicks), and power-on, iommu and io-window, which only traces need.
 */

/** Words in a fixed order; keys that are not there are left out. */
export function formatMachine(machine: Partial<MachineDescription>): string[] {
  const words: string[] = [];
  if (machine.name !== undefined) words.push(`name=${machine.name.replace(/\s+/g, '-')}`);
  if (machine.cam !== undefined) words.push(`cam=${machine.cam ? 1 : 0}`);
  for (const range of machine.ecam ?? []) words.push(`ecam=${formatEcam(range)}`);
  for (const key of RANGE_KEYS) {
    for (const range of machine[key] ?? []) words.push(`${key}=${formatRange(range)}`);
  }
  if (machine.ioWindow !== undefined) words.push(`io-window=${formatRange(machine.ioWindow)}`);
  if (machine.powerOn !== undefined) words.push(`power-on=${machine.powerOn ? 1 : 0}`);
  if (machine.iommu !== undefined) words.push(`iommu=${machine.iommu ? 1 : 0}`);
  if ((machine.caps ?? []).length > 0) words.push(`caps=${(machine.caps ?? []).join(',')}`);
  const lines = (machine.irq ?? []).map(({ bdf, line }) => `${formatBdf(bdf)}:${line}`);
  if (lines.length > 0) words.push(`irq=${lines.join(',')}`);
  for (const counter of machine.kicks ?? []) words.push(`kicks=${formatKicks(counter)}`);
  return words;
}

/**
 * Adds one word to a machine description. Returns undefined when that went well, else what is wrong with the word.
 * Keys that are not known are passed over, as the protocol wants.
 */
export function parseMachineWord(word: string, machine: Partial<MachineDescription>): string | undefined {
  const equals = word.indexOf('=');
  if (equals <= 0) return `expected key=value, found '${word.slice(0, 40)}'`;
  const key = word.slice(0, equals);
  const text = word.slice(equals + 1);
  switch (key) {
    case 'name':
      machine.name = text;
      return undefined;
    case 'cam':
    case 'iommu':
    case 'power-on': {
      if (text !== '0' && text !== '1') return `${key} must be 0 or 1`;
      machine[key === 'power-on' ? 'powerOn' : key] = text === '1';
      return undefined;
    }
    case 'ecam': {
      const range = parseEcam(text);
      if (range === undefined) return 'ecam must be BASE,FIRSTBUS,LASTBUS or BASE,FIRSTBUS,LASTBUS,SEGMENT';
      machine.ecam = [...(machine.ecam ?? []), range];
      return undefined;
    }
    case 'caps':
      machine.caps = [...(machine.caps ?? []), ...text.split(',').filter((cap) => cap !== '')];
      return undefined;
    case 'irq': {
      const found = text.split(',').map((part) => parseIrq(part));
      if (found.some((one) => one === undefined)) return 'irq must be BDF:LINE, or several with commas between';
      machine.irq = [...(machine.irq ?? []), ...found.filter((one) => one !== undefined)];
      return undefined;
    }
    case 'kicks': {
      const counter = parseKicks(text);
      if (counter === undefined) return 'kicks must be BDF,BAR,OFFSET';
      machine.kicks = [...(machine.kicks ?? []), counter];
      return undefined;
    }
    case 'io-window': {
      const range = parseRange(text);
      if (range === undefined) return 'io-window must be LOW-HIGH';
      machine.ioWindow = range;
      return undefined;
    }
    default: {
      const rangeKey = RANGE_KEYS.find((candidate) => candidate === key);
      if (rangeKey === undefined) return undefined;
      const range = parseRange(text);
      if (range === undefined) return `${key} must be LOW-HIGH, both inclusive`;
      machine[rangeKey] = [...(machine[rangeKey] ?? []), range];
      return undefined;
    }
  }
}

/** Keys of one value or a list; the others are ranges. */
const OTHER_KEYS = ['name', 'cam', 'iommu', 'power-on', 'ecam', 'caps', 'irq', 'kicks', 'io-window'];

/**
 * A machine description from words `key=value` with blanks between them: `ecam=0xb0000000,0,255
 * mem32=0xc0000000-0xdfffffff cam=0`. The keys are those of the target protocol's `hello` that tell of the machine, and
 * `power-on`, `iommu` and `io-window`. Throws an Error that names the word which cannot be read.
 */
export function parseMachine(text: string): Partial<MachineDescription> {
  const machine: Partial<MachineDescription> = {};
  const keys: readonly string[] = [...OTHER_KEYS, ...RANGE_KEYS];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const [key = ''] = word.split('=');
    const problem = keys.includes(key)
      ? parseMachineWord(word, machine)
      : `there is no such key; expected one of ${keys.join(', ')}`;
    if (problem !== undefined) throw new Error(`machine description, '${word.slice(0, 40)}': ${problem}`);
  }
  return machine;
}

const RANGE_KEYS = ['io', 'mem32', 'mem64', 'ram', 'reserved', 'messages'] as const;

/** `LOW-HIGH`, both inclusive. */
export function formatRange(range: Range): string {
  return `${formatHex(range.loHi, range.loLo)}-${formatHex(range.hiHi, range.hiLo)}`;
}

/** Undefined unless the text is `LOW-HIGH` with LOW at most HIGH. */
export function parseRange(text: string): Range | undefined {
  const [lowText, highText, rest] = text.split('-');
  const low = parseNumber(lowText ?? '');
  const high = parseNumber(highText ?? '');
  if (low === undefined || high === undefined || rest !== undefined) return undefined;
  if (!atMost(low.hi, low.lo, high.hi, high.lo)) return undefined;
  return { loHi: low.hi, loLo: low.lo, hiHi: high.hi, hiLo: high.lo };
}

/** `BASE,FIRSTBUS,LASTBUS`, and the segment when it is not 0. */
export function formatEcam(range: EcamRange): string {
  const segment = range.segment === 0 ? '' : `,${range.segment}`;
  return `${formatHex(range.baseHi, range.baseLo)},${range.firstBus},${range.lastBus}${segment}`;
}

/** Undefined unless the text is `BASE,FIRSTBUS,LASTBUS[,SEGMENT]` with buses from 0 to 255 in order. */
export function parseEcam(text: string): EcamRange | undefined {
  const numbers = text.split(',').map((part) => parseNumber(part));
  const [base, first, last, segment] = numbers;
  if (numbers.length < 3 || numbers.length > 4 || base === undefined) return undefined;
  if (first === undefined || last === undefined || (numbers.length === 4 && segment === undefined)) return undefined;
  const segmentNumber = segment ?? { hi: 0, lo: 0 };
  if (first.hi !== 0 || last.hi !== 0 || segmentNumber.hi !== 0) return undefined;
  if (first.lo >>> 0 > 255 || last.lo >>> 0 > 255 || first.lo > last.lo) return undefined;
  if (segmentNumber.lo >>> 0 > 0xffff) return undefined;
  return { baseHi: base.hi, baseLo: base.lo, firstBus: first.lo, lastBus: last.lo, segment: segmentNumber.lo };
}

/** `BDF:LINE`: the input of the interrupt controller that a function drives. */
export function parseIrq(text: string): { bdf: number; line: number } | undefined {
  const colon = text.lastIndexOf(':');
  const bdf = parseBdf(text.slice(0, colon));
  const line = parseNumber(text.slice(colon + 1));
  return bdf === undefined || line === undefined || line.hi !== 0 || line.lo < 0 ? undefined : { bdf, line: line.lo };
}

/** `BDF,BAR,OFFSET` of a counter of doorbell writes. */
export function formatKicks({ bdf, bar, offset }: MachineDescription['kicks'][number]): string {
  return `${formatBdf(bdf)},${bar},${formatHex(0, offset)}`;
}

/** Undefined unless the text is `BDF,BAR,OFFSET` with a BAR from 0 to 5 and an offset that is a multiple of 4. */
export function parseKicks(text: string): MachineDescription['kicks'][number] | undefined {
  const [bdfText, barText, offsetText, rest] = text.split(',');
  const bdf = parseBdf(bdfText ?? '');
  const offset = parseNumber(offsetText ?? '');
  if (bdf === undefined || offset === undefined || rest !== undefined || !/^[0-5]$/.test(barText ?? ''))
    return undefined;
  return offset.hi !== 0 || (offset.lo & 3) !== 0 ? undefined : { bdf, bar: Number(barText), offset: offset.lo };
}
