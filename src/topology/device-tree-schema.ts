/**
 * What a file of devices may contain, as one zod schema. zod is dear to import, so `read-devices.ts` imports this file only
 * when such a file is really read.
 */

import { z } from 'zod';
import { parseEcam, parseRange } from '../access/machine-text.ts';
import { parseNumber } from '../core/hex.ts';
import { didYouMean } from '../core/nearest.ts';
import type { AddressRange, BarKind, EcamWindow } from './device-tree.ts';

type Context = z.core.$RefinementCtx<unknown>;

function reject(context: Context, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

function show(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value, plainNumber) ?? String(value)).slice(0, 60);
}

function plainNumber(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function toBig(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value !== 'string') return undefined;
  const pair = parseNumber(value.trim());
  return pair === undefined ? undefined : (BigInt(pair.hi >>> 0) << 32n) | BigInt(pair.lo >>> 0);
}

const UNITS: Readonly<Record<string, bigint>> = { '': 1n, K: 1n << 10n, M: 1n << 20n, G: 1n << 30n, T: 1n << 40n };

/** `64K`, `16 MiB`, `0x1000`. */
function toSize(value: unknown): bigint | undefined {
  const text = typeof value === 'string' ? /^([0-9]+)\s*([KMGT])(?:i?B)?$/.exec(value.trim()) : null;
  if (text === null) return toBig(value);
  const size = BigInt(text[1] ?? '') * (UNITS[text[2] ?? ''] ?? 1n);
  return size >> 64n === 0n ? size : undefined;
}

const size = z.unknown().transform((value, context) => {
  const found = toSize(value);
  return found ?? reject(context, `a size is written as 4096, 0x1000, 64K or 16M; this is ${show(value)}`);
});

/** Size of a BAR or ROM. */
const power = size.refine((bytes) => bytes > 0n && (bytes & (bytes - 1n)) === 0n, {
  error: 'it must be a power of two',
});

const address = z.unknown().transform((value, context) => {
  const found = toBig(value);
  if (found !== undefined && found >= 0n && found >> 64n === 0n) return found;
  return reject(context, `an address is written as 0xfe000000, with 64 bits at most; this is ${show(value)}`);
});

function oneOrMore<T>(parse: (value: unknown, context: Context) => T) {
  const one = z.unknown().transform((value, context) => parse(value, context));
  return z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(one).max(1000)).optional();
}

const ranges = (last: bigint) =>
  oneOrMore<AddressRange>((value, context) => {
    const range = typeof value === 'string' ? parseRange(value.replaceAll(' ', '')) : undefined;
    const wide = (hi: number, lo: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
    if (range === undefined)
      return reject(context, `a range is written FIRST-LAST, as in 0xc0000000-0xdfffffff; this is ${show(value)}`);
    const found = { first: wide(range.loHi, range.loLo), last: wide(range.hiHi, range.hiLo) };
    if (found.last > last) return reject(context, `the range ${show(value)} goes beyond 0x${last.toString(16)}`);
    return found;
  });

const ANYWHERE = (1n << 64n) - 1n;
const flag = z.boolean({ error: (issue) => `true or false is expected; this is ${show(issue.input)}` });

const machine = z.strictObject({
  name: z.string().optional(),
  cam: flag.optional(),
  ecam: oneOrMore<EcamWindow>((value, context) => {
    const range = typeof value === 'string' ? parseEcam(value.replaceAll(' ', '')) : undefined;
    if (range === undefined)
      return reject(context, `ECAM is written BASE,FIRST-BUS,LAST-BUS, as in 0xe0000000,0,255; this is ${show(value)}`);
    const base = (BigInt(range.baseHi >>> 0) << 32n) | BigInt(range.baseLo >>> 0);
    return { base, segment: range.segment, firstBus: range.firstBus, lastBus: range.lastBus };
  }),
  io: ranges(0xffffn),
  mem32: ranges(0xffffffffn),
  mem64: ranges(ANYWHERE),
  ram: ranges(ANYWHERE),
  reserved: ranges(ANYWHERE),
});

const KINDS: readonly BarKind[] = ['io', 'mem32', 'mem64'];

/** `assigned` is what a saved topology says of addresses; a plan begins without it. */
const bar = z
  .strictObject({
    kind: z.unknown().transform((value, context): BarKind => {
      const found = KINDS.find((one) => one === value);
      const near = typeof value === 'string' ? didYouMean(value, KINDS) : '';
      return found ?? reject(context, `the kinds are ${KINDS.join(', ')}; this is ${show(value)}.${near}`);
    }),
    size: power,
    prefetchable: flag.optional(),
    address: address.optional(),
    assigned: z.unknown().optional(),
  })
  .superRefine(({ kind, size: bytes, prefetchable }, context) => {
    const least = kind === 'io' ? 4n : 16n;
    const most = kind === 'io' ? 0x10000n : kind === 'mem32' ? 1n << 31n : 1n << 63n;
    const problem = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (typeof bytes !== 'bigint' || KINDS.every((one) => one !== kind)) return;
    if (bytes < least || bytes > most)
      problem('size', `a BAR of kind ${kind} has from ${least} to ${most} bytes; this is ${bytes}`);
    if (kind === 'io' && prefetchable === true) problem('prefetchable', 'I/O is never prefetchable');
  });

const romObject = z.strictObject({ size: power, address: address.optional(), assigned: z.unknown().optional() });
const rom = z
  .preprocess((value) => (typeof value === 'object' && value !== null ? value : { size: value }), romObject)
  .superRefine(({ size: bytes }, context) => {
    if (typeof bytes !== 'bigint') return;
    if (bytes >= 0x800n && bytes <= 1n << 31n) return;
    context.addIssue({ code: 'custom', message: `a ROM has 2048 bytes at least; this is ${bytes}` });
  });

function oneOf<T extends number>(widths: Readonly<Record<string, T>>) {
  return z.unknown().transform((value, context): T => {
    const found = widths[typeof value === 'bigint' || typeof value === 'string' ? String(value) : '?'];
    return found ?? reject(context, `one of ${Object.keys(widths).join(', ')} is expected; this is ${show(value)}`);
  });
}

const reserveObject = z.strictObject({
  io: size.optional(),
  memory: size.optional(),
  prefetchable: size.optional(),
  buses: z
    .unknown()
    .transform((value, context) => {
      const found = toBig(value);
      if (found !== undefined && found >= 0n && found <= 255n) return Number(found);
      return reject(context, `a number of buses from 0 to 255 is expected; this is ${show(value)}`);
    })
    .optional(),
});

export interface DeviceText {
  name: string;
  class?: bigint | undefined;
  express?: boolean | undefined;
  bars?: Record<string, z.output<typeof bar>> | undefined;
  rom?: z.output<typeof rom> | undefined;
  bridge?: BridgeText | undefined;
}

export interface BridgeText {
  io?: 0 | 16 | 32 | undefined;
  prefetchable?: 0 | 32 | 64 | undefined;
  bus?: 'express' | 'conventional' | undefined;
  subtractive?: boolean | undefined;
  hotplug?: z.output<typeof reserveObject> | boolean | undefined;
  devices?: DeviceText[] | undefined;
}

/** 32 devices of 8 functions. */
const ON_A_BUS = 256;
const TOO_MANY = `a bus has ${ON_A_BUS} functions at most`;

const BAR_INDEX = /^[0-5]$/;

const bars = z.record(z.string(), bar).superRefine((found, context) => {
  for (const [key, { kind }] of Object.entries(found)) {
    const problem = (message: string): void => context.addIssue({ code: 'custom', path: [key], message });
    if (!BAR_INDEX.test(key)) problem('BARs are numbered from 0 to 5; an expansion ROM is written as rom');
    else if (kind === 'mem64' && key === '5') problem('a 64-bit BAR takes two registers, and 5 is the last one');
    else if (kind === 'mem64' && found[Number(key) + 1] !== undefined)
      problem(`a 64-bit BAR takes two registers, so there is no BAR ${Number(key) + 1}`);
  }
});

const bridge: z.ZodType<BridgeText> = z.strictObject({
  io: oneOf({ none: 0, 16: 16, 32: 32 }).optional(),
  prefetchable: oneOf({ none: 0, 32: 32, 64: 64 }).optional(),
  bus: z.enum(['express', 'conventional'], { error: 'express or conventional is expected' }).optional(),
  subtractive: flag.optional(),
  hotplug: z.union([z.boolean(), reserveObject], { error: 'true or least sizes are expected' }).optional(),
  devices: z
    .lazy(() => z.array(device, { error: 'a list of devices is expected' }).max(ON_A_BUS, { error: TOO_MANY }))
    .nullish()
    .transform((list) => list ?? undefined),
  assigned: z.unknown().optional(),
});

const device: z.ZodType<DeviceText> = z
  .strictObject({
    name: z
      .string({ error: (issue) => `a name is expected; this is ${show(issue.input)}` })
      .regex(/^[\w.:@/+-]{1,64}$/, { error: 'a name has 1 to 64 letters, digits and . : @ / + - _' }),
    class: address.optional(),
    express: flag.optional(),
    bars: bars.nullish().transform((found) => found ?? undefined),
    rom: rom.optional(),
    bridge: bridge.optional(),
    enabled: z.unknown().optional(),
  })
  .superRefine(({ bars: found, bridge: part }, context) => {
    if (part === undefined) return;
    for (const key of Object.keys(found ?? {}))
      if (Number(key) > 1)
        context.addIssue({ code: 'custom', path: ['bars', key], message: 'a bridge has the BARs 0 and 1 only' });
  });

export const TOPOLOGY_SCHEMA = 'barometer.topology/1';

export const deviceTreeSchema = z.strictObject({
  schema: z.literal(TOPOLOGY_SCHEMA, { error: `the schema is ${TOPOLOGY_SCHEMA}` }).optional(),
  machine: machine.nullish(),
  devices: z
    .array(device, { error: 'a list of devices is expected' })
    .min(1, { error: 'the list of devices is empty' })
    .max(ON_A_BUS, { error: TOO_MANY }),
});

export type DeviceTreeText = z.output<typeof deviceTreeSchema>;

/** Names that may stand at a place of the file, for "did you mean". */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const last = path.at(-1);
  if (path.length === 0) return Object.keys(deviceTreeSchema.shape);
  if (path[0] === 'machine') return Object.keys(machine.shape);
  if (last === 'bridge') return ['io', 'prefetchable', 'bus', 'subtractive', 'hotplug', 'devices'];
  if (last === 'hotplug') return Object.keys(reserveObject.shape);
  if (last === 'rom') return ['size', 'address'];
  if (path.at(-2) === 'bars') return ['kind', 'size', 'prefetchable', 'address'];
  return ['name', 'class', 'express', 'bars', 'rom', 'bridge'];
}
