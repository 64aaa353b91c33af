/**
 * The shape of `results.json`, once. `corpora/schema/results.schema.json` is made from it (a test keeps it fresh), so
 * that other programs can rely on it. Imported only where a document is validated: zod is dear at start-up.
 */
import { z } from 'zod';

const count = z.int().min(0);
const counts = z.record(z.string(), count);
const named = z.record(z.string(), z.string());
const excused = z
  .record(z.string(), counts)
  .describe('how many divergences a deviation of the profile excused: by name=value, then by rule');
const strength = z.enum(['MUST', 'UNDEFINED', 'SHOULD', 'MAY', 'GUEST-OBLIGATION', 'FIRMWARE-CONVENTION']);

const dword = z.int().min(0).max(0xffffffff);
const bits = z
  .strictObject({
    offset: count.describe('of the dword in bytes: in configuration space, or in the MSI-X table'),
    mask: dword.describe('bits that were read'),
    known: dword.describe('those of them of which just one value was allowed'),
    expected: dword.describe('that value'),
    actual: dword,
    fields: z
      .array(
        z.strictObject({
          register: z.string(),
          name: z.string(),
          mask: dword,
          attribute: z.string().describe('RO, RW, RW1C, … as in the register maps'),
          rule: z.string(),
        }),
      )
      .describe('of the dword, as far as its layout was known'),
  })
  .describe('the answer bit by bit, where a register was read');

const finding = z.strictObject({
  id: z.string().describe('RULE-hash8 of the identity: rule, kind of function, register, shape of the difference'),
  rule: z.string(),
  strength,
  title: z.string(),
  citation: z.string(),
  count: count.describe('occurrences over all inputs'),
  input: z.string().describe('the input of the occurrence that is told here'),
  line: count.describe('line in that input, from 1; 0: none'),
  index: count.describe('accesses and events of that input before it'),
  access: z.string().describe('the access or event in the text notation'),
  function: z.string().describe('bus:device.function of the occurrence, or empty'),
  kind: z.string().describe('class code, vendor and device; a ? where not known'),
  register: z.string(),
  shape: z.string(),
  expected: z.string(),
  actual: z.string(),
  explanation: z.string(),
  bits: bits.optional(),
  excusedBy: z.string().describe('the deviation that would excuse it, as name=value, or empty'),
  known: z.boolean().describe('accepted by the profile in every input where it occurred'),
  reason: z.string().describe("the profile's reason, when known"),
  reproduced: z.boolean().describe('false: it did not come back when a live target was asked again'),
  failure: z
    .string()
    .nullable()
    .describe(
      'directory of the failure beside this file; null for recorded traces, and where another finding stands for it',
    ),
  steps: count.describe('steps of the shrunk scenario; 0 for recorded traces, and where another stands for it'),
  alike: z
    .string()
    .nullable()
    .describe('id of the finding that stands for it: the same rule in the same shape elsewhere; null: none does'),
});

const inputFinding = z.strictObject({ id: z.string(), count, line: count, index: count, known: z.boolean() });

const input = z.strictObject({
  name: z.string(),
  sha256: z.string(),
  format: z.string(),
  origin: named,
  profile: z.string().nullable(),
  complete: z.boolean().describe('read to its end'),
  problems: z.array(z.string()).describe('what is wrong with the input: sentences with file and line, the first ones'),
  problemCount: count,
  lines: count,
  unknownLines: count.describe('lines of no known form'),
  accesses: count,
  events: count,
  accessCounts: z.array(
    z.strictObject({ space: z.enum(['port', 'memory', 'config']), write: z.boolean(), width: count, count }),
  ),
  configurationReads: count,
  configurationWrites: count,
  absentReads: count,
  memoryAccesses: count,
  portAccesses: count,
  messages: count,
  undecoded: counts,
  functions: z.array(
    z.strictObject({ function: z.string(), vendor: z.string(), device: z.string(), classCode: z.string() }),
  ),
  choices: z.strictObject({ inForce: named, learned: named, excused }),
  rules: z.array(z.strictObject({ id: z.string(), exercised: count, broken: count })),
  knownBits: z.number().min(0).max(1),
  findings: z.array(inputFinding),
  notesOmitted: count,
});

const label = z.string().describe('#1: the place of a target on the command line');
const cell = z.strictObject({
  target: label,
  state: z
    .enum(['breaks', 'known', 'conforms', 'other', 'unbound', 'died', 'not seen'])
    .describe(
      'conforms: nothing was found with the same steps; other: they break other rules there; unbound: it has no such function; not seen: nothing to try',
    ),
  sameFunctions: z.boolean().describe('whether the steps spoke of functions of the same kinds as at the origin'),
  detail: z.string().describe('why unbound or died, the other rules, or empty'),
});
const comparison = z.strictObject({
  targets: z.array(
    z.strictObject({ label, name: z.string(), profile: z.string().nullable(), new: count, known: count }),
  ),
  findings: z.array(
    z.strictObject({
      id: z.string(),
      rule: z.string(),
      kind: z.string(),
      register: z.string(),
      shape: z.string(),
      scenario: z.string().describe('the steps that were tried on all: a file, or the id of a failure; or empty'),
      cells: z.array(cell),
    }),
  ),
  choices: z
    .array(
      z.strictObject({
        name: z.string(),
        kind: z.enum(['choice', 'deviation']),
        meaning: z.string(),
        rules: z.array(z.string()),
        values: z.array(z.strictObject({ target: label, value: z.string().nullable(), stated: z.boolean() })),
      }),
    )
    .describe('where targets differ and the specification, or a profile, allows each'),
  answers: z
    .array(
      z.strictObject({
        targets: z.tuple([label, label]),
        compared: count,
        differing: count,
        places: z
          .array(
            z.strictObject({
              text: z.string(),
              differing: count,
              scenario: z.string(),
              step: count.describe('from 0'),
              values: z.tuple([z.string(), z.string()]),
            }),
          )
          .describe('by the text of the step; scenario, step and values are those of the first that differs'),
      }),
    )
    .describe('reads of the same step on functions of the same kinds, where no rule was broken'),
});

export const resultsSchema = z.strictObject({
  schema: z.literal('barometer.results/1'),
  tool: z.string(),
  command: z.string(),
  target: z.strictObject({ kind: z.string() }),
  inputs: z.array(input).describe('one entry a trace or other input file, in order of name'),
  seed: z.string().nullable(),
  choices: z
    .strictObject({ inForce: named, learned: named, excused })
    .describe('inForce, learned: names on whose value all inputs that state one agree'),
  totals: z.strictObject({
    accesses: count,
    sweepAccesses: count,
    events: count,
    undecoded: count,
    rulesExercised: count,
    rulesBroken: count,
    divergences: count,
    findings: count,
    known: count,
    unreproduced: count,
    crashes: count,
    knownBits: z.number().min(0).max(1).describe('share of the bits known before present functions answered'),
  }),
  verdict: z
    .strictObject({
      status: z
        .union([z.literal(0), z.literal(1), z.literal(2), z.literal(130)])
        .describe(
          '0: the target conforms; 1: it diverges; 2: not everything could be judged or written; 130: interrupted',
        ),
      gating: z.array(z.string()).describe('identities of the findings that make the run fail'),
    })
    .describe('what the run came to; the exit status is the same'),
  rules: z.array(z.strictObject({ id: z.string(), exercised: count, broken: count })),
  notApplicable: z
    .array(z.string())
    .describe('rules about what no function of any input has: somebody looked for it, and it was not there'),
  findings: z.array(finding),
  profile: z.array(
    z.strictObject({
      profile: z.string(),
      line: count,
      id: z.string(),
      what: z.enum(['did not occur', 'has no reason', 'has expired']),
    }),
  ),
  objections: z
    .array(
      z.strictObject({
        kind: z
          .enum(['unbound', 'differing', 'undecoded', 'unsaved', 'interrupted'])
          .describe(
            'unbound: a scenario has no place on its target; differing: the target did not do the same twice; undecoded: nothing of a trace could be judged; unsaved: something could not be written; interrupted: somebody ended the run',
          ),
        where: z.string().describe('the scenario, the trace, the lane, or the place'),
        what: z.string(),
        fails: z
          .boolean()
          .describe('whether it makes the run fail; the first two kinds do with --strict, or if nothing else was run'),
      }),
    )
    .describe('what speaks against the run, beside findings and the profile'),
  notes: z.array(
    z.strictObject({
      input: z.string(),
      topic: z.string(),
      line: count,
      index: count,
      function: z.string(),
      text: z.string(),
      count,
    }),
  ),
  comparison: comparison.optional().describe('of a run with several targets'),
  campaign: z
    .strictObject({
      lanes: count.describe('parts that do not look at each other; with another number other programs are drawn'),
      shard: z.string().nullable().describe('I/N: only every N-th lane from the I-th on; null: all'),
      rounds: count.describe('of all targets'),
      features: count.describe(
        'rules judged, each by the state of its functions, and changes of that state; of all targets',
      ),
      kept: count.describe('stretches of steps that reached some of them first'),
      seeds: count.describe('scenarios of the corpus that had their turn'),
      unbound: count.describe('those of them that the target has no place for'),
      complete: z.boolean().describe('false: interrupted, or ended by the clock'),
    })
    .optional()
    .describe('of fuzz and merge'),
});

export type Results = z.infer<typeof resultsSchema>;
