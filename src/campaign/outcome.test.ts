import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding } from '../check/finding.ts';
import { findingOf } from '../check/finding.ts';
import { Outcome } from './outcome.ts';
import type { Round } from './round.ts';

const finding = (number: number): Finding =>
  findingOf({
    rule: 'BAR-003',
    index: 0,
    line: 0,
    register: `BAR ${number}`,
    shape: '',
    expected: '',
    actual: '',
    explanation: '',
  });

/** Rounds of a lane, of which each came to some of a few findings. */
function roundsOf(lane: number, came: readonly (readonly number[])[]): Round[] {
  const known = new Set<string>();
  return came.map((numbers, round) => {
    const all = [...new Set(numbers)].map(finding);
    const fresh = all.filter(({ id }) => !known.has(id));
    const again = Object.fromEntries(all.filter(({ id }) => known.has(id)).map(({ id }) => [id, 1]));
    for (const { id } of fresh) known.add(id);
    return {
      lane,
      round,
      machines: 1,
      asked: 10 + lane,
      accesses: 30,
      sweepAccesses: 20 - lane,
      seeds: 1,
      unbound: lane % 2,
      events: 1,
      accessCounts: [{ space: 'memory', write: false, width: 4, count: 30 }],
      configurationReads: 1,
      configurationWrites: 1,
      absentReads: 1,
      memoryAccesses: 1,
      portAccesses: 1,
      messages: 1,
      bitsKnown: 1,
      bitsAnswered: 2,
      parts: [],
      undecoded: {},
      functions: [{ bdf: lane * 256 + round, vendor: 1, device: 1, classCode: 1 }],
      exercised: { 'BAR-003': 1 },
      learned: { choice: `${lane} ${round}` },
      excused: {},
      ended: round === came.length - 1,
      cut: false,
      findings: fresh,
      again,
      found: fresh.map(({ id }) => ({ id, accesses: 1, program: 0, steps: 1 })),
      programs: ['reset\n'],
      taught: null,
    };
  });
}

const lanes = fc.array(fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 5,
});

/** What it has come to, when the rounds have come in an order that `picks` chooses. */
function outcomeOf(all: readonly Round[][], wanted: number, picks: readonly number[]) {
  const told: string[] = [];
  const outcome = new Outcome(
    all.map((_, lane) => lane),
    undefined,
    wanted,
    ({ id }) => told.push(id),
  );
  const left = all.map((rounds) => [...rounds]);
  for (let turn = 0; left.some((rounds) => rounds.length > 0); turn++) {
    const some = left.filter((rounds) => rounds.length > 0);
    outcome.add(some[(picks[turn] ?? 0) % some.length]!.shift()!);
  }
  outcome.finish();
  const { asked, sweepAccesses, rounds, complete, found } = outcome;
  return { asked, sweepAccesses, rounds, complete, found, told, report: outcome.tally.report('a target') };
}

test('it is the same in whatever order the rounds come', () => {
  const picks = fc.array(fc.nat(20), { maxLength: 30 });
  fc.assert(
    fc.property(lanes, fc.integer({ min: 1, max: 12 }), picks, (came, wanted, order) => {
      const all = came.map((rounds, lane) => roundsOf(lane, rounds));
      expect(outcomeOf(all, wanted, order)).toEqual(outcomeOf(all, wanted, []));
    }),
  );
});

test('findings stand in the order of round and lane, and what comes behind the last that is wanted does not count', () => {
  const all = [roundsOf(0, [[1], [3]]), roundsOf(1, [[2, 1], [4]]), roundsOf(2, [[], [1, 5], [6]])];
  const whole = outcomeOf(all, 100, [2, 2, 2]);
  const ids = (...numbers: number[]): string[] => numbers.map((number) => finding(number).id);
  expect(whole.told).toEqual(ids(1, 2, 3, 4, 5, 6));
  expect(whole.found.map(({ lane, round }) => [lane, round])).toEqual([
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
    [2, 1],
    [2, 2],
  ]);
  expect(whole.rounds).toBe(7);
  expect(whole.report.findings.map(({ id, count }) => [id, count])).toEqual(
    ids(1, 2, 3, 4, 5, 6).map((id, index) => [id, index === 0 ? 3 : 1]),
  );
  const part = outcomeOf(all, 3, [2, 2, 2]);
  expect(part).toMatchObject({ complete: true, rounds: 4, asked: 10 + 11 + 12 + 10, told: ids(1, 2, 3) });
});

test('a lane that has not come far enough does not keep the others from counting in the end', () => {
  const [first, second] = [roundsOf(0, [[1], [2], [3]]), roundsOf(1, [[4], [5], [6]])];
  const outcome = new Outcome([0, 1], undefined, Number.POSITIVE_INFINITY);
  for (const round of second) outcome.add(round);
  outcome.add(first[0]!);
  expect(outcome.rounds).toBe(2);
  outcome.finish();
  expect(outcome.found.map(({ finding: { id } }) => id)).toEqual([1, 4, 5, 6].map((number) => finding(number).id));
});
