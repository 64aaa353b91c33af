/** YAML that people write by hand: its values, and where in the file each stands, so that every problem can be placed. */

import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import { didYouMean } from './nearest.ts';

/** The part of a schema's issue that is said to people. */
export interface Issue {
  code?: string | undefined;
  path: readonly PropertyKey[];
  message: string;
  keys?: readonly string[];
}

/** What is wrong with a text, one `file:line:column: sentence` each, in the order of the file. */
export interface YamlProblems {
  problems: string[];
}

/** One mistake of syntax has many in its wake. */
const ERRORS_AT_MOST = 20;

/** Lists and mappings in each other; what goes deeper is not meant, or goes in a circle. */
const DEPTH_AT_MOST = 256;

export class YamlText {
  readonly value: unknown;
  private readonly name: string;
  private readonly document: Document;
  private readonly lines: LineCounter;

  private constructor(name: string, document: Document, lines: LineCounter, value: unknown) {
    this.name = name;
    this.document = document;
    this.lines = lines;
    this.value = value;
  }

  /** Whole numbers become bigint, so that a 64-bit address stays exact. */
  static parse(text: string, name: string): YamlText | YamlProblems {
    const lines = new LineCounter();
    const whole = (message: string): YamlProblems => ({ problems: [sentence(`${name}:1:1`, `not YAML: ${message}`)] });
    try {
      const document = parseDocument(text, { lineCounter: lines, intAsBigInt: true, prettyErrors: false });
      const { errors } = document;
      // The library takes its own exhausted stack for an error of syntax, with thousands in its wake.
      if (errors.some(({ message }) => message.includes('call stack'))) return whole('it is nested too deep');
      if (errors.length > 0) {
        const problems = errors.slice(0, ERRORS_AT_MOST).map((error) => {
          const { line, col } = lines.linePos(error.pos[0]);
          return sentence(`${name}:${line}:${col}`, `not YAML: ${error.message}`);
        });
        return { problems };
      }
      // Throws for aliases that lead nowhere, or (the library's bound) expand to gigabytes.
      const value: unknown = document.toJS();
      if (isTooDeep(value))
        return whole(`it is nested more than ${DEPTH_AT_MOST} levels deep, or aliases lead in a circle`);
      return new YamlText(name, document, lines, value);
    } catch (error) {
      if (error instanceof RangeError) return whole('it is nested too deep');
      return whole((error as Error).message);
    }
  }

  /** Line of what a path names, from 1. */
  line(path: readonly PropertyKey[]): number {
    return this.lines.linePos(offsetOf(this.document, path)).line;
  }

  /** The issues of a schema as sentences with places. `keysAt`: names that may stand at a path, for "did you mean". */
  problems(issues: readonly Issue[], keysAt: (path: readonly PropertyKey[]) => readonly string[]): string[] {
    const found = issues.flatMap(({ code, path, message, keys }) => {
      if (code !== 'unrecognized_keys' || keys === undefined) {
        const where = path.map(String).join('.');
        const words = where === '' ? plainWords(message) : `${where}: ${plainWords(message)}`;
        return [{ offset: offsetOf(this.document, path), message: words }];
      }
      return keys.map((key) => ({
        offset: offsetOf(this.document, [...path, key]),
        message: `${[...path, key].map(String).join('.')}: unknown key.${didYouMean(key, keysAt(path))}`,
      }));
    });
    return found
      .toSorted((one, other) => one.offset - other.offset)
      .map(({ offset, message }) => {
        const { line, col } = this.lines.linePos(offset);
        return sentence(`${this.name}:${line}:${col}`, message);
      });
  }
}

function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth >= DEPTH_AT_MOST || Object.values(value).some((inner) => isTooDeep(inner, depth + 1));
}

/** Offset of the key or value that a path names; of its nearest parent when the path names something absent. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const key = path[length - 1];
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      const start = (pair?.key as Node | undefined)?.range?.[0];
      if (start !== undefined) return start;
    }
    const start = (document.getIn(path.slice(0, length), true) as Node | undefined)?.range?.[0];
    if (start !== undefined) return start;
  }
  return document.contents?.range?.[0] ?? 0;
}

function plainWords(message: string): string {
  return message
    .replace(/^Invalid input: expected (\w+), received (\w+)$/, (_, expected: string, received: string) => {
      return received === 'undefined' ? 'this is missing' : `${kind(expected)} is expected, not ${kind(received)}`;
    })
    .replace('; this is undefined', ', but it is missing');
}

function kind(name: string): string {
  const kinds: Record<string, string> = { object: 'a mapping', record: 'a mapping', array: 'a list', string: 'text' };
  return kinds[name] ?? `a ${name}`;
}

function sentence(where: string, message: string): string {
  const end = /[.?!]$/.test(message) ? '' : '.';
  return `${where}: ${message}${end}`;
}
