/** What a sweep has found so far: one JSON file for each machine and for each kind of finding, in a folder that it goes on from. */

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

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

/** Findings of one kind have the same rule, register and shape. */
export const kindOf = ({ rule, register, shape }: Pick<SweptFinding, 'rule' | 'register' | 'shape'>): string =>
  `${rule} ${register}: ${shape}`;

const fileWord = (name: string): string => name.replaceAll(/[^\w.-]+/g, '-');

export class Store {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  read<T>(kind: 'rows' | 'kinds', name: string): T | undefined {
    const file = this.place(kind, name);
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
  }

  write(kind: 'rows' | 'kinds', name: string, value: object): void {
    const file = this.place(kind, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, `${JSON.stringify(value)}\n`);
    renameSync(`${file}.part`, file);
  }

  private place(kind: string, name: string): string {
    return join(this.folder, kind, `${fileWord(name)}.json`);
  }
}
