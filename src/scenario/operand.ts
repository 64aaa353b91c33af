/**
 * Operands of steps: each is a few words of the integer encoding, and some text. Any word has a meaning: `canonical`
 * turns it into the word that is printed and read back.
 */

import { formatBdf, parseBdf } from '../access/bdf.ts';
import { formatHex, parseNumber } from '../core/hex.ts';
import { ANCHORS, BARS, BASES, DESTINATIONS, HEADER_REGISTERS, REGIONS, RELATIONS, VECTOR_KINDS } from './names.ts';
import type { LineReader, Token } from './reader.ts';

export interface Operand {
  /** Words of the encoding. */
  readonly words: number;
  /** Word in front of it in the text: such an operand may be left out, and is 0 then. */
  readonly key?: string;
  canonical(step: Int32Array, at: number): void;
  format(step: Int32Array, at: number): string;
  parse(reader: LineReader, step: Int32Array, at: number): void;
}

/** Function operands that a program can tell apart. */
export const VARIABLES = 4096;
const DEVICE_FUNCTION = /^([0-9a-f]{1,2})\.([0-7])$/i;

function reduce(step: Int32Array, at: number, limit: number): void {
  step[at] = (step[at]! >>> 0) % limit;
}

/** `fn`, `fn1`, `fn2` …: the function that binding puts there. */
export function variableName(variable: number): string {
  return variable === 0 ? 'fn' : `fn${variable}`;
}

export function parseVariable(text: string): number | undefined {
  const match = /^fn(\d{0,4})$/.exec(text);
  if (match === null) return undefined;
  const variable = Number(match[1]);
  return variable < VARIABLES ? variable : undefined;
}

/** A function alone. */
export const functionOperand: Operand = {
  words: 1,
  canonical: (step, at) => reduce(step, at, VARIABLES),
  format: (step, at) => variableName(step[at]!),
  parse: (reader, step, at) => {
    const token = reader.next('a function (fn, fn1, fn2 …)');
    const variable = parseVariable(token.text);
    if (variable === undefined) throw reader.wrong(token, 'a function (fn, fn1, fn2 …)');
    step[at] = variable;
  },
};

/** One word out of a list. */
export function enumeration(words: readonly string[], what: string): Operand {
  return {
    words: 1,
    canonical: (step, at) => reduce(step, at, words.length),
    format: (step, at) => words[step[at]!]!,
    parse: (reader, step, at) => {
      step[at] = reader.choice(words, what);
    },
  };
}

/** A word that the text has and the encoding does not. */
export function literal(word: string): Operand {
  return {
    words: 0,
    canonical: () => {},
    format: () => word,
    parse: (reader) => {
      const token = reader.next(`'${word}'`);
      if (token.text !== word) throw reader.wrong(token, `'${word}'`);
    },
  };
}

/** An operand that may be left out. */
export function optional(key: string, operand: Operand): Operand {
  return {
    ...operand,
    key,
    format: (step, at) => (step[at] === 0 ? '' : `${key} ${operand.format(step, at)}`),
  };
}

/** A number below `limit`, in decimal. */
export function count(limit: number, what: string): Operand {
  return {
    words: 1,
    canonical: (step, at) => reduce(step, at, limit),
    format: (step, at) => String(step[at]! >>> 0),
    parse: (reader, step, at) => {
      const token = reader.next(what);
      const value = parseNumber(token.text);
      if (value === undefined || value.hi !== 0 || value.lo >>> 0 >= limit)
        throw reader.wrong(token, `${what} below ${limit}`);
      step[at] = value.lo;
    },
  };
}

/** Bytes of a width word. */
function bytesAt(step: Int32Array, at: number): number {
  return 1 << step[at]!;
}

/** A value as wide as the width operand right before it: low word, high word. */
export const value: Operand = {
  words: 2,
  canonical: (step, at) => {
    const bytes = bytesAt(step, at - 1);
    if (bytes < 4) step[at]! &= (1 << (8 * bytes)) - 1;
    if (bytes < 8) step[at + 1] = 0;
  },
  format: (step, at) => formatHex(step[at + 1]!, step[at]!),
  parse: (reader, step, at) => {
    const { hi, lo } = reader.number('a value', bytesAt(step, at - 1));
    step[at] = lo;
    step[at + 1] = hi;
  },
};

/** The same in one word, after a width of at most 4. */
export const bits: Operand = {
  words: 1,
  canonical: (step, at) => {
    const bytes = bytesAt(step, at - 1);
    if (bytes < 4) step[at]! &= (1 << (8 * bytes)) - 1;
  },
  format: (step, at) => formatHex(0, step[at]!),
  parse: (reader, step, at) => {
    step[at] = reader.number('a value', bytesAt(step, at - 1)).lo;
  },
};

/** A number of up to 32 bits in hexadecimal. */
export function hexadecimal(mask: number, what: string): Operand {
  return {
    words: 1,
    canonical: (step, at) => {
      step[at]! &= mask;
    },
    format: (step, at) => formatHex(0, step[at]!),
    parse: (reader, step, at) => {
      const token = reader.next(what);
      const found = parseNumber(token.text);
      if (found === undefined || found.hi !== 0 || (found.lo & ~mask) !== 0)
        throw reader.wrong(token, `${what} up to ${formatHex(0, mask)}`);
      step[at] = found.lo;
    },
  };
}

/** An address in memory: high word, low word. */
export const address: Operand = {
  words: 2,
  canonical: () => {},
  format: (step, at) => formatHex(step[at]!, step[at + 1]!),
  parse: (reader, step, at) => {
    const { hi, lo } = reader.number('an address', 8);
    step[at] = hi;
    step[at + 1] = lo;
  },
};

/** Splits `fn1.NAME[.ANCHOR][+OFFSET]`. */
const DOTTED = /^(fn\d{0,4})\.([a-z0-9][a-z0-9-]*?)(?:\.([a-z][a-z-]*?))?(?:([+-])(0x[0-9a-f]+|\d+))?$/i;

interface Dotted {
  variable: number;
  name: string;
  anchor: string;
  /** Undefined: too large. */
  offset: number | undefined;
}

function dotted(reader: LineReader, token: Token, expected: string): Dotted {
  const match = DOTTED.exec(token.text);
  const variable = match === null ? undefined : parseVariable(match[1] as string);
  if (match === null || variable === undefined) throw reader.wrong(token, expected);
  const distance = match[5] === undefined ? { hi: 0, lo: 0 } : parseNumber(match[5]);
  const negative = match[4] === '-';
  const magnitude = distance === undefined || distance.hi !== 0 ? Infinity : distance.lo >>> 0;
  const fits = magnitude <= (negative ? 0x80000000 : 0x7fffffff);
  const offset = fits ? (negative ? -magnitude : magnitude) | 0 : undefined;
  return { variable, name: match[2] as string, anchor: match[3] ?? 'start', offset };
}

const REGISTER_NAMES = new Map([...HEADER_REGISTERS].toReversed().map(([name, offset]) => [offset, name]));
const BASE_NAMES = BASES.map(({ name }) => name as string);
const PLACE = 'a register (fn.cmd, fn.bar0, fn.msix+2, fn.config+0x40 …)';

/** A register of a function: function, base, offset. */
export const register: Operand = {
  words: 3,
  canonical: (step, at) => {
    reduce(step, at, VARIABLES);
    reduce(step, at + 1, BASES.length);
    step[at + 2]! &= 0xfff;
  },
  format: (step, at) => {
    const name = step[at + 1] === 0 ? REGISTER_NAMES.get(step[at + 2]!) : undefined;
    const prefix = variableName(step[at]!);
    return name === undefined ? `${prefix}.${BASE_NAMES[step[at + 1]!]!}${signed(step[at + 2]!)}` : `${prefix}.${name}`;
  },
  parse: (reader, step, at) => {
    const token = reader.next(PLACE);
    const { variable, name, anchor, offset } = dotted(reader, token, PLACE);
    const base = BASE_NAMES.indexOf(name);
    const from = base >= 0 ? 0 : HEADER_REGISTERS.get(name);
    if (from === undefined || anchor !== 'start')
      throw reader.wrong(
        token,
        PLACE,
        [...BASE_NAMES, ...HEADER_REGISTERS.keys()].map((one) => `${variableName(variable)}.${one}`),
      );
    if (offset === undefined || from + offset < 0 || from + offset > 0xfff)
      throw reader.wrong(token, 'an offset from 0 to 0xfff');
    step[at] = variable;
    step[at + 1] = Math.max(base, 0);
    step[at + 2] = from + offset;
  },
};

const REGION = 'a place behind a BAR (fn.bar0+0x10, fn.table, fn.rom.end-4 …)';

/** A place in a region of a function: function, region, anchor, offset. */
export const region: Operand = {
  words: 4,
  canonical: (step, at) => {
    reduce(step, at, VARIABLES);
    reduce(step, at + 1, REGIONS.length);
    reduce(step, at + 2, ANCHORS.length);
  },
  format: (step, at) => {
    const anchor = step[at + 2] === 0 ? '' : `.${ANCHORS[step[at + 2]!]!}`;
    return `${variableName(step[at]!)}.${REGIONS[step[at + 1]!]!}${anchor}${signed(step[at + 3]!)}`;
  },
  parse: (reader, step, at) => {
    const token = reader.next(REGION);
    const { variable, name, anchor, offset } = dotted(reader, token, REGION);
    const index = (REGIONS as readonly string[]).indexOf(name);
    const from = (ANCHORS as readonly string[]).indexOf(anchor);
    if (index < 0 || from < 0)
      throw reader.wrong(
        token,
        REGION,
        REGIONS.map((one) => `${variableName(variable)}.${one}`),
      );
    if (offset === undefined) throw reader.wrong(token, 'an offset of at most 31 bits');
    step.set([variable, index, from, offset], at);
  },
};

function signed(offset: number): string {
  if (offset === 0) return '';
  return offset < 0 ? `-${formatHex(0, -offset)}` : `+${formatHex(0, offset)}`;
}

/** `fn.WORD`: function, place in the list. `what` tells of them in messages. */
export function member(words: readonly string[], what: string, alias?: (name: string) => string): Operand {
  return {
    words: 2,
    canonical: (step, at) => {
      reduce(step, at, VARIABLES);
      reduce(step, at + 1, words.length);
    },
    format: (step, at) => `${variableName(step[at]!)}.${words[step[at + 1]!]!}`,
    parse: (reader, step, at) => {
      const token = reader.next(what);
      const { variable, name, anchor, offset } = dotted(reader, token, what);
      const index = words.indexOf(alias?.(name) ?? name);
      if (index < 0 || anchor !== 'start' || offset !== 0)
        throw reader.wrong(
          token,
          what,
          words.map((one) => `${variableName(variable)}.${one}`),
        );
      step[at] = variable;
      step[at + 1] = index;
    },
  };
}

/** A BAR or the ROM; `fn.2` is short for `fn.bar2`. */
export const bar = member(BARS, 'a BAR (fn.bar0, fn.rom, fn.wide …)', (name) =>
  /^[0-5]$/.test(name) ? `bar${name}` : name,
);

/** Where a BAR goes: kind, and two words that depend on it. */
export const destination: Operand = {
  words: 3,
  canonical: (step, at) => {
    reduce(step, at, DESTINATIONS.length);
    const kind = DESTINATIONS[step[at]!]!;
    if (kind === 'overlap' || kind === 'before' || kind === 'after') bar.canonical(step, at + 1);
    else if (kind !== 'address') {
      step[at + 1] = 0;
      step[at + 2] = kind === 'free' ? step[at + 2]! & 0xffff : 0;
    }
  },
  format: (step, at) => {
    const kind = DESTINATIONS[step[at]!]!;
    if (kind === 'overlap' || kind === 'before' || kind === 'after') return `${kind} ${bar.format(step, at + 1)}`;
    if (kind === 'address') return formatHex(step[at + 1]!, step[at + 2]!);
    return kind === 'free' ? `free ${step[at + 2]!}` : kind;
  },
  parse: (reader, step, at) => {
    const known = DESTINATIONS.filter((name) => name !== 'address');
    const literalAddress = parseNumber(reader.peek() ?? '');
    if (literalAddress !== undefined) {
      reader.skip(1);
      step.set([DESTINATIONS.indexOf('address'), literalAddress.hi, literalAddress.lo], at);
      return;
    }
    const kind = known[reader.choice(known, 'an address or a place')]!;
    step[at] = DESTINATIONS.indexOf(kind);
    if (kind === 'overlap' || kind === 'before' || kind === 'after') bar.parse(reader, step, at + 1);
    if (kind === 'free') step[at + 2] = reader.number('the number of a free place', 2).lo;
  },
};

const VECTOR = /^(fn\d{0,4})\.(msix|msi)(?:\[(\d{1,5})\])?$/;

/**
 * An interrupt vector `fn.msix[3]`: function, kind, number. With `whole`, `fn.msix` stands for all of them: the number
 * is 0 then, else one more than the vector's.
 */
export function vector(whole: boolean): Operand {
  const first = whole ? 1 : 0;
  const what = whole ? 'a vector or all (fn.msix[3], fn.msix)' : 'a vector (fn.msix[3])';
  return {
    words: 3,
    canonical: (step, at) => {
      reduce(step, at, VARIABLES);
      reduce(step, at + 1, VECTOR_KINDS.length);
      step[at + 2]! &= 0xffff;
    },
    format: (step, at) => {
      const number = step[at + 2]! - first;
      return `${variableName(step[at]!)}.${VECTOR_KINDS[step[at + 1]!]!}${number < 0 ? '' : `[${number}]`}`;
    },
    parse: (reader, step, at) => {
      const token = reader.next(what);
      const match = VECTOR.exec(token.text);
      const variable = match === null ? undefined : parseVariable(match[1] as string);
      const number = match?.[3] === undefined ? -1 : Number(match[3]);
      if (match === null || variable === undefined || number + first < 0 || number + first > 0xffff)
        throw reader.wrong(token, what);
      step.set([variable, VECTOR_KINDS.indexOf(match[2] as 'msi'), number + first], at);
    },
  };
}

const RELATED = /^(fn\d{0,4})\.([a-z]+)\[([0-9a-f]{1,5}(?:\.[0-7])?)\]$/i;
const RELATED_WHAT = 'a function beside another (fn.peer[1f.3], fn.below[00.1], fn.beyond[00.0], fn.vf[5], @00:1f.3)';

/** A function by its number near another: function, relation, number. `@BDF`: by its number alone. */
export const related: Operand = {
  words: 3,
  canonical: (step, at) => {
    reduce(step, at + 1, RELATIONS.length);
    if (RELATIONS[step[at + 1]!] === 'at') step[at] = 0;
    else {
      reduce(step, at, VARIABLES);
      step[at + 2]! &= 0xff;
    }
  },
  format: (step, at) => {
    const relation = RELATIONS[step[at + 1]!]!;
    const number = step[at + 2]!;
    if (relation === 'at') return `@${formatBdf(number)}`;
    const inside = relation === 'vf' ? String(number) : `${(number >>> 3).toString(16).padStart(2, '0')}.${number & 7}`;
    return `${variableName(step[at]!)}.${relation}[${inside}]`;
  },
  parse: (reader, step, at) => {
    const token = reader.next(RELATED_WHAT);
    if (token.text.startsWith('@')) {
      const bdf = parseBdf(token.text.slice(1));
      if (bdf === undefined) throw reader.wrong(token, RELATED_WHAT);
      step.set([0, RELATIONS.indexOf('at'), bdf], at);
      return;
    }
    const match = RELATED.exec(token.text);
    const variable = match === null ? undefined : parseVariable(match[1] as string);
    const relation = (RELATIONS as readonly string[]).indexOf(match?.[2] ?? '');
    const number = numberIn(match?.[3] ?? '', match?.[2] === 'vf');
    if (variable === undefined || relation < 0 || match?.[2] === 'at' || number === undefined)
      throw reader.wrong(token, RELATED_WHAT);
    step.set([variable, relation, number], at);
  },
};

function numberIn(text: string, virtual: boolean): number | undefined {
  if (virtual) return /^\d{1,3}$/.test(text) && Number(text) <= 0xff ? Number(text) : undefined;
  const match = DEVICE_FUNCTION.exec(text);
  const device = match === null ? 32 : Number.parseInt(match[1] as string, 16);
  return device > 31 ? undefined : (device << 3) | Number(match?.[2]);
}
