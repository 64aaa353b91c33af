import { Access } from '../access/access.ts';
import type { Event } from '../access/event.ts';
import type { Part } from '../spec/needs.ts';
import type { ModelOptions } from './options.ts';
import type { PciFunction } from './function.ts';
import type { BitComparison, Divergence, FunctionIdentity } from './verdict.ts';

/** A verdict without its place in the trace, which the reporter adds. */
export type Verdict = Pick<Divergence, 'rule' | 'register' | 'shape' | 'expected' | 'actual' | 'explanation'> & {
  function?: PciFunction | undefined;
  /** Deviation that would excuse this, as `name=value`. */
  excusedBy?: string | undefined;
  bits?: BitComparison | undefined;
};

/** A verdict about the machine as it was left at the end of a trace. */
export interface FinalVerdict extends Omit<Verdict, 'function' | 'excusedBy' | 'bits'> {
  /** An obligation of the guest: a note. */
  note: boolean;
  function?: FunctionIdentity | undefined;
}

/** What was judged of a whole machine by its snapshot: how often each rule had something to judge, and what is wrong. */
export interface Conclusion {
  exercised: ReadonlyMap<string, number>;
  verdicts: readonly FinalVerdict[];
}

/** The way out of the model: verdicts, notes, choices that were learned, and counts of what was judged. */
export class Reporter {
  /** Accesses and events before the present one. */
  step = 0;
  readonly exercised = new Map<string, number>();
  /** What the functions that were looked at have or may have. */
  readonly parts = new Set<Part>();
  readonly learned = new Map<string, string>();
  /** Divergences that the profile excuses: by `name=value`, then by rule. */
  readonly excused = new Map<string, Map<string, number>>();
  private readonly options: ModelOptions;
  private access: Access | undefined;
  private event: Event | undefined;
  private line = 0;

  constructor(options: ModelOptions) {
    this.options = options;
  }

  atAccess(access: Access): void {
    this.access = access;
    this.event = undefined;
    this.line = access.line;
  }

  atEvent(event: Event, line: number): void {
    this.access = undefined;
    this.event = event;
    this.line = line;
  }

  /** Copy of the present access, for a verdict that may be given later. */
  presentAccess(): Access | undefined {
    return this.access === undefined ? undefined : new Access().assign(this.access);
  }

  /** Runs `judge` as if the access of an earlier step were the present one. */
  during(access: Access | undefined, step: number, judge: () => void): void {
    const now = { access: this.access, event: this.event, line: this.line, step: this.step };
    this.access = access;
    this.event = undefined;
    this.line = access?.line ?? 0;
    this.step = step;
    judge();
    this.access = now.access;
    this.event = now.event;
    this.line = now.line;
    this.step = now.step;
  }

  /** Runs `judge` of what the last access or event should have caused, as if nothing had followed it yet. */
  afterwards(judge: () => void): void {
    this.step--;
    judge();
    this.step++;
  }

  /** Value of a choice or deviation: as the profile states it, else as learned, else undefined. */
  choice(name: string): string | undefined {
    return this.options.choices?.[name] ?? this.learned.get(name);
  }

  /** Pins a choice that the profile does not state to what was just observed. */
  learn(name: string, value: string): void {
    if (this.choice(name) === undefined) this.learned.set(name, value);
  }

  /** Counts that a rule had something to judge. */
  count(rule: string, times = 1): void {
    this.exercised.set(rule, (this.exercised.get(rule) ?? 0) + times);
  }

  isOff(rule: string): boolean {
    return this.options.skip?.has(rule) === true;
  }

  /** Reports a divergence unless its rule is off or the profile excuses it. Returns whether it was reported. */
  diverge(verdict: Verdict): boolean {
    this.count(verdict.rule);
    if (this.isOff(verdict.rule)) return false;
    if (verdict.excusedBy !== undefined && this.isDeclared(verdict.excusedBy)) {
      this.excuse(verdict.excusedBy, verdict.rule);
      return false;
    }
    const { function: pciFunction, excusedBy, bits, ...rest } = verdict;
    this.options.divergence({
      ...rest,
      index: this.step,
      line: this.line,
      ...(this.access === undefined ? {} : { access: new Access().assign(this.access) }),
      ...(this.event === undefined ? {} : { event: this.event }),
      ...(pciFunction === undefined ? {} : { function: pciFunction.identity() }),
      ...(bits === undefined ? {} : { bits }),
      ...(excusedBy === undefined ? {} : { excusedBy }),
    });
    return true;
  }

  /** Whether the profile states this `name=value`; numbers are compared as numbers. */
  private isDeclared(excusedBy: string): boolean {
    const [name = '', value = ''] = excusedBy.split('=');
    const stated = this.options.choices?.[name];
    return stated !== undefined && (stated === value || Number(stated) === Number(value));
  }

  private excuse(excusedBy: string, rule: string): void {
    const rules = this.excused.get(excusedBy) ?? new Map<string, number>();
    this.excused.set(excusedBy, rules.set(rule, (rules.get(rule) ?? 0) + 1));
  }

  /** Reports a final verdict unless its rule is off. */
  conclude({ note, function: identity, ...verdict }: FinalVerdict): void {
    if (this.isOff(verdict.rule)) return;
    const of = identity === undefined ? {} : { function: identity };
    if (note) {
      const { rule, explanation, actual } = verdict;
      const text = `${explanation} ${actual}`;
      this.options.note?.({ topic: rule, text, index: this.step, line: this.line, ...of });
      return;
    }
    this.options.divergence({
      ...verdict,
      index: this.step,
      line: this.line,
      ...(this.access === undefined ? {} : { access: new Access().assign(this.access) }),
      ...(this.event === undefined ? {} : { event: this.event }),
      ...of,
    });
  }

  note(topic: string, text: string, pciFunction?: PciFunction): void {
    this.options.note?.({
      topic,
      text,
      index: this.step,
      line: this.line,
      ...(pciFunction === undefined ? {} : { function: pciFunction.identity() }),
    });
  }
}
