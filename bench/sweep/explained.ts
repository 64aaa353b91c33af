/** What people have written about kinds of findings: `explained.yaml`, and which of it speaks of a kind. */

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { isDeviation } from '../../src/spec/choices.ts';
import { ruleById } from '../../src/spec/rules.ts';
import type { SweptFinding } from './rows.ts';

/** Kinds of findings by their rule, and by what else is said: regular expressions for a part of the text. */
const SHOWN = z.strictObject({
  rule: z.string(),
  register: z.string().optional(),
  shape: z.string().optional(),
  /** Of the function's class and identity. */
  function: z.string().optional(),
});

const ENTRY = z.strictObject({
  /** Name of the page. */
  page: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  /** What it shows by first. */
  shows: SHOWN,
  /** By what else the same mistake shows. */
  also: z.array(SHOWN).default([]),
  /** What is excused by this deviation of a profile follows from the mistake, whatever its rule. */
  deviation: z.string().optional(),
  /** What QEMU does. */
  does: z.string(),
  /** In one sentence: what a guest would notice. */
  guest: z.string(),
  /** What else says that it is wrong, beside the rule's citation. */
  second: z.string(),
  /** Whether others have reported or mended it. */
  reported: z.string(),
});

export type Explanation = z.infer<typeof ENTRY>;

/** Throws for a file that is not such a list, and for rules and deviations that do not exist. */
export function readExplanations(file: string): Explanation[] {
  const list = z.array(ENTRY).parse(parse(readFileSync(file, 'utf8')));
  for (const { shows, also, deviation } of list) {
    for (const { rule } of [shows, ...also])
      if (ruleById(rule) === undefined) throw new Error(`${file}: there is no rule ${rule}`);
    if (deviation !== undefined && !isDeviation(deviation))
      throw new Error(`${file}: there is no deviation ${deviation}`);
  }
  return list;
}

type Shown = Pick<SweptFinding, 'rule' | 'register' | 'shape' | 'function'>;

/** Whether a finding is what an explanation shows by first. */
export const isFirst = ({ shows }: Explanation, found: Shown): boolean => agrees(shows, found);

/** The first that shows by it or mentions it. */
export function explanationOf(all: readonly Explanation[], found: Shown): Explanation | undefined {
  return all.find((one) => isFirst(one, found)) ?? all.find(({ also }) => also.some((other) => agrees(other, found)));
}

/** The first whose deviation is one of these. */
export function mistakeBehind(all: readonly Explanation[], excusedBy: readonly string[]): Explanation | undefined {
  return all.find(({ deviation }) => deviation !== undefined && excusedBy.includes(deviation));
}

function agrees(said: z.infer<typeof SHOWN>, found: Shown): boolean {
  return (
    said.rule === found.rule &&
    (['register', 'shape', 'function'] as const).every((part) => new RegExp(said[part] ?? '').test(found[part]))
  );
}
