/**
 * A finding on a target behind a wire, as the lines that show it without Barometer: the run of its scenario, without the
 * accesses that neither the target nor the model needs.
 */

import { Access, PORT } from '../../access/access.ts';
import type { Target } from '../../access/target.ts';
import { TargetDied } from '../../access/target-died.ts';
import type { Divergence } from '../../model/verdict.ts';
import type { Program } from '../../scenario/steps.ts';
import { findingId } from '../finding.ts';
import { deathDivergence } from '../lockstep/death.ts';
import { Lockstep } from '../lockstep/lockstep.ts';
import { trial } from '../lockstep/trial.ts';
import type { TrialOptions, Wanted } from '../lockstep/trial.ts';
import { withoutStretches } from '../without-stretches.ts';
import type { Holds } from '../without-stretches.ts';
import { LoggedTarget, Playback } from './asked.ts';
import type { Asked } from './asked.ts';

/** A line that was sent to a target, and its answer; undefined: it has died of it. */
export interface Line {
  line: string;
  answer: string | undefined;
}

export interface Reproducer {
  lines: Line[];
  /** As it was found by these lines. */
  divergence: Divergence;
  /** Whether interrupts have a part in it: an event was made to happen, or a message came. */
  interrupts: boolean;
}

export interface ReproduceOptions extends TrialOptions {
  isWanted: Wanted;
  /** Fresh machines that it may take, beside four. */
  limit: number;
  /** Nobody waits for it any more. */
  stopped?(): boolean;
}

/** Ports of CONFIG_ADDRESS and CONFIG_DATA. */
const INDEX = 0xcf8;
const DATA_FIRST = 0xcfc;
const DATA_LAST = 0xcff;

/** Runs against what was answered before; they cost no target. */
const PLAYBACKS_AT_MOST = 3000;

/**
 * Makes the lines for the first finding of a program that is wanted. Undefined: the target has no lines, the finding
 * does not come back, or nobody waits.
 */
export function* reproducing(
  options: ReproduceOptions,
  program: Program,
): Generator<void, Reproducer | undefined, void> {
  const { isWanted } = options;
  let logged: LoggedTarget | undefined;
  const { divergences } = trial(
    { ...options, open: () => (logged = new LoggedTarget(options.open())) },
    program,
    isWanted,
  );
  const first = divergences.find((one) => isWanted(one));
  if (logged === undefined || first === undefined) return undefined;
  const attempt: Attempt = { options, id: findingId(first), logged };
  const short = yield* shortened(attempt);
  const lines: Line[] = [];
  let last: LoggedTarget | undefined;
  const divergence = broken(attempt, short, () => {
    last = new LoggedTarget(options.open());
    last.transcribe((line, answer) => void lines.push({ line, answer }));
    return last;
  });
  if (divergence === undefined || last === undefined || lines.length === 0) return undefined;
  const interrupts = last.asked.some((one) => 'command' in one || one.events.some(({ kind }) => kind === 'message'));
  return { lines, divergence, interrupts };
}

/** What was asked in the run that showed the finding, and how to ask it again. */
interface Attempt {
  options: ReproduceOptions;
  id: string;
  logged: LoggedTarget;
}

/**
 * First without the reads of which the model learns nothing that it needs: they rarely have an effect. Then without all
 * that it need not be told, were the answers the same. What does not hold on a fresh machine has more of them.
 */
function* shortened(attempt: Attempt): Generator<void, readonly Asked[], void> {
  const { options, id, logged } = attempt;
  const { asked, latest } = logged;
  const live = (candidate: readonly Asked[]): boolean => broken(attempt, candidate, () => options.open()) !== undefined;
  const onMachines = (groups: readonly Asked[][]) =>
    withoutStretches(
      groups,
      counted(options, options.limit, (candidate) => live(candidate.flat())),
    );
  // Who answers from a record does not die.
  if (id.startsWith('TARGET-')) return (yield* onMachines(grouped(asked))).flat();
  const played = (candidate: readonly Asked[]): boolean =>
    broken(attempt, candidate, () => new Playback(latest, candidate), true) !== undefined;
  const isRead = (one: Asked): boolean => 'access' in one && !one.access.write;
  const and = (reads: readonly Asked[]): Asked[] => {
    const kept = new Set(reads);
    return asked.filter((one) => !isRead(one) || kept.has(one));
  };
  const reads = yield* withoutStretches(
    asked.filter(isRead),
    counted(options, PLAYBACKS_AT_MOST, (candidate) => played(and(candidate))),
  );
  const groups = grouped(and(reads));
  const needed = yield* withoutStretches(
    groups,
    counted(options, PLAYBACKS_AT_MOST, (candidate) => played(candidate.flat())),
  );
  if (live(needed.flat())) return needed.flat();
  return (yield* onMachines(live(and(reads)) ? groups : grouped(asked))).flat();
}

/** An access to the data ports means nothing without the index in front of it (PCI 3.0 3.2.2.3.2), so they go together. */
function grouped(asked: readonly Asked[]): Asked[][] {
  const groups: Asked[][] = [];
  let indexed = false;
  for (const one of asked) {
    const port = 'access' in one && one.access.space === PORT ? one.access.addressLo : -1;
    if (indexed && port >= DATA_FIRST && port <= DATA_LAST) groups.at(-1)!.push(one);
    else groups.push([one]);
    if (port < DATA_FIRST || port > DATA_LAST) indexed = port === INDEX;
  }
  return groups;
}

function counted<T>(options: ReproduceOptions, limit: number, breaks: (candidate: readonly T[]) => boolean): Holds<T> {
  let runs = 0;
  return function* (candidate) {
    if (runs++ >= limit || options.stopped?.() === true) return false;
    const found = breaks(candidate);
    yield;
    return found;
  };
}

/** Asks a machine all this; the divergence of a finding, if it is met. `same`: accesses must be those objects. */
function broken(
  { options, id, logged }: Attempt,
  asked: readonly Asked[],
  open: () => Target,
  same = false,
): Divergence | undefined {
  let found: Divergence | undefined;
  let accesses = 0;
  const see = (divergence: Divergence): void => {
    if (found === undefined && findingId(divergence) === id) found = structuredClone(divergence);
  };
  const copy = (access: Access): Access => (same ? access : new Access().assign(access));
  let target: Target | undefined;
  try {
    target = open();
    const lockstep = new Lockstep(target, { choices: options.choices, skip: options.skip, divergence: see });
    // As after the enumeration, which is not repeated as such: functions behind bridges had their numbers.
    const { irq, kicks } = logged.latest.machine;
    Object.assign(lockstep.machine, irq === undefined ? {} : { irq }, kicks === undefined ? {} : { kicks });
    for (const one of asked) {
      if (found !== undefined) break;
      if ('access' in one) lockstep.access(copy(one.access));
      else lockstep.command(one.command);
      accesses = lockstep.accesses;
    }
    if (found === undefined) lockstep.finish();
  } catch (error) {
    if (!(error instanceof TargetDied)) throw error;
    // One that did not start shows nothing.
    if (target !== undefined) see(deathDivergence(error.death, accesses));
  } finally {
    target?.close?.();
  }
  return found;
}
