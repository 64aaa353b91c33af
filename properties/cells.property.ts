/** The cells of the model against a model that keeps, bit by bit, everything that could still be so. */

import fc from 'fast-check';
import { test } from 'vitest';
import { CAUSE_FLR, Cells } from '../src/model/cells.ts';
import type { ResetLevel } from '../src/model/cells.ts';
import type { Attribute } from '../src/spec/register.ts';
import { law, many, part } from './support/law.ts';

const KINDS = [
  'RO',
  'RW',
  'choice',
  'choice0',
  'zero',
  'RW1C',
  'volatile',
  'open',
] as const satisfies readonly Attribute[];
type Kind = (typeof KINDS)[number];

/** What a bit could be: a wire of one value, a latch that holds one, a status bit that holds one. */
interface Guess {
  what: 'wire' | 'latch' | 'status';
  value: 0 | 1;
}

/** How a bit behaves at a reset. */
interface Reset {
  /** Undefined: anything. */
  value: 0 | 1 | undefined;
  sticky: boolean;
  flr: 'keep' | 'open' | undefined;
}

/** Everything that a bit of a kind could be before anybody looks. */
function guesses(kind: Kind): Guess[] {
  const both = (what: Guess['what']): Guess[] => [
    { what, value: 0 },
    { what, value: 1 },
  ];
  switch (kind) {
    case 'RO':
      return both('wire');
    case 'RW':
      return both('latch');
    case 'choice':
      return [...both('latch'), ...both('wire')];
    case 'choice0':
      return [...both('latch'), { what: 'wire', value: 0 }];
    case 'zero':
      return [{ what: 'wire', value: 0 }];
    case 'RW1C':
      return both('status');
    case 'volatile':
    case 'open':
      return [];
  }
}

/** A bit of the device with all that it could be; an empty list: nothing can be said of it. */
class Bit {
  readonly kind: Kind;
  readonly reset: Reset;
  could: Guess[];
  truth: Guess;
  /** What happened to it, for people. */
  readonly past: string[] = [];

  constructor(kind: Kind, reset: Reset, drawn: number) {
    this.kind = kind;
    this.reset = reset;
    this.could = guesses(kind);
    this.truth = { ...(this.could[drawn % Math.max(this.could.length, 1)] ?? { what: 'status', value: 0 }) };
  }

  private each(change: (guess: Guess) => Guess[]): void {
    this.could = unique(this.could.flatMap(change));
  }

  write(bit: 0 | 1): void {
    this.past.push(`write ${bit}`);
    const change = (guess: Guess): Guess => ({
      ...guess,
      value: guess.what === 'latch' ? bit : guess.what === 'status' && bit === 1 ? 0 : guess.value,
    });
    this.truth = change(this.truth);
    this.each((guess) => [change(guess)]);
  }

  /** What a read may give. A status bit may have become 1 in the meantime. */
  may(bit: 0 | 1): boolean {
    return (
      this.could.length === 0 ||
      this.could.some((guess) => guess.value === bit || (guess.what === 'status' && bit === 1))
    );
  }

  read(bit: 0 | 1): void {
    this.past.push(`read ${bit}`);
    this.each((guess) =>
      guess.what === 'status' ? [{ what: 'status', value: bit }] : guess.value === bit ? [guess] : [],
    );
  }

  resetBy(level: ResetLevel, drawn: number): void {
    this.past.push(`reset ${level}`);
    const { value, sticky, flr } = this.reset;
    const kept = (sticky && level !== 'power' && level !== 'slot') || (level === 'flr' && flr === 'keep');
    if (kept) return;
    const open = value === undefined || (level === 'flr' && flr === 'open');
    const change = (guess: Guess): Guess[] => {
      if (guess.what === 'wire') return [guess];
      if (open) return [0, 1].map((one) => ({ ...guess, value: one as 0 | 1 }));
      return [{ ...guess, value }];
    };
    const truths = change(this.truth);
    this.truth = truths[drawn % truths.length]!;
    this.each(change);
  }

  forget(drawn: number): void {
    this.past.push('gap');
    const change = (guess: Guess): Guess[] =>
      guess.what === 'wire' ? [guess] : [0, 1].map((one) => ({ ...guess, value: one as 0 | 1 }));
    const truths = change(this.truth);
    this.truth = truths[drawn % truths.length]!;
    this.each(change);
  }
}

function unique(list: readonly Guess[]): Guess[] {
  return list.filter((one, n) => list.findIndex((other) => other.what === one.what && other.value === one.value) === n);
}

type Step =
  | { kind: 'read' | 'write'; offset: number; width: number; data: number }
  | { kind: 'reset'; level: ResetLevel; data: number }
  | { kind: 'forget'; data: number };

const access: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom('read' as const, 'write' as const), part())
  .map(([kind, { offset, width, data }]) => ({ kind, offset, width, data }));

const reset: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('reset' as const),
  level: fc.constantFrom<ResetLevel>('power', 'machine', 'slot', 'conventional', 'flr'),
  data: fc.nat(),
});

const forget: fc.Arbitrary<Step> = fc.record({ kind: fc.constant('forget' as const), data: fc.nat() });

const layout = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    drawn: fc.nat(),
    value: fc.constantFrom<0 | 1 | undefined>(0, 1, undefined),
    sticky: fc.boolean(),
    flr: fc.constantFrom<'keep' | 'open' | undefined>('keep', 'open', undefined),
  }),
  { minLength: 32, maxLength: 32 },
);

/** One dword of cells, and the bits of a device that they describe. */
function build(fields: readonly ({ kind: Kind; drawn: number } & Reset)[]): { cells: Cells; bits: Bit[] } {
  const cells = new Cells(1);
  const bits = fields.map((field, n) => {
    cells.declare(0, 1 << n, field.kind);
    cells.declareReset(0, 1 << n, field.value === undefined ? undefined : field.value << n, field.sticky, field.flr);
    return new Bit(field.kind, field, field.drawn);
  });
  return { cells, bits };
}

const bitAt = (word: number, n: number): 0 | 1 => (((word >>> n) & 1) === 1 ? 1 : 0);
const maskOf = (step: { offset: number; width: number }): number =>
  ((2 ** (8 * step.width) - 1) * 2 ** (8 * step.offset)) | 0;

/** What the device answers: the true bits, status bits that may have come up, noise where nothing is defined. */
function answerOf(bits: readonly Bit[], noise: number): number {
  return bits.reduce((word, { truth, could }, n) => {
    const free = could.length === 0 || truth.what === 'status';
    const value = free && bitAt(noise, n) === 1 ? 1 : truth.value;
    return word | (value << n);
  }, 0);
}

/** Lets both models see a step; `judge` looks at each answer before it is learned. */
function play(
  cells: Cells,
  bits: readonly Bit[],
  steps: readonly Step[],
  judge: (mask: number, answer: number) => void,
): void {
  for (const [at, step] of steps.entries()) {
    if (step.kind === 'reset') {
      cells.reset(step.level, CAUSE_FLR, at);
      for (const [n, bit] of bits.entries()) bit.resetBy(step.level, step.data >>> n);
    } else if (step.kind === 'forget') {
      cells.forgetVariables();
      for (const [n, bit] of bits.entries()) bit.forget(step.data >>> n);
    } else {
      const mask = maskOf(step);
      const inside = bits.map((bit, n) => ({ bit, n })).filter(({ n }) => bitAt(mask, n) === 1);
      const data = Number(BigInt.asIntN(32, BigInt(step.data) << BigInt(8 * step.offset)));
      if (step.kind === 'write') {
        cells.write(0, mask, data, at, step.width);
        for (const { bit, n } of inside) bit.write(bitAt(data, n));
      } else {
        const answer = answerOf(bits, step.data) & mask;
        judge(mask, answer);
        cells.learn(0, mask, answer, at, step.width);
        for (const { bit, n } of inside) {
          if (bit.truth.what === 'status') bit.truth = { what: 'status', value: bitAt(answer, n) };
          bit.read(bitAt(answer, n));
        }
      }
    }
  }
}

function fail(what: string, n: number, { kind, reset: { value, sticky, flr }, past }: Bit): never {
  const kinds = `${kind}, reset ${value ?? 'open'}${sticky ? ', sticky' : ''}${flr === undefined ? '' : `, FLR ${flr}`}`;
  throw new Error(`bit ${n} (${kinds}) after ${past.join(', ')}: ${what}`);
}

test(
  'BAR-003, CMD-001, HDR-016: reads and writes contradict exactly what no bit could be',
  law(
    fc.tuple(layout, many(access, 20)),
    ([fields, steps]) => {
      const { cells, bits } = build(fields);
      play(cells, bits, steps, (mask, answer) => {
        for (const [n, bit] of bits.entries()) {
          if (bitAt(mask, n) === 0) continue;
          for (const flip of [0, 1 << n]) {
            const wrong = (cells.contradiction(0, mask, answer ^ flip) & (1 << n)) !== 0;
            const may = bit.may(bitAt(answer ^ flip, n));
            if (wrong === may) fail(may ? 'a possible value is refused' : 'an impossible value is accepted', n, bit);
          }
        }
      });
    },
    300,
  ),
);

test(
  'RST-001, RST-003, AER-002: after resets and gaps no possible value is refused',
  law(
    fc.tuple(
      layout,
      many(
        fc.oneof({ weight: 5, arbitrary: access }, { weight: 1, arbitrary: reset }, { weight: 1, arbitrary: forget }),
        20,
      ),
    ),
    ([fields, steps]) => {
      const { cells, bits } = build(fields);
      play(cells, bits, steps, (mask, answer) => {
        const wrong = cells.contradiction(0, mask, answer);
        for (const [n, bit] of bits.entries())
          if (bitAt(wrong, n) === 1) fail('what the device holds is refused', n, bit);
      });
    },
    300,
  ),
);

test(
  'RST-001: after a reset a bit that is known to be writable has its reset value, and nothing else is accepted',
  law(
    fc.tuple(layout, fc.integer(), fc.constantFrom<ResetLevel>('power', 'machine', 'slot', 'conventional', 'flr')),
    ([fields, data, level]) => {
      const { cells, bits } = build(fields);
      const whole = { offset: 0, width: 4 };
      const steps: Step[] = [data, ~data, data].flatMap((word) => [
        { kind: 'write', ...whole, data: word >>> 0 },
        { kind: 'read', ...whole, data: 0 },
      ]);
      play(cells, bits, [...steps, { kind: 'reset', level, data: 0 }], () => undefined);
      for (const [n, bit] of bits.entries()) {
        const known = bit.could.length === 1 && bit.truth.what !== 'status';
        const wrong = (cells.contradiction(0, -1, (1 - bit.truth.value) << n) & (1 << n)) !== 0;
        if (known && !wrong) fail('a value that the reset does not give is accepted', n, bit);
      }
    },
  ),
);

test(
  'ECAM-005, CAM-006: a write that perhaps did not arrive leaves the old and the new dword possible',
  law(
    fc.tuple(layout, many(fc.tuple(access, fc.boolean(), fc.boolean()), 16)),
    ([fields, steps]) => {
      const { cells, bits } = build(fields);
      for (const [at, [step, perhaps, arrives]] of steps.entries()) {
        if (step.kind !== 'write' || !perhaps) {
          play(cells, bits, [step], (mask, answer) => {
            const wrong = cells.contradiction(0, mask, answer);
            for (const [n, bit] of bits.entries())
              if (bitAt(wrong, n) === 1) fail('what the device holds is refused', n, bit);
          });
          continue;
        }
        const mask = maskOf(step);
        const data = Number(BigInt.asIntN(32, BigInt(step.data) << BigInt(8 * step.offset)));
        cells.writePerhaps(0, mask, data, at, step.width);
        for (const [n, bit] of bits.entries()) {
          if (bitAt(mask, n) === 0) continue;
          bit.past.push('perhaps');
          if (arrives) bit.write(bitAt(data, n));
          else bit.past.push(`lost ${bitAt(data, n)}`);
        }
      }
    },
    300,
  ),
);
