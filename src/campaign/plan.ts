/** All that decides what a campaign does: who has the same plan does the same, on any machine. Plain data. */

import type { Profile } from '../check/profile.ts';
import { sha256 } from '../core/hash.ts';
import type { LayoutSource } from '../targets/open.ts';

export interface Plan {
  format: typeof PLAN_FORMAT;
  /** Name and version of the tool: another version may draw other programs. */
  tool: string;
  /** As the user typed it. */
  target: string;
  /** Hash of what the target says of itself. */
  description: string;
  layout: LayoutSource | null;
  /** Milliseconds that a target may take for an answer. */
  timeout: number;
  profile: Profile | null;
  /** Ids of rules that are not judged, ascending. */
  skip: readonly string[];
  seed: string;
  /** Accesses that the programs of all lanes ask for; null: as many as the time allows. */
  accesses: number | null;
  lanes: number;
  /** Steps of one program. */
  maxSteps: number;
  /** Whether programs are made with feedback. */
  guided: boolean;
  /** Scenarios to begin with, as text; null: no corpus was named. */
  corpus: readonly string[] | null;
  /** New findings after which it ends; 0: never. */
  stopAfterFindings: number;
  /** Runs that shrinking one finding may take. */
  shrinkRuns: number;
}

export const PLAN_FORMAT = 'barometer.campaign/3';

/** Lanes of a campaign that does not say how many, and accesses below which a lane is not worth its machine. */
const LANES = 16;
const LANE_AT_LEAST = 1000;

export function lanesFor(accesses: number | null): number {
  return accesses === null ? LANES : Math.max(1, Math.min(LANES, Math.floor(accesses / LANE_AT_LEAST)));
}

/** SHA-256 of a plan. */
export function planKey(plan: Plan): string {
  return sha256(JSON.stringify(plan));
}

/** What one lane may spend of the accesses; all lanes together have them all. */
export function budgetOf({ accesses, lanes }: Plan, lane: number): number {
  if (accesses === null) return Number.POSITIVE_INFINITY;
  return Math.floor(accesses / lanes) + (lane < accesses % lanes ? 1 : 0);
}

/** Part `number` of `of`, both from 1 on: every `of`-th lane. */
export interface Shard {
  number: number;
  of: number;
}

/** Numbers of the lanes of a campaign, or of one shard of it, ascending. */
export function lanesOf({ lanes }: Plan, shard?: Shard): number[] {
  const all = Array.from({ length: lanes }, (_, lane) => lane);
  return shard === undefined ? all : all.filter((lane) => lane % shard.of === shard.number - 1);
}

/** New findings after which a campaign ends. */
export function wantedBy({ stopAfterFindings }: Plan): number {
  return stopAfterFindings === 0 ? Number.POSITIVE_INFINITY : stopAfterFindings;
}

/** Names of what differs between two plans. */
export function differences(one: Plan, other: Plan): (keyof Plan)[] {
  const names = Object.keys(one) as (keyof Plan)[];
  return names.filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
}
