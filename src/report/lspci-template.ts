/**
 * Lines of text with the values of registers in them, written down as templates:
 *
 * - `{5}`: bit 5 as `+`, `-`, or `?` while it is not known;
 * - `{7:4}`: a field in decimal; `{7:4 x2}`: in two hexadecimal digits;
 * - `{7:4 speed}`: a field by one of the formats below;
 * - `{c.7:4}`: a field of the register at 0ch from the start of the structure instead of the template's own.
 *
 * Bits count from the lowest bit of the register's first byte.
 */

import type { KnownBits } from '../model/known-bits.ts';

const PLACEHOLDER = /\{(?:([0-9a-f]+)\.)?(\d+)(?::(\d+))?(?: (\w+))?\}/g;

type Format = (value: number) => string;

/** A format that is a list; what lies beyond it has the last word. */
function oneOf(...words: readonly [...string[], string]): Format {
  return (value) => words[value] ?? (words.at(-1) as string);
}

const L0S = ['<64ns', '<128ns', '<256ns', '<512ns', '<1us', '<2us', '<4us', 'unlimited'] as const;
const L1 = ['<1us', '<2us', '<4us', '<8us', '<16us', '<32us', '<64us', 'unlimited'] as const;
const TIMEOUT_VALUES: Readonly<Record<number, string>> = {
  0: '50us to 50ms',
  1: '50us to 100us',
  2: '1ms to 10ms',
  5: '16ms to 55ms',
  6: '65ms to 210ms',
  9: '260ms to 900ms',
  10: '1s to 3.5s',
  13: '4s to 13s',
  14: '17s to 64s',
};
const TIMEOUT_RANGES: Readonly<Record<number, string>> = {
  0: 'Not Supported',
  1: 'Range A',
  2: 'Range B',
  3: 'Range AB',
  6: 'Range BC',
  7: 'Range ABC',
  14: 'Range BCD',
  15: 'Range ABCD',
};

/** The formats by name, in the words of lspci. */
const FORMATS: Readonly<Record<string, Format>> = {
  payload: (value) => String(128 << value),
  phantom: (value) => String((1 << value) - 1),
  l0s: oneOf(...L0S),
  l1: oneOf(...L1),
  speed: oneOf('unknown', '2.5GT/s', '5GT/s', '8GT/s', '16GT/s', '32GT/s', '64GT/s', 'unknown'),
  // Hardwired to 0: only the lowest speed.
  target: oneOf('2.5GT/s', '2.5GT/s', '5GT/s', '8GT/s', '16GT/s', '32GT/s', '64GT/s', 'unknown'),
  speeds: speedRange,
  devsel: oneOf('fast', 'medium', 'slow', '??'),
  aspm: oneOf('not supported', 'L0s', 'L1', 'L0s L1'),
  aspmctl: oneOf('Disabled', 'L0s Enabled', 'L1 Enabled', 'L0s L1 Enabled'),
  rcb: oneOf('64', '128'),
  indicator: oneOf('Unknown', 'On', 'Blink', 'Off'),
  range: (value) => TIMEOUT_RANGES[value] ?? 'Unknown',
  timeout: (value) => TIMEOUT_VALUES[value] ?? 'Unknown',
  obff: oneOf('Not Supported', 'Via message', 'Via WAKE#', 'Via message/WAKE#'),
  obffctl: oneOf('Disabled', 'Via message A', 'Via message B', 'Via WAKE#'),
  reduction: oneOf('Not Supported', 'Device Specific', 'Form Factor Dev Specific', 'Reserved'),
  cls: oneOf('Not Supported', '64byte cachelines', '128byte cachelines', 'Reserved'),
  prefixes: (value) => String(value === 0 ? 4 : value),
  emphasis: oneOf('-6dB', '-3.5dB'),
  margin: oneOf('Normal Operating Range', 'Unknown'),
  preset: oneOf('-6dB de-emphasis, 0dB preshoot', '-3.5dB de-emphasis, 0dB preshoot', 'unknown'),
  crosslink: oneOf('unsupported', 'Upstream Port', 'Downstream Port', 'incomplete'),
  power: oneOf('D0', 'D1', 'D2', 'D3'),
  current: oneOf('0', '55', '100', '160', '220', '270', '320', '375'),
  log2: (value) => String(1 << value),
  plus1: (value) => String(value + 1),
  words8: (value) => (value * 8).toString(16).padStart(8, '0'),
  watts: (value) => String((value & 0xff) * [1, 0.1, 0.01, 0.001][value >>> 8]!),
  pin: (value) => (value === 0 ? '?' : String.fromCharCode(64 + value)),
};

/** Supported Link Speeds Vector: the lowest and the highest bit. */
function speedRange(vector: number): string {
  const names = ['2.5', '5', '8', '16', '32', '64'].filter((_, bit) => ((vector >>> bit) & 1) === 1);
  if (names.length === 0) return 'RsvdP';
  return names.length === 1 ? `${names[0]}GT/s` : `${names[0]}-${names.at(-1)}GT/s`;
}

/** A filled template, and whether anything in it is known (true if it has no placeholder). */
interface Filled {
  text: string;
  known: boolean;
}

function fill(template: string, bits: KnownBits, structure: number, register: number): Filled {
  let placeholders = 0;
  let found = 0;
  const text = template.replace(
    PLACEHOLDER,
    (_, offset: string | undefined, high: string, low: string | undefined, format: string | undefined) => {
      placeholders++;
      const at = structure + (offset === undefined ? register : Number.parseInt(offset, 16));
      const value = bits.bits(at, Number(high), Number(low ?? high));
      if (value !== undefined) found++;
      if (low === undefined && format === undefined) return value === undefined ? '?' : value === 1 ? '+' : '-';
      return formatField(value, format);
    },
  );
  return { text, known: placeholders === 0 || found > 0 };
}

function formatField(value: number | undefined, format: string | undefined): string {
  const digits = /^x(\d+)$/.exec(format ?? '')?.[1];
  if (digits !== undefined) {
    return value === undefined ? '?'.repeat(Number(digits)) : value.toString(16).padStart(Number(digits), '0');
  }
  if (value === undefined) return '?';
  if (format === undefined) return String(value);
  const formatted = FORMATS[format];
  if (formatted === undefined) throw new Error(`no format ${format}`);
  return formatted(value);
}

/**
 * The lines of one register at byte `register` of the structure at `structure`, the first with its label. Where nothing
 * in the register is known the label has a `?` behind it and the other lines are left out.
 */
export function registerLines(
  bits: KnownBits,
  structure: number,
  register: number,
  label: string,
  templates: readonly string[],
): string[] {
  const filled = templates.map((template) => fill(template, bits, structure, register));
  if (!filled.some(({ known }) => known)) return [`${label}?`];
  return filled.map(({ text }, index) => (index === 0 ? label : '') + text);
}
