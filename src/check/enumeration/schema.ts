/** The saved form of an enumeration: JSON that `--expect` reads again. */

import { z } from 'zod';

/** It changes when a field goes or changes its meaning; fields may be added. */
export const ENUMERATION_SCHEMA = 'barometer.enumeration/1';

const hex = z.string().regex(/^0x[0-9a-f]+$/);
const range = z.string().regex(/^0x[0-9a-f]+-0x[0-9a-f]+$/);
const capability = z.strictObject({ id: hex, offset: hex });
const bdf = z.string().regex(/^([0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/);

const bar = z.strictObject({
  bar: z.string().regex(/^(BAR [0-5]|ROM)$/),
  kind: z.enum(['io', 'memory32', 'memory64']),
  prefetchable: z.boolean(),
  size: hex,
  /** `null`: it was given none. */
  address: hex.nullable(),
});

const seenFunction = z.strictObject({
  /** By the bus numbers at the end. */
  function: bdf,
  /** The bridge above; `null`: on a root bus. */
  below: bdf.nullable(),
  vendor: hex,
  device: hex,
  class: hex,
  bars: z.array(bar),
  /** Secondary and subordinate bus number of a bridge, hexadecimal. */
  buses: z
    .string()
    .regex(/^[0-9a-f]{1,2}-[0-9a-f]{1,2}$/)
    .optional(),
  windows: z
    .strictObject({ io: range.nullable(), memory: range.nullable(), prefetchable: range.nullable() })
    .optional(),
  capabilities: z.array(capability),
  extended: z.array(capability),
  /** Dwords of configuration space by offset, `VALUE` or `VALUE & MASK`: without the bits that may change by themselves. */
  registers: z.record(hex, z.string().regex(/^0x[0-9a-f]{8}( & 0x[0-9a-f]{8})?$/)),
  /** Offsets of the dwords that may change, or of which the model does not know that they may not. The rest is 0. */
  open: z.array(range),
});

export const enumerationSchema = z.strictObject({
  schema: z.literal(ENUMERATION_SCHEMA),
  functions: z.array(seenFunction),
});

export type Enumeration = z.infer<typeof enumerationSchema>;
export type SeenFunction = z.infer<typeof seenFunction>;
export type SeenBar = z.infer<typeof bar>;
