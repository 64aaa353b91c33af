/** Values that stand in many places of a layout: sizes, counts, BARs, places. */
import { z } from 'zod';

export type Context = z.core.$RefinementCtx<unknown>;

/** Says what is wrong with a value; the value then counts as absent. */
export function reject(context: Context, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** The YAML reader gives whole numbers as bigint, which JSON cannot show. */
export function show(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value));
}

export const yesOrNo = z.boolean({ error: (issue) => `true or false is expected; this is ${show(issue.input)}` });

/** A whole number between two bounds. */
export function count(least: number, most: number) {
  return z.unknown().transform((value, context) => {
    const number = typeof value === 'bigint' ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    return reject(context, `a whole number from ${least} to ${most} is expected; this is ${show(value)}`);
  });
}

const SIZE = /^([0-9]+) ?([KMGT])(?:iB)?$/;
const UNITS = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Bytes, or with a unit of powers of 1024, as in 64K. */
export const size = z.unknown().transform((value, context) => {
  if (typeof value === 'bigint' && value >= 0n && value <= 2n ** 52n) return Number(value);
  const match = typeof value === 'string' ? SIZE.exec(value) : null;
  if (match === null)
    return reject(context, `a size is a number of bytes, or as in 64K, 2M, 8G; this is ${show(value)}`);
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
});

export const placeSchema = z.strictObject({ bar: count(0, 5), offset: size });

export const barSchema = z.strictObject({
  index: count(0, 5),
  kind: z.enum(['io', 'io16', 'mem32', 'mem64'], {
    error: (issue) => `a BAR is io, io16, mem32 or mem64; this is ${show(issue.input)}`,
  }),
  size,
  prefetchable: yesOrNo.default(false),
});
