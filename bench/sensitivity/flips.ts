/** Draws flips for one scenario, and finds out what the checker makes of each. */

import { Access } from '../../src/access/access.ts';
import { findingId } from '../../src/check/finding.ts';
import { randomStream } from '../../src/core/random.ts';
import { Model } from '../../src/model/model.ts';
import type { ModelOptions } from '../../src/model/options.ts';
import type { Divergence, Note } from '../../src/model/verdict.ts';
import { play } from '../support/recording.ts';
import { isLinux } from '../support/scenarios.ts';
import type { Scenario } from '../support/scenarios.ts';
import { answersOf } from './answers.ts';
import type { Answer } from './answers.ts';
import { copyGraph } from './clone.ts';
import { knowledgeOf, reasonOf } from './inside.ts';
import type { Reason } from './inside.ts';
import { KnowledgeTable } from './knowledge.ts';
import { classOf, RARE_CLASSES } from './register-class.ts';
import type { RegisterClass } from './register-class.ts';
import { namingOf } from './rules-of-class.ts';
import type { Naming } from './rules-of-class.ts';

export type Outcome = 'at once' | 'later' | 'never';

export interface Flip {
  scenario: string;
  index: number;
  bdf: number;
  offset: number;
  bit: number;
  registerClass: RegisterClass;
  isConfiguration: boolean;
  present: boolean;
  after: boolean;
  outcome: Outcome;
  /** Rule of the first new divergence; empty when there is none. */
  rule: string;
  naming: Naming | undefined;
  /** No divergence, but a note that the clean run lacks. */
  noted: boolean;
  /** What the model knew of the bit. */
  reason: Reason;
  /** Drawn for its class: such flips are counted apart. */
  isExtra: boolean;
}

export interface ScenarioResult {
  scenario: string;
  isLinux: boolean;
  answers: number;
  flips: Flip[];
  knowledge: KnowledgeTable;
}

/** One flip before it is tried: a bit of an answer. */
interface Draw {
  answer: Answer;
  /** Bit of the answer, from 0. */
  bit: number;
  isExtra: boolean;
}

/** What a run said, by finding and place. */
class Witness {
  readonly divergences = new Set<string>();
  readonly notes = new Set<string>();
  /** First divergence that `clean` lacks. */
  fresh: Divergence | undefined;
  isNoted = false;
  private readonly clean: Witness | undefined;

  constructor(clean?: Witness) {
    this.clean = clean;
  }

  options(scenario: Scenario): ModelOptions {
    return {
      machine: scenario.machine,
      choices: scenario.choices,
      skip: new Set(),
      divergence: (divergence) => this.divergence(divergence),
      note: (note) => this.note(note),
    };
  }

  private divergence(divergence: Divergence): void {
    const key = `${divergence.index} ${findingId(divergence)}`;
    if (this.clean === undefined) this.divergences.add(key);
    else if (!this.clean.divergences.has(key)) this.fresh ??= divergence;
  }

  private note({ topic, index }: Note): void {
    const key = `${index} ${topic}`;
    if (this.clean === undefined) this.notes.add(key);
    else if (!this.clean.notes.has(key)) this.isNoted = true;
  }
}

export interface FlipOptions {
  seed: string;
  /** Flips in answers of present functions. */
  flips: number;
  /** Flips in answers of absent functions, counted apart. */
  absent: number;
  /** Further flips in each of the rare classes of registers. */
  extra: number;
  /** Compare every so many-th flip with a replay from the beginning; 0: none. */
  verify: number;
}

/** Draws and tries the flips of one scenario. */
export function flipScenario(scenario: Scenario, options: FlipOptions): ScenarioResult {
  const answers = answersOf(scenario);
  const present = answers.filter((answer) => answer.present);
  const absent = answers.filter((answer) => !answer.present);
  const draws = [
    ...draw(present, options.flips, `${options.seed}/${scenario.name}/present`),
    ...draw(absent, options.absent, `${options.seed}/${scenario.name}/absent`),
    ...RARE_CLASSES.flatMap((name) => drawOf(present, name, options.extra, `${options.seed}/${scenario.name}/${name}`)),
  ].toSorted((one, other) => one.answer.index - other.answer.index || one.bit - other.bit);
  const clean = new Witness();
  const model = new Model(clean.options(scenario));
  const knowledge = measureKnowledge(scenario, model, present);
  const flips = tryAll(scenario, draws, clean, options.verify);
  return { scenario: scenario.name, isLinux: isLinux(scenario), answers: present.length, flips, knowledge };
}

function draw(answers: readonly Answer[], count: number, stream: string): Draw[] {
  const random = randomStream(stream);
  const drawn = new Map<string, Draw>();
  const bits = answers.reduce((sum, { width }) => sum + 8 * width, 0);
  const wanted = Math.min(count, bits);
  while (drawn.size < wanted) {
    const answer = random.pick(answers);
    const bit = random.below(8 * answer.width);
    drawn.set(`${answer.index} ${bit}`, { answer, bit, isExtra: false });
  }
  return [...drawn.values()];
}

/** Draws among the bits of one class of registers. */
function drawOf(answers: readonly Answer[], name: RegisterClass, count: number, stream: string): Draw[] {
  const bytes = answers.flatMap((answer) =>
    Array.from({ length: answer.width }, (_, byte) => ({ answer, byte })).filter(
      ({ byte }) => classOf(answer, answer.offset + byte) === name,
    ),
  );
  const random = randomStream(stream);
  const drawn = new Map<string, Draw>();
  const wanted = Math.min(count, 8 * bytes.length);
  while (drawn.size < wanted) {
    const { answer, byte } = random.pick(bytes);
    const bit = 8 * byte + random.below(8);
    drawn.set(`${answer.index} ${bit}`, { answer, bit, isExtra: true });
  }
  return [...drawn.values()];
}

/** The clean run: what it says, and what the model knew of each answer beforehand. */
function measureKnowledge(scenario: Scenario, model: Model, answers: readonly Answer[]): KnowledgeTable {
  const table = new KnowledgeTable();
  let at = 0;
  for (const answer of answers) {
    if (answer.target !== 'configuration') continue;
    play(scenario.recording, model, at, answer.index);
    at = answer.index;
    const what = knowledgeOf(model, answer);
    table.add(answer, what);
  }
  play(scenario.recording, model, at);
  model.finish();
  return table;
}

/** Replays once, and branches off before each flip. */
function tryAll(scenario: Scenario, draws: readonly Draw[], clean: Witness, verify: number): Flip[] {
  const options = new Witness().options(scenario);
  const model = new Model(options);
  let at = 0;
  return draws.map((one, order) => {
    const { index } = one.answer;
    play(scenario.recording, model, at, index);
    at = index;
    const flip = tryOne(scenario, one, { model, options, clean });
    if (verify > 0 && order % verify === 0) {
      const whole = new Witness(clean);
      const own = whole.options(scenario);
      const fromStart = new Model(own);
      play(scenario.recording, fromStart, 0, index);
      const again = outcomeOf(scenario, one, fromStart, whole);
      if (again.outcome !== flip.outcome || again.rule !== flip.rule) {
        const place = `${scenario.name}, access ${index}, bit ${one.bit}`;
        throw new Error(`${place}: ${flip.outcome} ${flip.rule}, but from the start ${again.outcome} ${again.rule}`);
      }
    }
    return flip;
  });
}

function tryOne(scenario: Scenario, one: Draw, base: { model: Model; options: ModelOptions; clean: Witness }): Flip {
  const { answer, bit } = one;
  const witness = new Witness(base.clean);
  const { machine, choices, skip } = base.options;
  const copy = copyGraph(
    base.model,
    new Map<object, object>([
      [base.options, witness.options(scenario)],
      [machine, machine],
      // What is shared between models, and not copied.
      ...[choices, skip].flatMap((shared) => (shared === undefined ? [] : [[shared, shared] as const])),
    ]),
  );
  const byte = answer.offset + (bit >>> 3);
  const reason = reasonOf(base.model, answer, byte, bit & 7);
  const registerClass = classOf(answer, byte);
  const { outcome, rule } = outcomeOf(scenario, one, copy, witness);
  return {
    scenario: scenario.name,
    index: answer.index,
    bdf: answer.image.bdf,
    offset: byte,
    bit: bit & 7,
    registerClass,
    isConfiguration: answer.target === 'configuration',
    present: answer.present,
    after: answer.after,
    outcome,
    rule,
    naming: rule === '' ? undefined : namingOf(registerClass, rule),
    noted: rule === '' && witness.isNoted,
    reason,
    isExtra: one.isExtra,
  };
}

/** Gives the flipped answer to a model that stands before it, and goes on until something new is said. */
function outcomeOf(
  { recording }: Scenario,
  { answer, bit }: Draw,
  model: Model,
  witness: Witness,
): { outcome: Outcome; rule: string } {
  const access = new Access();
  recording.read(answer.index, access);
  if (bit < 32) access.valueLo ^= 1 << bit;
  else access.valueHi ^= 1 << (bit - 32);
  model.access(access);
  for (let row = answer.index + 1; row < recording.length && witness.fresh === undefined; row++) {
    const event = recording.read(row, access);
    if (event === undefined) model.access(access);
    else model.event(event);
  }
  if (witness.fresh === undefined) model.finish();
  const { fresh } = witness;
  if (fresh === undefined) return { outcome: 'never', rule: '' };
  return { outcome: fresh.index === answer.index ? 'at once' : 'later', rule: fresh.rule };
}
