/** One demonstration that a rule bites: a trace that breaks exactly this rule, and its conforming twin. */
export interface RuleCase {
  /** Rule that the violating form breaks, and nothing else. */
  rule: string;
  /** What the case shows, one sentence. */
  title: string;
  /** Choices and deviations in force, e.g. `{ hole: 'ones' }`. */
  choices?: Record<string, string>;
  /**
   * `divergence` (the default): the violating form is a divergence of this rule. `note`: the rule is an obligation of
   * the guest, and the violating form yields exactly this note. `may`: every conforming form is an allowed one, and
   * the violating form lies outside of all of them.
   */
  kind?: 'divergence' | 'note' | 'may';
  /** Words of a `machine` line that are added to the machine of all cases; a key given here replaces its own. */
  machine?: string;
  /** The same for the violating form, where the machine itself is what is wrong; the steps may then be equal. */
  violatingMachine?: string;
  /** Whether the machine is judged at the end as one at rest: address assignment (see src/check/at-rest.ts). */
  atRest?: boolean;
  /** Preambles by name (see the files given*.ts), in order. */
  given: readonly string[];
  /**
   * Trace lines in the text notation, with the macros of expand.ts. `A | B` at the end of a line: A in the conforming
   * form, B in the violating one. `A || C | B`: the conforming form exists with A and with C. A line that begins with
   * `+! ` is only in the conforming forms, one that begins with `-! ` only in the violating form.
   */
  steps: string;
}
