/** What a sweep has found so far: one JSON file for each machine and for each kind of finding, in a folder that it goes on from. */

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hash8 } from '../../src/core/hash.ts';

/** A finding of a machine. `program`: words of all steps that its machine had been through. */
export interface SweptFinding {
  id: string;
  rule: string;
  register: string;
  shape: string;
  /** Class and identity of the function, or `none`. */
  function: string;
  access: string;
  expected: string;
  actual: string;
  explanation: string;
  program: number[];
}

export interface Row {
  device: string;
  place: string;
  words: string;
  /** Why it did not start; then there is nothing else. */
  refused?: string;
  /** Accesses and commands in all. */
  checked: number;
  messages: number;
  exercised: Record<string, number>;
  findings: SweptFinding[];
}

/** What a page shows, as short as it was made. */
export interface Example {
  page: string;
  words: string;
  finding: Omit<SweptFinding, 'program'>;
  scenario: string;
  reproduced: boolean;
  /** Commands of qtest; empty: the finding did not come back by them. */
  script: string;
}

/** Which deviations of the profile, each alone, excuse a kind of finding: then it follows from what they declare. */
export interface Causes {
  kind: string;
  /** Whether the example came back each time. */
  reproduced: boolean;
  excusedBy: string[];
}

/** Findings of one kind have the same rule, register, shape and kind of function. */
export const kindOf = ({
  rule,
  register,
  shape,
  function: kind,
}: Pick<SweptFinding, 'rule' | 'register' | 'shape' | 'function'>): string => `${rule} ${register}: ${shape} (${kind})`;

export type Kept = 'rows' | 'examples' | 'causes';

export class Store {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** What was made of these inputs; undefined: nothing was, or of others. */
  read<T>(kind: Kept, name: string, inputs: string): T | undefined {
    const file = this.place(kind, name);
    if (!existsSync(file)) return undefined;
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { inputs: string; made: T };
    return kept.inputs === inputs ? kept.made : undefined;
  }

  write(kind: Kept, name: string, inputs: string, made: object): void {
    const file = this.place(kind, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, `${JSON.stringify({ inputs, made })}\n`);
    renameSync(`${file}.part`, file);
  }

  private place(kind: string, name: string): string {
    const readable = name.replaceAll(/[^\w.-]+/g, '-').slice(0, READABLE);
    return join(this.folder, kind, `${readable}-${hash8(name)}.json`);
  }
}

/** Letters of a name that its file shows. */
const READABLE = 80;
