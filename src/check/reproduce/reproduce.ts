/**
 * A finding on a target behind a wire, as the lines that show it without Barometer: the run of its scenario, without the
 * accesses that neither the target nor the model needs.
 */

import { Access, PORT } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import type { Target } from '../../access/target.ts';
import { TargetDied } from '../../access/target-died.ts';
import type { Divergence } from '../../model/verdict.ts';
import type { Program } from '../../scenario/steps.ts';
import { findingId } from '../finding.ts';
import { deathDivergence } from '../lockstep/death.ts';
import { Lockstep } from '../lockstep/lockstep.ts';
import { trial } from '../lockstep/trial.ts';
import type { TrialOptions } from '../lockstep/trial.ts';
import { withoutStretches } from '../without-stretches.ts';
import type { Holds } from '../without-stretches.ts';
import { LoggedTarget, Playback } from './asked.ts';
import type { Asked } from './asked.ts';

/** A line that was sent to a target, and its answer. */
export interface Line {
  line: string;
  answer: string;
}

type Message = Extract<Event, { kind: 'message' }>;

export interface Reproducer {
  lines: Line[];
  /** As it was found by these lines. */
  divergence: Divergence;
  /** Messages that the lines cause, where the target's memory shows them. */
  messages: Message[];
}

/** Ports of CONFIG_ADDRESS and CONFIG_DATA. */
const INDEX = 0xcf8;
const DATA_FIRST = 0xcfc;
const DATA_LAST = 0xcff;

/** Runs against what was answered before; they cost no target. */
const PLAYBACKS_AT_MOST = 3000;

/**
 * Makes the lines for the first finding by which a program breaks a rule, with at most `limit` fresh machines and three.
 * Undefined: the target has no lines, or the finding does not come back.
 */
export function* reproducing(
  options: TrialOptions,
  program: Program,
  rule: string,
  limit: number,
): Generator<void, Reproducer | undefined, void> {
  const opened: LoggedTarget[] = [];
  const open = (): LoggedTarget => {
    const target = new LoggedTarget(options.open());
    opened.push(target);
    return target;
  };
  const { divergences } = trial({ ...options, open }, program, rule);
  const [logged] = opened;
  const first = divergences.find((one) => one.rule === rule);
  if (logged === undefined || first === undefined) return undefined;
  const id = findingId(first);
  const short = yield* shortened(logged, options, id, limit);
  const lines: Line[] = [];
  const last = new LoggedTarget(options.open());
  last.transcribe((line, answer) => void lines.push({ line, answer }));
  const divergence = broken(short, () => last, options, id);
  if (divergence === undefined || lines.length === 0) return undefined;
  const inMemory = (logged.first.machine.messages ?? []).length > 0;
  return { lines, divergence, messages: inMemory ? last.asked.flatMap(messagesOf) : [] };
}

function messagesOf(one: Asked): Message[] {
  const recipe = 'recipe' in one ? one.recipe : [];
  return [...recipe, one].flatMap(({ events }) => events.filter((event) => event.kind === 'message'));
}

/**
 * First without the reads of which the model learns nothing that it needs: without effect they may go whatever the target
 * does. Then without all that it need not be told, were the answers the same; if that does not hold on a fresh machine, what
 * can go is found with more of them.
 */
function* shortened(
  { asked, first }: LoggedTarget,
  options: TrialOptions,
  id: string,
  limit: number,
): Generator<void, readonly Asked[], void> {
  const played = (candidate: readonly Asked[]): Divergence | undefined =>
    broken(candidate, () => new Playback(first, candidate), options, id, true);
  const live = (candidate: readonly Asked[]): Divergence | undefined =>
    broken(candidate, () => options.open(), options, id);
  const isRead = (one: Asked): boolean => 'access' in one && !one.access.write;
  const and = (reads: readonly Asked[]): Asked[] => {
    const kept = new Set(reads);
    return asked.filter((one) => !isRead(one) || kept.has(one));
  };
  const reads = yield* withoutStretches(
    asked.filter(isRead),
    counted(PLAYBACKS_AT_MOST, (candidate) => played(and(candidate))),
  );
  const groups = grouped(and(reads));
  const needed = yield* withoutStretches(
    groups,
    counted(PLAYBACKS_AT_MOST, (candidate) => played(candidate.flat())),
  );
  if (live(needed.flat()) !== undefined) return needed.flat();
  return (yield* withoutStretches(
    groups,
    counted(limit, (candidate) => live(candidate.flat())),
  )).flat();
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

function counted<T>(limit: number, broken: (candidate: readonly T[]) => Divergence | undefined): Holds<T> {
  let runs = 0;
  return function* (candidate) {
    if (runs++ >= limit) return false;
    const found = broken(candidate) !== undefined;
    yield;
    return found;
  };
}

/** Asks a machine all this; the divergence of a finding, if it is met. `same`: accesses must be those objects. */
function broken(
  asked: readonly Asked[],
  open: () => Target,
  options: TrialOptions,
  id: string,
  same = false,
): Divergence | undefined {
  let found: Divergence | undefined;
  const see = (divergence: Divergence): void => {
    if (found === undefined && findingId(divergence) === id) found = structuredClone(divergence);
  };
  const target = open();
  const lockstep = new Lockstep(target, { choices: options.choices, skip: options.skip, divergence: see });
  const copy = (access: Access): Access => (same ? access : new Access().assign(access));
  try {
    for (const one of asked) {
      if (found !== undefined) break;
      if ('access' in one) lockstep.access(copy(one.access));
      else lockstep.command(one.command);
    }
    if (found === undefined) lockstep.finish();
  } catch (error) {
    if (!(error instanceof TargetDied)) throw error;
    see(deathDivergence(error.death, lockstep.accesses));
  } finally {
    target.close?.();
  }
  return found;
}
