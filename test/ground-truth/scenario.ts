/** The recorded scenarios: the state that the model ends in, and what VMM and guest said at the same moment. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseBdf } from '../../src/access/bdf.ts';
import { readProfile } from '../../src/check/profile.ts';
import { traceState } from '../../src/check/trace-state.ts';
import type { FunctionSnapshot } from '../../src/model/snapshot.ts';
import { flatten } from '../../src/report/function-view.ts';
import { lspciText } from '../../src/report/lspci-text.ts';
import { TOP } from '../support/repository.ts';

const CORPUS = join(TOP, 'corpora/traces');
export const SCENARIOS = readdirSync(CORPUS).toSorted();

/** What QEMU says of one function (QMP `query-pci`). */
export interface QueriedDevice {
  bus: number;
  slot: number;
  function: number;
  irq_pin: number;
  irq?: number;
  id: { vendor: number; device: number; subsystem?: number; 'subsystem-vendor'?: number };
  class_info: { class: number };
  regions: QueriedRegion[];
  pci_bridge?: { bus: QueriedBus; devices?: QueriedDevice[] };
}

export interface QueriedRegion {
  bar: number;
  type: 'io' | 'memory';
  size: number;
  /** -1: not mapped at the moment. */
  address: number;
  prefetch?: boolean;
  mem_type_64?: boolean;
}

interface QueriedBus {
  /** The primary bus number. */
  number: number;
  secondary: number;
  subordinate: number;
  io_range: { base: number; limit: number };
  memory_range: { base: number; limit: number };
  prefetchable_range: { base: number; limit: number };
}

export interface Truth {
  'query-pci': { bus: number; devices: QueriedDevice[] }[];
  /** Configuration spaces as hexadecimal bytes, by function. x86 only, as `msix` is. */
  config?: Record<string, string>;
  msix?: Record<string, { control: string; table: string; pba: string; entries?: string[] }>;
}

export interface Scenario {
  name: string;
  truth: Truth;
  functions: ReadonlyMap<number, FunctionSnapshot>;
  /** Output of `state --lspci`. */
  lspci: string;
  /** A text of the folder `truth`, or undefined if this scenario has none of this name. */
  text(file: string): string | undefined;
}

/** What a comparison found: how many values of each kind it compared, and what differs, one line each. */
export interface Comparison {
  counts: Record<string, number>;
  differences: string[];
}

/** Collects the outcome of a comparison. */
export class Collector implements Comparison {
  readonly counts: Record<string, number> = {};
  readonly differences: string[] = [];

  /** Counts values that were compared. */
  count(kind: string, times = 1): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + times;
  }

  /** Compares one value as text; `known` is undefined where the model does not know it. */
  compare(kind: string, where: string, known: string | undefined, truth: string): void {
    if (known === undefined) return;
    this.count(kind);
    if (known !== truth) this.differences.push(`${where}: model ${known}, truth ${truth}`);
  }

  /** Something that only one side has. */
  differ(text: string): void {
    this.differences.push(text);
  }
}

/** A text of the folder `truth`, or undefined if the scenario has none of this name. */
export function truthText(name: string, file: string): string | undefined {
  const path = join(CORPUS, name, 'truth', `${file}.gz`);
  return existsSync(path) ? gunzipSync(readFileSync(path)).toString('utf8') : undefined;
}

/** Replays a scenario to its end with the profile beside it. */
export async function replayScenario(name: string): Promise<Scenario> {
  const profile = await readProfile(join(CORPUS, name, 'profile.yaml'));
  const state = await traceState(join(CORPUS, name, 'trace.txt.gz'), { name, profile });
  if (!state.complete || state.problemCount > 0) throw new Error(`${name}: ${state.problems[0]}`);
  const { functions } = state.snapshot;
  return {
    name,
    truth: JSON.parse(truthText(name, 'truth.json') ?? '{}') as Truth,
    functions: new Map(flatten(functions).map((f) => [f.bdf, f])),
    lspci: lspciText(functions),
    text: (file) => truthText(name, file),
  };
}

/** The number of a function that a text names; throws if it is no function. */
export function bdfOf(text: string): number {
  const bdf = parseBdf(text.replace(/^0000:/, ''));
  if (bdf === undefined) throw new Error(`${text} is no function`);
  return bdf;
}

export function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
