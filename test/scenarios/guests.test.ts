/** Scenarios out of recorded traces: they are what the traces say, and nothing is found on a machine without faults. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recordedScenarios } from '../../src/check/recorded/recorded-scenarios.ts';
import { trial } from '../../src/check/lockstep/trial.ts';
import { loadProfile, placeBesideTrace } from '../../src/cli/find-profile.ts';
import { parseScenario } from '../../src/scenario/grammar.ts';
import { createEmulated, DEFAULT_LAYOUT } from '../../src/targets/emulated/index.ts';
import { TOP } from '../support/repository.ts';

const FOLDER = join(TOP, 'corpora/scenarios/guests');
const files = readdirSync(FOLDER);
const traceOf = (file: string): string => file.replace(/(-[0-9a-f]{2}){2}-[0-7]\.txt$/, '');
const traces = [...new Set(files.map(traceOf))];

test('Linux, SeaBIOS, EDK2 and others are among the guests', () => {
  for (const guest of ['linux-q35', 'seabios-q35', 'ovmf-linux', 'uboot-x86', 'grub', 'ipxe-pxe'])
    expect(traces).toContain(guest);
});

test.each(traces)('%s: the scenarios say what the trace says', async (trace) => {
  const path = join(TOP, `corpora/traces/${trace}/trace.txt.gz`);
  const place = placeBesideTrace(path);
  const profile = place === undefined ? undefined : await loadProfile(place);
  const { scenarios, problemCount } = await recordedScenarios(path, trace, profile);
  expect(problemCount).toBe(0);
  const texts = new Map(scenarios.map(({ bdf, text }) => [`${trace}-${bdf.replace(/[:.]/g, '-')}.txt`, text]));
  // What is like another one is written once.
  const all = files.map((file) => readFileSync(join(FOLDER, file), 'utf8').replace(/^.*\n/, ''));
  for (const text of texts.values()) expect(all).toContain(text);
  for (const file of files.filter((name) => traceOf(name) === trace)) {
    const [remark, ...rest] = readFileSync(join(FOLDER, file), 'utf8').split('\n');
    expect(remark).toMatch(/^# What the guest of /);
    expect(rest.join('\n')).toBe(texts.get(file));
  }
});

describe.each(files)('%s', (file) => {
  test('finds nothing on the emulated target, where it binds', () => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const { program } = parseScenario(text, file);
    const options = { open: () => createEmulated({ layout: DEFAULT_LAYOUT }), choices: {}, skip: new Set<string>() };
    const { divergences, unbound } = trial(options, program);
    // The default machine has no port with both; all that is asked for elsewhere is there.
    const isLacking = text.includes('need fn bridge') && text.includes('need fn aer') && text.includes('need fn msix');
    expect(unbound === undefined).toBe(!isLacking);
    expect(divergences).toEqual([]);
  });
});
