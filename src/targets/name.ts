/** Names of targets, as they stand on the command line: `emulated`, `emulated:FAULT[,FAULT]`. */
import { excerpt } from '../access/text.ts';
import { didYouMean } from '../core/nearest.ts';
import { FAULTS, WAITING } from './emulated/index.ts';
import type { Fault, Waiting } from './emulated/index.ts';
import { TargetError } from './target-error.ts';

export interface TargetName {
  kind: 'emulated';
  /** Ids of the deliberate bugs that are switched on. */
  faults: ReadonlySet<string>;
}

/** The faults that can be named, and those that cannot yet. */
export interface FaultCatalogue {
  faults: readonly Fault[];
  waiting: readonly Waiting[];
}

export const FAULT_CATALOGUE: FaultCatalogue = { faults: FAULTS, waiting: WAITING };

/** Kinds of targets on a machine or behind a wire: their names are taken. */
const LIVE = ['qemu', 'unix', 'exec'];

/** Throws a TargetError that says what is wrong with the name. */
export function parseTargetName(text: string, catalogue = FAULT_CATALOGUE): TargetName {
  const colon = text.indexOf(':');
  const kind = colon < 0 ? text : text.slice(0, colon);
  if (LIVE.includes(kind)) {
    throw new TargetError(`${excerpt(text)}: live targets are not there yet; 'emulated' is the only target so far.`);
  }
  if (kind !== 'emulated') {
    const hint = didYouMean(kind, ['emulated', ...LIVE]);
    throw new TargetError(`${excerpt(text)}: there is no target of this name.${hint} Try: emulated`);
  }
  if (colon < 0) return { kind, faults: new Set() };
  const faults = text
    .slice(colon + 1)
    .split(',')
    .filter((id) => id !== '');
  if (faults.length === 0) throw new TargetError(`${text}: no fault is named after the colon. Try: barometer faults`);
  return { kind, faults: new Set(faults.map((id) => findFault(id, catalogue).id)) };
}

/** The fault of this id, whatever the case of its letters. Throws a TargetError for an unknown one. */
export function findFault(id: string, { faults, waiting }: FaultCatalogue): Fault {
  const same = (other: { id: string }): boolean => other.id.toLowerCase() === id.toLowerCase();
  const found = faults.find(same);
  if (found !== undefined) return found;
  const later = waiting.find(same);
  if (later !== undefined) throw new TargetError(`${later.id}: this fault cannot be switched on yet. ${later.why}`);
  const ids = faults.map((fault) => fault.id);
  throw new TargetError(`${excerpt(id)}: there is no fault of this name.${didYouMean(id, ids)} Try: barometer faults`);
}
