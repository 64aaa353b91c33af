/** A recorded trace as scenarios: one for each function, of what the guest did to it. */

import type { Access } from '../../access/access.ts';
import { formatBdf } from '../../access/bdf.ts';
import type { EcamRange } from '../../access/machine.ts';
import type { TraceSink } from '../../access/source.ts';
import type { FunctionSnapshot } from '../../model/snapshot.ts';
import { formatScenario, parseScenario } from '../../scenario/grammar.ts';
import { stepCount } from '../../scenario/steps.ts';
import type { Profile } from '../profile.ts';
import { readAll } from '../reading.ts';
import { traceState } from '../trace-state.ts';
import { hashedInput } from '../hashed-input.ts';
import { ConfigurationAccesses } from './configuration-accesses.ts';
import { GuestSteps } from './guest-steps.ts';

export interface RecordedScenario {
  /** The function in the trace. */
  bdf: string;
  /** Its class, vendor and device, in hexadecimal. */
  identity: string;
  /** The scenario in its canonical text, without remarks. */
  text: string;
  steps: number;
}

export interface RecordedScenarios {
  scenarios: readonly RecordedScenario[];
  /** What is wrong with the trace, one sentence each; the first ones only. */
  problems: readonly string[];
  problemCount: number;
  complete: boolean;
}

const BRIDGE_CLASS = 6;

/**
 * Reads a trace twice, so that it must be a file: what its functions are is known at its end. Functions whose number the guest has given to others
 * meanwhile are told by their last one. Host bridges, ISA bridges and their like are left out: their registers are the
 * machine's own. Any error is a bug of Barometer.
 */
export async function recordedScenarios(
  path: string,
  name: string,
  profile: Profile | undefined,
): Promise<RecordedScenarios> {
  const state = await traceState(path, { name, ...(profile === undefined ? {} : { profile }) });
  const guests = new Map<number, GuestSteps>();
  const found = flat(state.snapshot.functions).filter((f) => f.headerType === 1 || f.classCode >>> 16 !== BRIDGE_CLASS);
  for (const f of found) guests.set(f.bdf, new GuestSteps(f));
  const { input } = await hashedInput(path, name);
  await readAll(input, new Guests(guests, state.snapshot.ecam), name, profile);
  const scenarios = found.flatMap((f): RecordedScenario[] => {
    const text = guests.get(f.bdf)?.text();
    if (text === undefined) return [];
    const { program } = parseScenario(text, name);
    const identity = [hex(f.classCode, 6), `${hex(f.vendor, 4)}:${hex(f.device, 4)}`].join(' ');
    return [{ bdf: formatBdf(f.bdf), identity, text: formatScenario(program), steps: stepCount(program) }];
  });
  const { problems, problemCount, complete } = state;
  return { scenarios, problems, problemCount, complete };
}

class Guests implements TraceSink {
  private readonly guests: ReadonlyMap<number, GuestSteps>;
  private readonly configuration: ConfigurationAccesses;

  /** `ecam`: where configuration space lay in memory, which some guests decide themselves. */
  constructor(guests: ReadonlyMap<number, GuestSteps>, ecam: readonly EcamRange[]) {
    this.guests = guests;
    this.configuration = new ConfigurationAccesses(ecam);
  }

  header(): void {}

  access(access: Access): void {
    const found = this.configuration.read(access);
    if (found !== undefined) this.guests.get(found.bdf)?.add(found);
  }

  event(): void {}
}

function flat(functions: readonly FunctionSnapshot[]): FunctionSnapshot[] {
  return functions.flatMap((f) => [f, ...flat(f.below)]);
}

function hex(value: number, digits: number): string {
  return value < 0 ? '?' : value.toString(16).padStart(digits, '0');
}
