/**
 * The model is right: what it knows at the end of each recorded scenario is what VMM and guest said at that moment, and
 * it knows enough that this means something.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareConfig, compareDump } from './config.ts';
import { EXPLAINED } from './explained.ts';
import { FLOORS, MEASURES } from './floors.ts';
import { measureKnowledge } from './knowledge.ts';
import { compareDecoded, compareResources } from './lspci.ts';
import { compareMap } from './mtree.ts';
import { compareMsix } from './msix.ts';
import { compareQuery } from './query-pci.ts';
import { replayScenario, SCENARIOS } from './scenario.ts';
import type { Comparison, Scenario } from './scenario.ts';

const SUBJECTS: Readonly<Record<string, (scenario: Scenario) => Comparison>> = {
  'configuration space': compareConfig,
  'lspci -xxxx': compareDump,
  'query-pci': compareQuery,
  'MSI-X': compareMsix,
  mtree: compareMap,
  'lspci -vvv': compareDecoded,
  'iomem and ioports': compareResources,
};

/** Entries of the list of explained differences that occurred. */
const occurred = new Set<number>();
/** Values compared, by subject and kind, over all scenarios. */
const totals: Record<string, number> = {};

describe.each(SCENARIOS)('%s', (name) => {
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await replayScenario(name);
  });

  test.each(Object.keys(SUBJECTS))('%s', (subject) => {
    const comparison = SUBJECTS[subject]!(scenario);
    for (const [kind, count] of Object.entries(comparison.counts)) {
      totals[`${subject}: ${kind}`] = (totals[`${subject}: ${kind}`] ?? 0) + count;
    }
    const open = comparison.differences.filter((difference) => {
      const entry = EXPLAINED.findIndex(
        (one) => one.subject === subject && one.scenarios.test(name) && one.difference.test(difference),
      );
      if (entry >= 0) occurred.add(entry);
      return entry < 0;
    });
    expect(open).toEqual([]);
  });

  test('the model knows enough', () => {
    const { counts } = measureKnowledge(scenario);
    const known = MEASURES.map((measure) => counts[measure] ?? 0);
    const floors = FLOORS[name] ?? [];
    if (process.env['BAROMETER_COUNTS'] !== undefined) process.stdout.write(`floor ${name}: ${known.join(', ')}\n`);
    expect(floors).toHaveLength(MEASURES.length);
    const short = MEASURES.filter((_, index) => known[index]! < floors[index]!);
    expect(short.map((measure) => `${measure}: ${counts[measure] ?? 0}`)).toEqual([]);
  });
});

test('every explained difference occurs', () => {
  const stale = EXPLAINED.filter((_, index) => !occurred.has(index));
  expect(stale.map(({ subject, difference }) => `${subject}: ${String(difference)}`)).toEqual([]);
});

/** A comparison that compares nothing is never wrong: so much was compared, less 2 %. */
const TOTALS: Readonly<Record<string, number>> = {
  'configuration space: known bits below 0x100': 198_000,
  'configuration space: known bits above': 3_140_000,
  'lspci -xxxx: bytes': 550_000,
  'query-pci: BAR sizes': 540,
  'query-pci: windows': 234,
  'MSI-X: whole dwords': 1570,
  'mtree: mapped pieces in regions that are on': 824,
  'lspci -vvv: fields': 5400,
  'lspci -vvv: words': 43_000,
  'iomem and ioports: BARs': 350,
};

test('every subject compared much', () => {
  const short = Object.entries(TOTALS).filter(([kind, floor]) => (totals[kind] ?? 0) < floor);
  expect(short.map(([kind]) => `${kind}: ${totals[kind] ?? 0}`)).toEqual([]);
});

afterAll(() => {
  if (process.env['BAROMETER_COUNTS'] === undefined) return;
  const lines = Object.entries(totals).map(([kind, count]) => `${kind}: ${count}`);
  process.stdout.write(`${lines.join('\n')}\n`);
});
