/** What people have written about kinds of findings: `explained.yaml`, and which of them speaks of a kind. */

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ruleById } from '../../src/spec/rules.ts';
import type { SweptFinding } from './rows.ts';

const ENTRY = z.strictObject({
  /** Name of the page. */
  page: z.string().regex(/^[a-z0-9-]+$/),
  rule: z.string(),
  /** Default: all registers of the rule. */
  register: z.string().optional(),
  /** Default: all shapes. */
  shape: z.string().optional(),
  /** Part of the function's class and identity; default: all functions. */
  function: z.string().optional(),
  title: z.string(),
  /** What the target does. */
  does: z.string(),
  /** In one sentence: what a guest would notice. */
  guest: z.string(),
  /** What else says that it is wrong, beside the rule's citation. */
  second: z.string(),
  /** Whether others have reported it. */
  reported: z.string(),
  /** Other rules by which the same mistake shows. */
  also: z.array(z.strictObject({ rule: z.string(), register: z.string().optional() })).default([]),
});

export type Explanation = z.infer<typeof ENTRY>;

type Shown = Pick<SweptFinding, 'rule' | 'register' | 'shape' | 'function'>;

/** Throws for a file that is not such a list, and for a rule that does not exist. */
export function readExplanations(file: string): Explanation[] {
  const list = z.array(ENTRY).parse(parse(readFileSync(file, 'utf8')));
  for (const { rule, also } of list)
    for (const one of [rule, ...also.map((other) => other.rule)])
      if (ruleById(one) === undefined) throw new Error(`${file}: there is no rule ${one}`);
  return list;
}

/** The first that speaks of it. */
export function explanationOf(all: readonly Explanation[], shown: Shown): Explanation | undefined {
  return all.find(
    ({ rule, register, shape, function: where, also }) =>
      (rule === shown.rule &&
        (register ?? shown.register) === shown.register &&
        (shape ?? shown.shape) === shown.shape &&
        shown.function.includes(where ?? '')) ||
      also.some((other) => other.rule === shown.rule && (other.register ?? shown.register) === shown.register),
  );
}
