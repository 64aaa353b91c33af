import { describe, expect, test } from 'vitest';
import { kindOfFunction } from '../../src/check/finding.ts';
import type { Finding } from '../../src/check/finding.ts';
import type { CellsSnapshot, FunctionSnapshot } from '../../src/model/snapshot.ts';
import { FILTERED, judge, readWhole } from './whole-trace.ts';
import type { Entry } from './whole-trace.ts';

/**
 * Snapshots in recorded traces: a machine that is saved and restored at once is as it was, and one that goes back and is
 * used in the same way once more gives the same answers. So neither may make the model blame or forget anything.
 */

/** Per cent of the entries before each snapshot. */
const PLACES = [5, 20, 35, 50, 65, 80, 95];

const SAVE: Entry = { kind: 'save', line: 0 };
const RESTORE: Entry = { kind: 'restore', line: 0 };

/** Saves and restores at once at each of the places. */
function withPauses(entries: readonly Entry[]): Entry[] {
  const places = new Set(PLACES.map((percent) => Math.floor((entries.length * percent) / 100)));
  return entries.flatMap((entry, index) => (places.has(index) ? [SAVE, RESTORE, entry] : [entry]));
}

/** Goes back at each of the places to the one before, and does what lies between a second time. */
function withRepetitions(entries: readonly Entry[]): Entry[] {
  const borders = [0, ...PLACES.map((percent) => Math.floor((entries.length * percent) / 100)), entries.length];
  return borders.slice(1).flatMap((border, index) => {
    const part = entries.slice(borders[index], border);
    return index === 0 ? part : [SAVE, ...part, RESTORE, ...part];
  });
}

/** Function by function, what the model claims. What is merely remembered of bits that may change by themselves is left out. */
function claims(functions: readonly FunctionSnapshot[]): unknown[] {
  const cells = ({ value, known, hardwired }: CellsSnapshot): string =>
    JSON.stringify([...value].map((one, d) => [one & known[d]!, known[d], hardwired[d]]));
  return functions.map(({ config, msix, below, ...rest }) => ({
    ...rest,
    config: cells(config),
    msix: msix === undefined ? undefined : { ...msix, table: cells(msix.table) },
    below: claims(below),
  }));
}

/**
 * Which registers of which functions are blamed. A register that changes by itself after a restore may be blamed for
 * that, so the rule is left out.
 */
function blamed(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ first }) => `${kindOfFunction(first.function)}: ${first.register}`))].toSorted();
}

const VARIANTS = [
  { what: 'saved and restored at once', make: withPauses },
  { what: 'gone back and done once more', make: withRepetitions },
];

describe.each(VARIANTS)('$what', ({ make }) => {
  test.each(FILTERED)('%s', async (name) => {
    const { entries, machine } = await readWhole(name);
    const plain = judge(entries, machine);
    const changed = judge(make(entries), machine);
    expect(blamed(changed.findings)).toEqual(blamed(plain.findings));
    expect(claims(changed.end)).toEqual(claims(plain.end));
  });
});
