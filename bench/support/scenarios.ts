/** The recorded scenarios, as the benches take them. */

import { existsSync, readdirSync } from 'node:fs';
import { emptyMachine } from '../../src/access/machine.ts';
import type { MachineDescription } from '../../src/access/machine.ts';
import { readProfile } from '../../src/check/profile.ts';
import { record } from './recording.ts';
import type { Recording } from './recording.ts';

const CORPUS = 'corpora/traces';

export interface Scenario {
  name: string;
  recording: Recording;
  machine: MachineDescription;
  choices: Readonly<Record<string, string>>;
  /** What runs in the machine, in the words of the trace. */
  guest: string;
  command: string;
}

/** Names of all scenarios that have a trace, in alphabetical order. */
export function scenarioNames(): string[] {
  if (!existsSync(CORPUS)) throw new Error(`there is no ${CORPUS} here: run benches from the root of the checkout`);
  const names = readdirSync(CORPUS).filter((name) => existsSync(tracePath(name)));
  return names.toSorted();
}

export function tracePath(name: string): string {
  return `${CORPUS}/${name}/trace.txt.gz`;
}

/** Reads a scenario with the profile beside it, as `barometer check` would. */
export async function loadScenario(name: string): Promise<Scenario> {
  const beside = `${CORPUS}/${name}/profile.yaml`;
  const profile = existsSync(beside) ? await readProfile(beside) : undefined;
  const recording = await record(tracePath(name), profile === undefined ? {} : { machine: profile.machine });
  const origin = recording.traceHeader?.origin;
  return {
    name,
    recording,
    machine: { ...emptyMachine(), ...recording.traceHeader?.machine, ...profile?.machine },
    choices: profile?.choices ?? {},
    guest: origin?.get('guest') ?? '',
    command: origin?.get('command') ?? '',
  };
}

/** Linux on x86 or on arm64, whatever firmware ran before it. */
export function isLinux({ guest }: Scenario): boolean {
  return /\bLinux\b/.test(guest);
}
