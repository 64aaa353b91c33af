/**
 * What a profile may contain, as one zod schema whose output is ready for the model. zod is dear to import, so
 * `profile.ts` imports this file only when a profile is really read.
 */
import { z } from 'zod';
import { parseEcam, parseIrq, parseKicks, parseRange } from '../access/machine-text.ts';
import type { EcamRange, MachineDescription, Range } from '../access/machine.ts';
import { isCalendarDate, NO_DATE } from '../core/calendar-date.ts';
import { formatHex } from '../core/hex.ts';
import type { Pair } from '../core/hex.ts';
import { didYouMean } from '../core/nearest.ts';
import { atMost } from '../core/pair.ts';
import { choiceByName, CHOICES, choiceAllows } from '../spec/choices.ts';
import { RULES, ruleById } from '../spec/rules.ts';

type Context = z.core.$RefinementCtx<unknown>;

/** Says what is wrong with a value; the value then counts as absent. */
function reject(context: Context, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** The YAML reader gives whole numbers as bigint, which JSON cannot show. */
function show(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value));
}

/** `0xc0000000-0xdfffffff`, inclusive. `limit` is the highest address that makes sense. */
function toRange(value: unknown, limit: Pair, context: Context): Range {
  const range = typeof value === 'string' ? parseRange(value.replaceAll(' ', '')) : undefined;
  if (range === undefined) {
    const form = 'a range is written FIRST-LAST, as in 0xc0000000-0xdfffffff, with 64 bits at most';
    return reject(context, `${form}; this is ${show(value)}`);
  }
  if (!atMost(range.hiHi, range.hiLo, limit.hi, limit.lo)) {
    return reject(context, `the range ${show(value)} goes beyond ${formatHex(limit.hi, limit.lo)}`);
  }
  return range;
}

/** `BASE,FIRST-BUS,LAST-BUS[,SEGMENT]`, as the target protocol writes it. */
function toEcam(value: unknown, context: Context): EcamRange {
  const range = typeof value === 'string' ? parseEcam(value.replaceAll(' ', '')) : undefined;
  if (range === undefined) {
    const form = 'ECAM is written BASE,FIRST-BUS,LAST-BUS[,SEGMENT] with buses from 0 to 255, as in 0xe0000000,0,255';
    return reject(context, `${form}; this is ${show(value)}`);
  }
  if ((range.baseLo & 0xfffff) !== 0) {
    return reject(context, `an ECAM base is a multiple of 1 MiB; this is ${show(value)}`);
  }
  return range;
}

/** One entry or a list of entries. */
function oneOrMore<T>(parse: (value: unknown, context: Context) => T) {
  const one = z.unknown().transform((value, context) => parse(value, context));
  return z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(one));
}

const ranges = (limit: Pair) => oneOrMore<Range>((value, context) => toRange(value, limit, context));
const PORTS: Pair = { hi: 0, lo: 0xffff };
const BELOW_4_GIB: Pair = { hi: 0, lo: -1 };
const ANYWHERE: Pair = { hi: -1, lo: -1 };

const yesOrNo = z.boolean({ error: (issue) => `true or false is expected; this is ${show(issue.input)}` });
const words = z.string({ error: (issue) => `text is expected; this is ${show(issue.input)}` });

/** The keys of the trace form's `machine` lines and of the target protocol's `hello`. */
const machine = z
  .strictObject({
    name: words.optional(),
    cam: yesOrNo.optional(),
    ecam: oneOrMore<EcamRange>(toEcam).optional(),
    io: ranges(PORTS).optional(),
    mem32: ranges(BELOW_4_GIB).optional(),
    mem64: ranges(ANYWHERE).optional(),
    ram: ranges(ANYWHERE).optional(),
    reserved: ranges(ANYWHERE).optional(),
    messages: ranges(ANYWHERE).optional(),
    'power-on': yesOrNo.optional(),
    iommu: yesOrNo.optional(),
    caps: oneOrMore<string>((value, context) =>
      typeof value === 'string' ? value : reject(context, `words are expected, as in msi; this is ${show(value)}`),
    ).optional(),
    irq: oneOrMore((value, context) => {
      const irq = typeof value === 'string' ? parseIrq(value) : undefined;
      return irq ?? reject(context, `an interrupt line is written BDF:LINE, as in 00:03.0:19; this is ${show(value)}`);
    }).optional(),
    kicks: oneOrMore((value, context) => {
      const counter = typeof value === 'string' ? parseKicks(value.replaceAll(' ', '')) : undefined;
      const form = 'a counter of doorbells is written BDF,BAR,OFFSET, as in 00:03.0,2,0x40';
      return counter ?? reject(context, `${form}; this is ${show(value)}`);
    }).optional(),
    'io-window': z
      .unknown()
      .transform((value, context) => toRange(value, ANYWHERE, context))
      .optional(),
  })
  .transform(({ 'power-on': powerOn, 'io-window': ioWindow, ...rest }) => {
    const stated = { ...rest, powerOn, ioWindow };
    const present = Object.entries(stated).filter(([, value]) => value !== undefined);
    return Object.fromEntries(present) as Partial<MachineDescription>;
  });

const choices = z.record(z.string(), z.unknown()).transform((stated, context) => {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(stated)) {
    const choice = choiceByName(name);
    const problem = (message: string): void => context.addIssue({ code: 'custom', path: [name], message });
    if (choice === undefined) {
      problem(
        `there is no choice of this name.${didYouMean(
          name,
          CHOICES.map((known) => known.name),
        )}`,
      );
    } else if (typeof value === 'boolean') {
      problem(`the values of ${name} are ${choice.values.join(', ')}; write on or off instead of ${String(value)}`);
    } else if ((typeof value !== 'string' && typeof value !== 'bigint') || !choiceAllows(choice, String(value))) {
      problem(`the values of ${name} are ${choice.values.join(', ')}; this is ${show(value)}`);
    } else {
      result[name] = String(value);
    }
  }
  return result;
});

const RULE_IDS = RULES.map(({ id }) => id);
const FUNCTION_KIND = /^(?:none|class (?:\?|[0-9a-f]{6}) (?:\?|[0-9a-f]{4}):(?:\?|[0-9a-f]{4}))$/;
const FUNCTION_FORM = 'a kind of function is written as reports do: class 020000 8086:10d3';
const FINDING_ID = /^([A-Z]+-(?:[0-9]{3}|[a-z]+))-[0-9a-f]{8}$/;

const knownEntry = z
  .strictObject({
    id: words.optional(),
    rule: words.optional(),
    function: words.regex(FUNCTION_KIND, { error: FUNCTION_FORM }).optional(),
    register: words.optional(),
    shape: words.optional(),
    reason: words.nullish().transform((reason) => reason ?? ''),
    owner: words.nullish().transform((owner) => owner ?? ''),
    until: words
      .refine(isCalendarDate, { error: (issue) => `${NO_DATE}; this is ${show(issue.input)}` })
      .nullish()
      .transform((until) => until ?? ''),
  })
  .transform((entry, context) => {
    const problem = (key: keyof typeof entry, message: string): never => {
      context.addIssue({ code: 'custom', path: [key], message });
      return z.NEVER;
    };
    const { id, rule } = entry;
    const own = id === undefined ? rule : FINDING_ID.exec(id)?.[1];
    if (own === undefined)
      return id === undefined
        ? problem('id', 'an entry has the id of a finding, or the rule of those that it accepts; this has neither')
        : problem('id', `a finding is named RULE-hash, as in BAR-003-1a2b3c4d; this is ${show(id)}`);
    for (const [key, name] of [['id', own] as const, ['rule', rule ?? own] as const])
      if (entry[key] !== undefined && ruleById(name) === undefined)
        return problem(key, `there is no rule ${name}.${didYouMean(name, RULE_IDS)}`);
    if (rule !== undefined && rule !== own) return problem('rule', `this says ${rule}, but the id is one of ${own}`);
    for (const part of ['function', 'register', 'shape'] as const)
      if (id !== undefined && entry[part] !== undefined)
        return problem(part, 'an id says this already; leave the id out to accept more than one finding');
    return { ...entry, rule: own };
  });

export const profileSchema = z.strictObject({
  machine: machine.nullish(),
  choices: choices.nullish(),
  known: z.array(knownEntry, { error: 'a list of findings is expected' }).nullish(),
});

/** Names that may stand at a place of the file, for "did you mean". */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(profileSchema.shape);
  if (path[0] === 'machine') return Object.keys(machine.in.shape);
  if (path[0] === 'known') return Object.keys(knownEntry.in.shape);
  return [];
}
