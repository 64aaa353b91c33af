/** Names of targets, as they stand on the command line: `emulated`, `emulated:FAULT[,FAULT]`, `qemu:ARGS`, `unix:PATH`, `exec:COMMAND`. */
import { excerpt } from '../access/text.ts';
import { didYouMean } from '../core/nearest.ts';
import { FAULTS, WAITING } from './emulated/index.ts';
import type { Fault, Waiting } from './emulated/index.ts';
import { TargetError } from './target-error.ts';
import type { WireKind } from './wire/open-wire.ts';

export type TargetName =
  /** `faults`: ids of the deliberate bugs that are switched on. */
  | { kind: 'emulated'; faults: ReadonlySet<string> }
  /** `rest`: what stands after the colon. */
  | { kind: WireKind; rest: string };

/** The faults that can be named, and those that cannot yet. */
export interface FaultCatalogue {
  faults: readonly Fault[];
  waiting: readonly Waiting[];
}

export const FAULT_CATALOGUE: FaultCatalogue = { faults: FAULTS, waiting: WAITING };

const WIRE: readonly WireKind[] = ['exec', 'unix', 'qemu'];

const EXAMPLES: Readonly<Record<WireKind, string>> = {
  exec: "'exec:./adapter --verbose'",
  unix: 'unix:/tmp/socket',
  qemu: "'qemu:-machine q35 -device e1000e'",
};

/** Throws a TargetError that says what is wrong with the name. */
export function parseTargetName(text: string, catalogue = FAULT_CATALOGUE): TargetName {
  const colon = text.indexOf(':');
  const kind = colon < 0 ? text : text.slice(0, colon);
  const wire = WIRE.find((one) => one === kind);
  if (wire !== undefined) {
    if (colon < 0) throw new TargetError(`${wire}: something is expected after it, as in ${EXAMPLES[wire]}`);
    return { kind: wire, rest: text.slice(colon + 1) };
  }
  if (kind !== 'emulated') {
    const hint = didYouMean(kind, ['emulated', ...WIRE]);
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
