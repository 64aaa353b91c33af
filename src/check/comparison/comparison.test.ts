import { describe, expect, test } from 'vitest';
import { makeDivergence, makeFinding, makeReport } from '../../../test/support/make-report.ts';
import { kindOfFunction } from '../finding.ts';
import type { JudgedFinding } from '../trace-report.ts';
import { compare } from './comparison.ts';
import type { ScenarioRun } from './comparison.ts';

const NIC = kindOfFunction(makeDivergence().function);
const DISK = 'class 010601 8086:2922';

/** A run of `a.txt` in which nothing was found; `changes` make it another one. */
function makeRun(target: number, changes: Partial<ScenarioRun> = {}): ScenarioRun {
  return {
    scenario: 'a.txt',
    steps: ['config read fn.bar0 4', 'read fn.bar0 4'],
    target,
    state: 'ran',
    reason: '',
    findings: new Map(),
    kinds: [NIC],
    present: [NIC, DISK],
    answers: [],
    diverged: new Set(),
    ...changes,
  };
}

const showing = (...findings: JudgedFinding[]): Partial<ScenarioRun> => ({
  findings: new Map(findings.map((finding) => [finding.id, finding])),
});

describe('what a target does with a finding of another one', () => {
  const finding = makeFinding();
  const first = { label: '#1', name: 'one', reports: [makeReport({ findings: [finding] })] };
  const second = { label: '#2', name: 'two', reports: [makeReport()] };
  const cellOf = (run: ScenarioRun | undefined, reports = second.reports) => {
    const runs = [makeRun(0, showing(finding)), ...(run === undefined ? [] : [run])];
    const [row] = compare([first, { ...second, reports }], runs).findings;
    expect(row).toMatchObject({ id: finding.id, scenario: 'a.txt', kind: NIC });
    expect(row!.cells[0]).toMatchObject({ target: '#1', state: 'breaks', sameFunctions: true });
    return row!.cells[1]!;
  };

  test('after the same steps on the same kinds of functions it conforms', () => {
    expect(cellOf(makeRun(1))).toEqual({ target: '#2', state: 'conforms', sameFunctions: true, detail: '' });
  });

  test('on other kinds that is said, and so is what they do wrong', () => {
    const other = { kinds: [DISK], present: [DISK] };
    expect(cellOf(makeRun(1, other))).toMatchObject({ state: 'conforms', sameFunctions: false });
    const theirs = makeFinding({ function: { bdf: 8, vendor: 0x8086, device: 0x2922, classCode: 0x010601 } });
    expect(cellOf(makeRun(1, { ...other, ...showing(theirs) }))).toMatchObject({
      state: 'breaks',
      sameFunctions: false,
    });
  });

  test('what breaks another rule does not conform, unless that is known', () => {
    const other = makeFinding({ rule: 'BAR-014' });
    expect(cellOf(makeRun(1, showing(other)))).toMatchObject({ state: 'other', detail: 'BAR-014' });
    expect(cellOf(makeRun(1, showing({ ...other, known: true })))).toMatchObject({ state: 'conforms' });
    // With the steps of the first it broke that rule there, too.
    const [row] = compare(
      [first, second],
      [makeRun(0, showing(finding, other)), makeRun(1, showing(other))],
    ).findings.filter(({ id }) => id === finding.id);
    expect(row!.cells[1]!.state).toBe('conforms');
  });

  test('who has no such function does not conform', () => {
    const unbound = makeRun(1, { state: 'unbound', reason: 'fn: no function with MSI-X', kinds: [], present: [DISK] });
    expect(cellOf(unbound)).toMatchObject({ state: 'unbound', detail: 'fn: no function with MSI-X' });
    // The steps name nobody, so that they say nothing where the function is missing.
    const [row] = compare(
      [first, second],
      [makeRun(0, { ...showing(finding), kinds: [] }), makeRun(1, { kinds: [], present: [DISK] })],
    ).findings;
    expect(row!.cells[1]).toMatchObject({ state: 'unbound', detail: `no function of ${NIC}` });
  });

  test('known, died, and never asked', () => {
    const accepted = makeReport({ findings: [{ ...finding, known: true }], profile: 'mine.yaml' });
    expect(cellOf(makeRun(1), [accepted]).state).toBe('known');
    expect(cellOf(makeRun(1, { state: 'died', reason: 'It ended' }))).toMatchObject({
      state: 'died',
      detail: 'It ended',
    });
    expect(cellOf(undefined).state).toBe('not seen');
  });

  test('each target has its own count, and a finding of many reports is one', () => {
    const many = { ...first, reports: [makeReport({ findings: [finding] }), makeReport({ findings: [finding] })] };
    const accepted = makeReport({ findings: [{ ...finding, known: true }], profile: 'mine.yaml' });
    expect(compare([many, { ...second, reports: [accepted] }], []).targets).toEqual([
      { label: '#1', name: 'one', profile: null, new: 1, known: 0 },
      { label: '#2', name: 'two', profile: 'mine.yaml', new: 0, known: 1 },
    ]);
  });
});

describe('where targets differ and may', () => {
  const choices = (...reports: Parameters<typeof makeReport>[0][]) =>
    compare(
      reports.map((changes, index) => ({
        label: `#${index + 1}`,
        name: '',
        reports: [makeReport(changes)],
      })),
      [],
    ).choices;

  test('choices for which two values are known, with the rules that leave them open', () => {
    const found = choices(
      { learned: { ecam_qword: 'split', ext_empty: 'zero' } },
      { declared: { ecam_qword: 'ones' } },
      {},
    );
    expect(found).toMatchObject([
      {
        name: 'ecam_qword',
        kind: 'choice',
        rules: ['ECAM-006'],
        values: [
          { target: '#1', value: 'split', stated: false },
          { target: '#2', value: 'ones', stated: true },
          { target: '#3', value: null, stated: false },
        ],
      },
    ]);
    expect(choices({ learned: { ext_empty: 'zero' } }, { declared: { ext_empty: 'zero' } })).toEqual([]);
  });

  test('a deviation that one profile alone states', () => {
    expect(choices({ declared: { pm: 'cosmetic' } }, {})).toMatchObject([{ name: 'pm', kind: 'deviation' }]);
  });
});

describe('answers', () => {
  const answers = (...values: string[]): ScenarioRun['answers'] =>
    values.map((value, step) => ({ step, width: 4, value }));
  const targets = ['#1', '#2'].map((label) => ({ label, name: '', reports: [makeReport()] }));
  const compared = (one: Partial<ScenarioRun>, other: Partial<ScenarioRun>) =>
    compare(targets, [makeRun(0, one), makeRun(1, other)]).answers;

  test('differing ones are told by their steps', () => {
    expect(compared({ answers: answers('0x0', '0x1') }, { answers: answers('0x0', '0x2') })).toEqual([
      {
        targets: ['#1', '#2'],
        compared: 2,
        differing: 1,
        places: [{ text: 'read fn.bar0 4', differing: 1, scenario: 'a.txt', step: 1, values: ['0x1', '0x2'] }],
      },
    ]);
  });

  test('steps in which something diverged, and other kinds of functions, are not compared', () => {
    const one = { answers: answers('0x0', '0x1') };
    const other = { answers: answers('0x0', '0x2') };
    expect(compared(one, { ...other, diverged: new Set([1]) })).toMatchObject([{ compared: 1, differing: 0 }]);
    expect(compared(one, { ...other, kinds: [DISK] })).toEqual([]);
    expect(compared(one, { answers: [{ step: 0, width: 2, value: '0x0' }] })).toEqual([]);
  });
});
