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

/** A kind of finding, whatever the device: what it is shown by, as short as it was made. */
export interface Kind {
  key: string;
  words: string;
  finding: Omit<SweptFinding, 'program'>;
  scenario: string;
  reproduced: boolean;
  /** Commands of qtest; empty: the finding did not come back by them. */
  script: string;
}

/** Which deviations of the profile, each alone, excuse a finding: then it follows from what they declare. */
export interface Causes {
  key: string;
  /** Whether it came back at all. */
  reproduced: boolean;
  excusedBy: string[];
}

/** Findings of one kind have the same rule, register and shape. */
export const kindOf = ({ rule, register, shape }: Pick<SweptFinding, 'rule' | 'register' | 'shape'>): string =>
  `${rule} ${register}: ${shape}`;

/** Of one finding on one machine. */
export const causeKey = (
  { device, place }: { device: string; place: string },
  finding: Parameters<typeof kindOf>[0],
): string => `${device} on ${place}: ${kindOf(finding)}`;

type Kept = 'rows' | 'kinds' | 'causes';

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
