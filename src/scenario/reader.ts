/** The words of one line of a scenario, with their places for messages. */

import { parseNumber } from '../core/hex.ts';
import type { Pair } from '../core/hex.ts';
import { didYouMean } from '../core/nearest.ts';

/** A scenario that cannot be read. The message is `file:line:column: what was expected`. */
export class ScenarioError extends Error {
  /** Of the text, from 1. */
  readonly line: number;
  /** Of the word, from 1. */
  readonly column: number;
  /** What would have been right there. */
  readonly expected: string;

  constructor(file: string, line: number, column: number, expected: string) {
    super(`${file}:${line}:${column}: ${expected}`);
    this.name = 'ScenarioError';
    this.line = line;
    this.column = column;
    this.expected = expected;
  }
}

export interface Token {
  text: string;
  /** From 1. */
  column: number;
}

/** What is quoted of a wrong word. */
const QUOTED_AT_MOST = 40;

export class LineReader {
  private readonly file: string;
  private readonly line: number;
  private readonly tokens: readonly Token[];
  private readonly end: number;
  private at = 0;

  constructor(file: string, line: number, text: string) {
    this.file = file;
    this.line = line;
    this.end = text.length + 1;
    this.tokens = [...text.matchAll(/[^\s]+/g)].map((match) => ({ text: match[0], column: match.index + 1 }));
  }

  /** The word at a distance, not taken. */
  peek(ahead = 0): string | undefined {
    return this.tokens[this.at + ahead]?.text;
  }

  skip(count: number): void {
    this.at += count;
  }

  /** Takes the next word; it is an error when there is none. */
  next(expected: string): Token {
    const token = this.tokens[this.at];
    if (token === undefined) throw this.error(`expected ${expected}, found the end of the line`, this.end);
    this.at++;
    return token;
  }

  /** Takes the next word, which must be one of `words`; returns its place among them. */
  choice(words: readonly string[], what: string): number {
    const token = this.next(what);
    const index = words.indexOf(token.text);
    if (index < 0) throw this.wrong(token, `${what} (${words.join(', ')})`);
    return index;
  }

  /** Takes a number of at most `bytes` bytes. */
  number(what: string, bytes: number): Pair {
    const token = this.next(what);
    const value = parseNumber(token.text);
    if (value === undefined) throw this.wrong(token, what);
    const fits = bytes === 8 || (value.hi === 0 && (bytes === 4 || value.lo >>> 0 < 2 ** (8 * bytes)));
    if (!fits) throw this.wrong(token, `${what} of at most ${bytes} byte${bytes === 1 ? '' : 's'}`);
    return value;
  }

  /** Error for a word that was taken. */
  wrong(token: Token, expected: string, candidates: Iterable<string> = []): ScenarioError {
    const quoted = token.text.length > QUOTED_AT_MOST ? `${token.text.slice(0, QUOTED_AT_MOST)}…` : token.text;
    const hint = didYouMean(token.text.slice(0, QUOTED_AT_MOST), candidates);
    return this.error(`expected ${expected}, found '${quoted}'.${hint}`.replace(/\.$/, ''), token.column);
  }

  error(text: string, column: number): ScenarioError {
    return new ScenarioError(this.file, this.line, column, text);
  }
}
