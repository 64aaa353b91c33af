/** The shape of what `barometer diff --json` prints. `corpora/schema/diff.schema.json` is made from it. */
import { z } from 'zod';
import { resultsSchema } from './results-schema.ts';

const count = z.int().min(0);
const pair = z.strictObject({ old: count, new: count });
const run = z.strictObject({
  tool: z.string(),
  command: z.string(),
  target: z.string(),
  seed: z.string().nullable(),
  inputs: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
});
const { id, rule, strength, title, kind, register, shape } = resultsSchema.shape.findings.element.shape;

export const diffSchema = z.strictObject({
  schema: z.literal('barometer.diff/1'),
  old: run,
  new: run,
  remarks: z.array(z.string()).describe('what else is different between the runs: sentences'),
  findings: z.strictObject({
    new: z.array(resultsSchema.shape.findings.element).describe('of the new run, whose identity the old one has not'),
    gone: z.array(resultsSchema.shape.findings.element).describe('of the old run, whose identity the new one has not'),
    changed: z
      .array(
        z.strictObject({
          id,
          rule,
          strength,
          title,
          kind,
          register,
          shape,
          count: pair.nullable().describe('occurrences; null: as before'),
          known: z
            .strictObject({ old: z.boolean(), new: z.boolean() })
            .nullable()
            .describe('whether the profile accepts it; null: as before'),
          reproduced: z
            .strictObject({ old: z.boolean(), new: z.boolean() })
            .nullable()
            .describe('whether it came back on a live target; null: as before'),
        }),
      )
      .describe('in both'),
  }),
  rules: z
    .strictObject({ gained: z.array(z.string()), lost: z.array(z.string()) })
    .describe('ids of rules that only the new run had occasion to judge, and only the old one'),
  totals: z
    .array(z.strictObject({ name: z.string(), old: z.number(), new: z.number() }))
    .describe('totals that differ, by their names in results.json; features: of campaigns'),
  gating: z.array(z.string()).describe('identities of the findings for which the exit status is 1'),
});

export type Diff = z.infer<typeof diffSchema>;
