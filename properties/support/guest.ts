/** A guest that writes down what it does and what it is answered, and where an answer could be a lie. */

import { ECAM_BASE, expectBlame, expectSilence } from './judge.ts';
import type { Choices } from './judge.ts';

/** What a guest can reach: the machine under its accesses. */
export interface Answers {
  configRead(bdf: number, offset: number, width: number): number;
  configWrite(bdf: number, offset: number, width: number, data: number): void;
  memoryRead(address: bigint, width: number): bigint;
  memoryWrite(address: bigint, width: number, data: bigint): void;
  portRead(port: number, width: number): number;
  portWrite(port: number, width: number, data: number): void;
}

export type Via = 'cam' | 'ecam';

/** A wrong answer, or an event that must not happen, which the formula of a property rules out. */
export interface Lie {
  /** Lines that stay as they are; the lie follows. */
  before: number;
  text: string;
  rules: readonly string[];
}

export class Guest {
  readonly lines: string[] = ['power-on'];
  readonly lies: Lie[] = [];
  via: Via = 'cam';
  private readonly machine: Answers;

  constructor(machine: Answers) {
    this.machine = machine;
  }

  read(bdf: number, offset: number, width: number): number {
    const value = this.machine.configRead(bdf, offset, width);
    this.lines.push(...this.place('read', bdf, offset, width, value));
    return value;
  }

  write(bdf: number, offset: number, width: number, data: number): void {
    this.lines.push(...this.place('write', bdf, offset, width, data));
    this.machine.configWrite(bdf, offset, width, data);
  }

  /** Writes a register and reads it back. */
  program(bdf: number, offset: number, width: number, data: number): number {
    this.write(bdf, offset, width, data);
    return this.read(bdf, offset, width);
  }

  /** Reads a register, writes a pattern to it, reads it, and puts the old value back. */
  size(bdf: number, offset: number, pattern = 0xffffffff): void {
    const old = this.read(bdf, offset, 4);
    this.program(bdf, offset, 4, pattern);
    this.program(bdf, offset, 4, old);
  }

  memoryRead(address: bigint, width: number): bigint {
    const value = this.machine.memoryRead(address, width);
    this.lines.push(`read memory ${hex(address)} ${width} -> ${hex(value)}`);
    return value;
  }

  memoryWrite(address: bigint, width: number, data: bigint): void {
    this.lines.push(`write memory ${hex(address)} ${width} <- ${hex(data)}`);
    this.machine.memoryWrite(address, width, data);
  }

  portRead(port: number, width: number): number {
    const value = this.machine.portRead(port, width);
    this.lines.push(`read port ${hex(port)} ${width} -> ${hex(value)}`);
    return value;
  }

  portWrite(port: number, width: number, data: number): void {
    this.lines.push(`write port ${hex(port)} ${width} <- ${hex(data)}`);
    this.machine.portWrite(port, width, data);
  }

  /** An event of the source, or an access written out. */
  line(text: string): void {
    this.lines.push(text);
  }

  /** The last read must not have given `value`. */
  mustNotRead(value: bigint | number, ...rules: string[]): void {
    const before = this.lines.length - 1;
    this.lies.push({ before, text: `${(this.lines[before] ?? '').replace(/ \S+$/, '')} ${hex(value)}`, rules });
  }

  /** After all that has happened this event must not. */
  mustNotHappen(text: string, ...rules: string[]): void {
    this.lies.push({ before: this.lines.length, text, rules });
  }

  /**
   * Checks that the model believes the trace, and for each rule that the lies about it break, that it does not believe
   * one of them; `drawn` says which.
   */
  check(drawn: number, choices: Choices = {}): void {
    expectSilence(this.lines, choices);
    const byRules = new Map<string, Lie[]>();
    for (const lie of this.lies) {
      const key = lie.rules.join();
      byRules.set(key, [...(byRules.get(key) ?? []), lie]);
    }
    for (const lies of byRules.values()) {
      const { before, text, rules } = lies[drawn % lies.length]!;
      expectBlame([...this.lines.slice(0, before), text], rules, choices);
    }
  }

  /** Checks that the model does not believe the last line, after which there is nothing more to believe. */
  mustNotBelieve(...rules: string[]): void {
    expectBlame(this.lines, rules);
  }

  private place(word: 'read' | 'write', bdf: number, offset: number, width: number, value: number): string[] {
    const arrow = word === 'read' ? '->' : '<-';
    if (this.via === 'ecam' || offset > 0xff) {
      const address = ECAM_BASE + BigInt(bdf) * 0x1000n + BigInt(offset);
      return [`${word} memory ${hex(address)} ${width} ${arrow} ${hex(value)}`];
    }
    return [
      `write port 0xcf8 4 <- ${hex(0x80000000 + bdf * 0x100 + (offset & 0xfc))}`,
      `${word} port ${hex(0xcfc + (offset & 3))} ${width} ${arrow} ${hex(value)}`,
    ];
  }
}

export function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** Address of a function as a number, from its text. */
export function at(bus: number, device: number, fn = 0): number {
  return bus * 256 + device * 8 + fn;
}
