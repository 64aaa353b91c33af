import { formatHex, parseNumber } from '../core/hex.ts';
import type { Pair } from '../core/hex.ts';
import { widthMaskHi, widthMaskLo } from '../core/pair.ts';
import { Access, CONFIG, MEMORY, NO_VCPU, PORT } from './access.ts';
import type { Width } from './access.ts';
import { formatBdf, parseBdf } from './bdf.ts';
import type { Event } from './event.ts';

/**
 * The one text notation of accesses and events, one a line; traces, failures, tests and reports use it.
 *
 *     read port 0xcfc 4 -> 0x29c08086
 *     @1 write memory 0xfebf1000 4 <- 0x1
 *     read config 00:02.0 0x10 4 -> 0xfebf1000
 *     message 0xfee01004 0x28
 */

/** Line form of an access. A width of 0 (the source does not tell) is `?`. */
export function formatAccess(access: Access): string {
  const cpu = access.vcpu === 0 ? '' : access.vcpu === NO_VCPU ? '@- ' : `@${access.vcpu} `;
  const word = access.write ? 'write' : 'read';
  const arrow = access.write ? '<-' : '->';
  const value = formatHex(access.valueHi, access.valueLo);
  return `${cpu}${word} ${formatPlace(access)} ${access.width === 0 ? '?' : access.width} ${arrow} ${value}`;
}

/** Space and address of an access: `port 0xcf8`, `memory 0xfebf1000`, `config 00:02.0 0x10`. */
export function formatPlace(access: Access): string {
  if (access.space === CONFIG) return `config ${formatBdf(access.addressHi)} ${formatHex(0, access.addressLo)}`;
  return `${access.space === PORT ? 'port' : 'memory'} ${formatHex(access.addressHi, access.addressLo)}`;
}

/** Line form of an event; a remark of several lines gives several. */
export function formatEvent(event: Event): string {
  switch (event.kind) {
    case 'message': {
      const mask = event.dataMask === -1 ? '' : `/${formatHex(0, event.dataMask)}`;
      const sender = event.bdf === undefined ? '' : ` ${formatBdf(event.bdf)}`;
      return `message ${formatHex(event.addressHi, event.addressLo)} ${formatHex(0, event.data)}${mask}${sender}`;
    }
    case 'line':
      return `line ${event.input} ${event.level}`;
    case 'intx':
    case 'condition':
      return `${event.kind} ${formatBdf(event.bdf)} ${event.level}`;
    case 'fire':
      return `fire ${formatBdf(event.bdf)} ${event.vector}`;
    case 'plug':
    case 'unplug':
      return `${event.kind} ${formatBdf(event.bdf)}`;
    case 'eject':
      return `eject ${formatHex(0, event.devices)}`;
    case 'gap':
      return event.lost === undefined ? 'gap' : `gap ${event.lost}`;
    case 'refused': {
      const address = event.addressLo === undefined ? '' : ` ${formatHex(event.addressHi ?? 0, event.addressLo)}`;
      const word = event.write ? 'write' : 'read';
      return `refused ${word} ${event.width === 0 ? '?' : event.width} ${oneWord(event.reason)}${address}`;
    }
    case 'remark':
      return event.text
        .split(/\r\n|[\n\r\0]/)
        .map((line) => (line === '' ? '#' : `# ${line}`))
        .join('\n');
    default:
      return event.kind;
  }
}

/** The reason of a refusal is one word in the text form, so that the address behind it stays recognisable. */
function oneWord(reason: string): string {
  return reason.trim().replace(/\s+/g, '-') || 'unknown';
}

/** Why a line cannot be read; `column` counts from 1. */
export class NotationError extends Error {
  /** Of the word that cannot be read, from 1. */
  readonly column: number;

  constructor(column: number, message: string) {
    super(message);
    this.name = 'NotationError';
    this.column = column;
  }
}

/**
 * Reads one line. Fills `access` and returns it, returns an event, or `undefined` for a line of blanks only. Throws a
 * NotationError that says where and why.
 */
export function parseLine(line: string, access: Access): Access | Event | undefined {
  const words = new Words(line);
  if (words.done) return undefined;
  if (words.peek.startsWith('#')) return { kind: 'remark', text: line.slice(line.indexOf('#') + 1).replace(/^ /, '') };
  const result =
    words.peek.startsWith('@') || isAccessWord(words.peek) ? parseAccess(words, access) : parseEvent(words);
  words.end();
  return result;
}

/** Whether parseLine gave an access. */
export function isAccess(parsed: Access | Event): parsed is Access {
  return parsed instanceof Access;
}

function isAccessWord(word: string): boolean {
  return word === 'read' || word === 'write';
}

function parseAccess(words: Words, access: Access): Access {
  access.vcpu = 0;
  if (words.peek.startsWith('@')) access.vcpu = words.take('a vCPU number', parseVcpu);
  access.write = words.choose(['read', 'write']) === 'write';
  const space = words.choose(['port', 'memory', 'config']);
  access.space = space === 'port' ? PORT : space === 'memory' ? MEMORY : CONFIG;
  if (access.space === CONFIG) {
    access.addressHi = words.take('a function as bb:dd.f', parseBdf);
    access.addressLo = words.take('a register from 0 to 0xfff', (word) => small(word, 0xfff));
  } else {
    const limit = access.space === PORT ? 'a port from 0 to 0xffff' : 'an address';
    const address = words.take(limit, (word) => {
      const number = parseNumber(word);
      return number !== undefined && access.space === PORT && (number.hi !== 0 || number.lo >>> 0 > 0xffff)
        ? undefined
        : number;
    });
    access.addressHi = address.hi;
    access.addressLo = address.lo;
  }
  access.width = words.take('a width: 1, 2, 4, 8, or ? when it is not known', parseWidth);
  words.choose([access.write ? '<-' : '->']);
  const value = words.take('a value that fits the width', (word) => fitting(word, access.width));
  access.valueHi = value.hi;
  access.valueLo = value.lo;
  return access;
}

function parseEvent(words: Words): Event {
  const kind = words.choose(EVENT_WORDS, `one of read, write, ${EVENT_WORDS.join(', ')}`);
  switch (kind) {
    case 'message': {
      const address = words.take('an address', parseNumber);
      const data = words.take('data, or data/mask', parseData);
      const sender = words.done ? undefined : words.take('a function as bb:dd.f', parseBdf);
      const message = { kind, addressHi: address.hi, addressLo: address.lo, ...data } as const;
      return sender === undefined ? message : { ...message, bdf: sender };
    }
    case 'line':
      return {
        kind,
        input: words.take('an input number', (word) => small(word, 0x7fffffff)),
        level: parseLevel(words),
      };
    case 'intx':
    case 'condition':
      return { kind, bdf: words.take('a function as bb:dd.f', parseBdf), level: parseLevel(words) };
    case 'fire': {
      const bdf = words.take('a function as bb:dd.f', parseBdf);
      return { kind, bdf, vector: words.take('a vector from 0 to 2047', (word) => small(word, 2047)) };
    }
    case 'plug':
    case 'unplug':
      return { kind, bdf: words.take('a function as bb:dd.f', parseBdf) };
    case 'eject':
      return { kind, devices: words.take('a mask of device numbers', (word) => parseDword(word)) };
    case 'gap':
      return words.done ? { kind } : { kind, lost: words.take('a count', (word) => small(word, 0x7fffffff)) };
    case 'refused': {
      const write = words.choose(['read', 'write']) === 'write';
      const width = words.take('a width in bytes, or ?', (word) => (word === '?' ? 0 : small(word, 64)));
      const reason = words.take('a reason', (word) => word);
      if (words.done) return { kind, write, width, reason };
      const address = words.take('an address', parseNumber);
      return { kind, write, width, reason, addressHi: address.hi, addressLo: address.lo };
    }
    default:
      return { kind };
  }
}

const EVENT_WORDS = [
  'message',
  'line',
  'intx',
  'condition',
  'fire',
  'power-on',
  'reset',
  'plug',
  'unplug',
  'eject',
  'save',
  'restore',
  'gap',
  'refused',
] as const;

function parseVcpu(word: string): number | undefined {
  if (word === '@-') return NO_VCPU;
  return /^@[0-9]+$/.test(word) ? small(word.slice(1), 0xffff) : undefined;
}

function parseWidth(word: string): Width | undefined {
  if (word === '?') return 0;
  return /^[1248]$/.test(word) ? (Number(word) as Width) : undefined;
}

function fitting(word: string, width: Width): Pair | undefined {
  const value = parseNumber(word);
  if (value === undefined) return undefined;
  const fits = (value.lo & ~widthMaskLo(width)) === 0 && (value.hi & ~widthMaskHi(width)) === 0;
  return fits ? value : undefined;
}

function parseDword(word: string): number | undefined {
  const value = parseNumber(word);
  return value === undefined || value.hi !== 0 ? undefined : value.lo;
}

function parseData(word: string): { data: number; dataMask: number } | undefined {
  const slash = word.indexOf('/');
  const data = parseDword(slash < 0 ? word : word.slice(0, slash));
  const dataMask = slash < 0 ? -1 : parseDword(word.slice(slash + 1));
  return data === undefined || dataMask === undefined ? undefined : { data, dataMask };
}

function parseLevel(words: Words): 0 | 1 {
  return words.choose(['0', '1']) === '1' ? 1 : 0;
}

function small(word: string, limit: number): number | undefined {
  const value = parseNumber(word);
  return value === undefined || value.hi !== 0 || value.lo >>> 0 > limit ? undefined : value.lo;
}

function oneOf(allowed: readonly string[]): string {
  return allowed.length === 1 ? (allowed[0] as string) : `one of ${allowed.join(', ')}`;
}

/** The words of a line, one at a time, with their columns. */
class Words {
  peek = '';
  private readonly line: string;
  private column = 1;
  private next = 0;

  constructor(line: string) {
    this.line = line;
    this.advance();
  }

  get done(): boolean {
    return this.peek === '';
  }

  /** The next word through `parse`; throws when there is none or `parse` gives undefined. */
  take<T>(expected: string, parse: (word: string) => T | undefined): T {
    const value = this.done ? undefined : parse(this.peek);
    if (value === undefined) this.fail(expected);
    this.advance();
    return value as T;
  }

  choose<T extends string>(allowed: readonly T[], expected = oneOf(allowed)): T {
    return this.take(expected, (word) => allowed.find((candidate) => candidate === word));
  }

  end(): void {
    if (!this.done) this.fail('the end of the line');
  }

  private fail(expected: string): never {
    const found = this.done ? 'the line ends' : `found '${excerpt(this.peek)}'`;
    throw new NotationError(this.column, `expected ${expected}, ${found}`);
  }

  private advance(): void {
    const blanks = /[^ \t\r\0]/g;
    blanks.lastIndex = this.next;
    const start = blanks.exec(this.line)?.index ?? this.line.length;
    const word = /[^ \t\r\0]*/y;
    word.lastIndex = start;
    this.peek = word.exec(this.line)?.[0] ?? '';
    this.column = start + 1;
    this.next = start + this.peek.length;
  }
}

/** At most forty characters of a word, and no control characters: it goes into a sentence. */
export function excerpt(text: string): string {
  const clean = text.replace(/[^\x20-\x7e]/g, '?');
  return clean.length > 40 ? `${clean.slice(0, 37)}...` : clean;
}
