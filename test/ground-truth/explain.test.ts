/**
 * `barometer explain` over every recorded trace: each configuration access has a name, and what it says of the bytes that
 * the guest's own lspci has read is what that lspci said of them.
 */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatBdf } from '../../src/access/bdf.ts';
import { readProfile } from '../../src/check/profile.ts';
import { replayTrace } from '../../src/check/replay.ts';
import { traceSteps } from '../../src/check/trace-steps.ts';
import type { TraceSteps } from '../../src/check/trace-steps.ts';
import type { Decoder } from '../../src/model/decoder/decoder.ts';
import { Annotator } from '../../src/report/explain/annotate.ts';
import type { Annotation } from '../../src/report/explain/annotation.ts';
import { TOP } from '../support/repository.ts';
import { compareFields, LastReads } from './explain-lspci.ts';
import { SCENARIOS, truthText } from './scenario.ts';

/** Accesses that have a name, by what it is. */
interface Names {
  inStructures: number;
  absent: number;
  unnamed: string[];
  /** Outside the structures that were known at the moment. */
  outside: { bdf: number; offset: number; listKnown: boolean; text: string }[];
}

function addName(names: Names, { mechanism, place, structure, f, text, offset, bdf }: Annotation): void {
  if (mechanism === '') return;
  if (place === '' || /unknown|undefined|\?/i.test(place)) names.unnamed.push(`${text}: ${place}`);
  if (f === undefined) names.absent++;
  else if (structure !== '') names.inStructures++;
  else names.outside.push({ bdf, offset, listKnown: f.isListKnown(offset), text: `${text}: ${place}` });
}

/** What lies in a capability that is known at the end. */
function inCapability({ outside }: Names, decoder: Decoder): Names['outside'] {
  return outside.filter(({ bdf, offset }) =>
    decoder
      .find(bdf)
      ?.structures()
      .some((one) => offset >= one.offset && offset < one.offset + one.length),
  );
}

/** Milliseconds that the longest trace may take on a busy machine. */
const PATIENCE = 300_000;

/** Traces that are short enough to be judged twice. */
const TWICE = new Set(['seabios-q35', 'slof-pseries', 'linux-arm64-its', 'linux-arm64-smmu', 'linux-hotplug']);

let compared = 0;

describe.each(SCENARIOS)('%s', (name) => {
  const names: Names = { inStructures: 0, absent: 0, unnamed: [], outside: [] };
  const reads = new LastReads();
  let steps: TraceSteps;
  let decoder: Decoder;

  beforeAll(async () => {
    const annotator = new Annotator();
    const folder = join(TOP, 'corpora/traces', name);
    steps = await traceSteps(join(folder, 'trace.txt.gz'), {
      name,
      profile: await readProfile(join(folder, 'profile.yaml')),
      onStep: (step) => {
        ({ decoder } = step);
        const annotation = annotator.annotate(step);
        addName(names, annotation);
        reads.add(annotation);
      },
    });
  }, PATIENCE);

  test('every configuration access is named', () => {
    expect(steps).toMatchObject({ complete: true, problemCount: 0 });
    expect(names.unnamed).toEqual([]);
    // Who reads a capability before the list that leads to it (a dump by offset) is told that it is not known yet.
    const missed = inCapability(names, decoder);
    expect(missed.filter(({ listKnown }) => listKnown).map(({ text }) => text)).toEqual([]);
    expect(missed.filter(({ text }) => !text.endsWith('of no structure found so far'))).toEqual([]);
    expect(missed.length).toBeLessThan(names.inStructures / 50);
    expect(names.inStructures).toBeGreaterThan(50);
  });

  test('the same is found broken as by check', async () => {
    expect(steps.findings.filter(({ known }) => !known).map(({ id }) => id)).toEqual([]);
    if (!TWICE.has(name)) return;
    const folder = join(TOP, 'corpora/traces', name);
    const profile = await readProfile(join(folder, 'profile.yaml'));
    const { findings } = await replayTrace(join(folder, 'trace.txt.gz'), { profile });
    expect(steps.findings).toEqual(findings);
  });

  test('lspci says the same of the same bytes', () => {
    const guest = truthText(name, 'lspci-vvv.txt');
    if (guest === undefined) return;
    const { count, differences } = compareFields(guest, reads);
    compared += count;
    expect(differences.map(({ bdf, words }) => `${formatBdf(bdf)} ${words}`)).toEqual([]);
    expect(count).toBeGreaterThan(100);
  });
});

afterAll(() => {
  if (process.env['BAROMETER_COUNTS'] !== undefined) process.stdout.write(`fields of lspci: ${compared}\n`);
});

// A comparison that compares nothing is never wrong.
test('much was compared', () => {
  expect(compared).toBeGreaterThan(21_000);
});
