/** Capabilities in YAML: each is a mapping with one key, the name of its kind. */
import { z } from 'zod';
import { parseNumber } from '../../core/hex.ts';
import { didYouMean } from '../../core/nearest.ts';
import { barSchema, count, placeSchema, reject, show, size, yesOrNo } from './layout-schema-values.ts';
import type { CapabilityLayout } from './layout.ts';

const at = { at: count(0x40, 0xfff).optional() };

const table = { vectors: count(1, 2048), table: placeSchema, pba: placeSchema };

/** A 64-bit number, which YAML readers may give as a bigint or as text. */
const wideNumber = z.unknown().transform((value, context) => {
  const text = typeof value === 'bigint' ? `0x${value.toString(16)}` : String(value);
  return parseNumber(text) === undefined
    ? reject(context, `a number of 64 bits is expected; this is ${show(value)}`)
    : text;
});

export const CAPABILITY_SCHEMAS = {
  power: z.strictObject({
    ...at,
    d1: yesOrNo.default(false),
    d2: yesOrNo.default(false),
    'no-soft-reset': yesOrNo.default(true),
    pme: yesOrNo.default(false),
  }),
  msi: z.strictObject({
    ...at,
    vectors: count(1, 32).default(1),
    wide: yesOrNo.default(true),
    maskable: yesOrNo.default(true),
  }),
  msix: z.strictObject({ ...at, ...table }),
  express: z.strictObject({ ...at, flr: yesOrNo.default(false), ari: yesOrNo.default(false) }),
  slot: z.strictObject({
    number: count(0, 8191).default(0),
    power: yesOrNo.default(true),
    indicators: yesOrNo.default(true),
    'no-command-completed': yesOrNo.default(false),
  }),
  'advanced-features': z.strictObject({ ...at, flr: yesOrNo.default(true) }),
  subsystem: z.strictObject({ ...at }),
  vendor: z.strictObject({ ...at, length: count(4, 64) }),
  'enhanced-allocation': z.strictObject({
    ...at,
    entries: z.array(
      z.strictObject({
        bar: count(0, 5),
        base: wideNumber,
        size,
        space: z.enum(['io', 'memory', 'prefetchable']).default('memory'),
        switchable: yesOrNo.default(true),
      }),
    ),
  }),
  virtio: z.strictObject({
    queues: z.array(count(1, 0x8000)),
    common: placeSchema,
    notify: placeSchema,
    multiplier: count(0, 4096).default(4),
    isr: placeSchema,
    device: placeSchema.extend({ length: count(1, 256) }),
    kicks: placeSchema,
    transitional: yesOrNo.default(false),
  }),
  aer: z.strictObject({ ...at }),
  'serial-number': z.strictObject({ ...at, value: wideNumber }),
  ari: z.strictObject({ ...at }),
  'vendor-extended': z.strictObject({ ...at, length: count(12, 256) }),
  'resizable-bar': z.strictObject({
    ...at,
    bars: z.array(z.strictObject({ index: count(0, 5), sizes: z.array(size) })),
  }),
  sriov: z.strictObject({
    ...at,
    total: count(1, 64),
    offset: count(1, 255),
    stride: count(1, 255).default(1),
    id: count(0, 0xffff),
    bars: z.array(barSchema).default([]),
    msix: z.strictObject(table).optional(),
  }),
};

type Kind = keyof typeof CAPABILITY_SCHEMAS;

export const capability = z.unknown().transform((value, context): CapabilityLayout => {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const [only] = entries;
  if (only === undefined || entries.length !== 1) {
    return reject(
      context,
      `a capability is a mapping with one key, as in - msi: { vectors: 4 }; this is ${show(value)}`,
    );
  }
  const [kind, settings] = only as [string, unknown];
  if (!Object.hasOwn(CAPABILITY_SCHEMAS, kind)) {
    return reject(context, `there is no capability ${kind}.${didYouMean(kind, Object.keys(CAPABILITY_SCHEMAS))}`);
  }
  const parsed = CAPABILITY_SCHEMAS[kind as Kind].safeParse(settings ?? {});
  if (parsed.success) return { kind, ...camelCase(parsed.data) } as unknown as CapabilityLayout;
  for (const issue of parsed.error.issues) context.addIssue({ ...issue, path: [kind, ...issue.path] } as never);
  return z.NEVER;
});

/** Keys of a file have hyphens, fields of an object do not; what is not stated is left out. */
function camelCase(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()), value]),
  );
}
