/** What a layout in YAML may contain. zod is dear to import, so `parse-layout.ts` imports this file only when it reads one. */
import { z } from 'zod';
import { parseEcam, parseRange } from '../../access/machine-text.ts';
import type { EcamRange, Range } from '../../access/machine.ts';
import { CAPABILITY_SCHEMAS, capability } from './layout-schema-capabilities.ts';
import { barSchema, count, reject, show, size, yesOrNo } from './layout-schema-values.ts';
import type { Context } from './layout-schema-values.ts';
import { FUNCTION_KINDS, functionLayout } from './layout.ts';
import type { FunctionLayout, Layout } from './layout.ts';

function oneOrMore<T>(parse: (value: unknown, context: Context) => T) {
  const one = z.unknown().transform((value, context) => parse(value, context));
  return z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(one));
}

const ranges = oneOrMore<Range>((value, context) => {
  const range = typeof value === 'string' ? parseRange(value.replaceAll(' ', '')) : undefined;
  return range ?? reject(context, `a range is written FIRST-LAST, as in 0xc0000000-0xdfffffff; this is ${show(value)}`);
});

const ecam = oneOrMore<EcamRange>((value, context) => {
  const range = typeof value === 'string' ? parseEcam(value.replaceAll(' ', '')) : undefined;
  if (range !== undefined && (range.baseLo & 0xfffff) === 0) return range;
  const form = 'ECAM is written BASE,FIRST-BUS,LAST-BUS[,SEGMENT], BASE a multiple of 1 MiB, as in 0xe0000000,0,255';
  return reject(context, `${form}; this is ${show(value)}`);
});

const machine = z.strictObject({
  cam: yesOrNo.default(true),
  ecam: ecam.default([]),
  io: ranges.default([]),
  mem32: ranges.default([]),
  mem64: ranges.default([]),
  ram: ranges.default([]),
  reserved: ranges.default([]),
  line: count(0, 1023).default(16),
});

const AT = /^(?:([0-9a-f]{1,4}):)?([01]?[0-9a-f])\.([0-7])$/i;
const PAIR = /^([0-9a-f]{4}):([0-9a-f]{4})$/i;
const PINS = ['none', 'A', 'B', 'C', 'D'];

const place = z.unknown().transform((value, context) => {
  const match = typeof value === 'string' ? AT.exec(value) : null;
  const form =
    'a place is written DEVICE.FUNCTION in hexadecimal and in quotes, as in "1f.0", or SEGMENT:DEVICE.FUNCTION';
  if (match === null) return reject(context, `${form}; this is ${show(value)}`);
  const [segment, device] = [Number.parseInt(match[1] ?? '0', 16), Number.parseInt(match[2] as string, 16)];
  return { segment, device, function: Number(match[3]) };
});

const identity = z.unknown().transform((value, context) => {
  const match = typeof value === 'string' ? PAIR.exec(value) : null;
  if (match === null)
    return reject(context, `ids are written VENDOR:DEVICE, as in "1af4:1041"; this is ${show(value)}`);
  return [Number.parseInt(match[1] as string, 16), Number.parseInt(match[2] as string, 16)] as const;
});

const pin = z.unknown().transform((value, context) => {
  const index = PINS.indexOf(String(value));
  return index >= 0 ? index : reject(context, `a pin is none, A, B, C or D; this is ${show(value)}`);
});

const windows = z.strictObject({
  io: z
    .union([z.literal(0n), z.literal(16n), z.literal(32n)], { error: 'the I/O window has 0, 16 or 32 bits' })
    .default(32n)
    .transform((bits) => Number(bits) as 0 | 16 | 32),
  prefetchable: z
    .union([z.literal(0n), z.literal(32n), z.literal(64n)], { error: 'the prefetchable window has 0, 32 or 64 bits' })
    .default(64n)
    .transform((bits) => Number(bits) as 0 | 32 | 64),
  vga: yesOrNo.default(true),
  isa: yesOrNo.default(true),
});

const functionShape = {
  at: place,
  kind: z.enum(FUNCTION_KINDS, {
    error: (issue) => `a kind is ${FUNCTION_KINDS.join(', ')}; this is ${show(issue.input)}`,
  }),
  id: identity.optional(),
  class: count(0, 0xffffff).optional(),
  revision: count(0, 255).optional(),
  subsystem: identity.optional(),
  pin: pin.optional(),
  bars: z.array(barSchema).default([]),
  rom: size.default(0),
  capabilities: z.array(capability).default([]),
  windows: windows.optional(),
  plugged: yesOrNo.default(true),
};

const functionSchema: z.ZodType<FunctionLayout> = z
  .strictObject({
    ...functionShape,
    get below() {
      return z.array(functionSchema).default([]);
    },
  })
  .transform(({ at, id, subsystem, kind, class: code, revision, pin: line, windows: open, ...rest }) =>
    functionLayout({
      kind,
      ...at,
      ...rest,
      ...(id === undefined ? {} : { vendor: id[0], id: id[1] }),
      ...(subsystem === undefined ? {} : { subsystemVendor: subsystem[0], subsystem: subsystem[1] }),
      ...(code === undefined ? {} : { class: code }),
      ...(revision === undefined ? {} : { revision }),
      ...(line === undefined ? {} : { pin: line }),
      ...(open === undefined ? {} : { windows: open }),
    }),
  );

export const layoutSchema = z.strictObject({
  name: z.string().optional(),
  machine: machine.prefault({}),
  assigned: yesOrNo.default(false),
  functions: z.array(functionSchema, { error: 'a list of functions is expected' }),
}) satisfies z.ZodType<Omit<Layout, 'name'>>;

/** Names that may stand at a place of the file, for "did you mean". */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(layoutSchema.shape);
  if (path[0] === 'machine') return Object.keys(machine.shape);
  const last = path.at(-1);
  if (typeof last === 'string' && Object.hasOwn(CAPABILITY_SCHEMAS, last)) {
    return Object.keys(CAPABILITY_SCHEMAS[last as keyof typeof CAPABILITY_SCHEMAS].shape);
  }
  if (path.at(-2) === 'bars') return Object.keys(barSchema.shape);
  return [...Object.keys(functionShape), 'below'];
}
