/**
 * Resets that the source does not show. A register that is wholly back at its reset value may mean that its function
 * was reset unseen: then what was known is put aside, and the next answer that tells the two apart decides.
 */

import type { Access } from '../../access/access.ts';
import { barIndexAt, ROM_INDEX } from '../layout/base-address.ts';
import type { WrongAnswer } from '../blame/blame.ts';
import { CAUSE_UNSEEN } from '../cells.ts';
import type { Cells } from '../cells.ts';
import type { PciFunction } from '../function.ts';
import { ROLE_BAR, ROLE_ROM } from '../function.ts';
import { discoverTable } from '../interrupts/msix-table.ts';
import type { MsixTable } from '../interrupts/msix-table.ts';
import type { MachineState } from '../state.ts';

/** What was known before the assumption, and the answer that led to it. */
export interface Assumption {
  config: Cells;
  msix: MsixTable | undefined;
  cause: WrongAnswer;
  access: Access | undefined;
  step: number;
}

/** Opens an assumption if the wrong answer allows it. Returns whether the answer is explained by it. */
export function assumeReset(state: MachineState, answer: WrongAnswer): boolean {
  const { function: f } = answer;
  if (state.showsResets || f.assumption !== undefined || !isReset(answer)) return false;
  const { config } = f;
  f.assumption = {
    config: config.copy(),
    msix: f.msix,
    cause: answer,
    access: state.reporter.presentAccess(),
    step: state.step,
  };
  config.reset('flr', CAUSE_UNSEEN, state.step);
  // Which reset it was is not known, so what some of them keep may have any value.
  for (let d = 0; d < config.length; d++) {
    const variable = config.readWrite[d]! | config.choice[d]! | config.clearable[d]!;
    config.seen[d]! &= ~((config.flrKeeps[d]! | config.flrOpen[d]! | config.sticky[d]!) & variable);
  }
  if (f.msix !== undefined) {
    f.msix = undefined;
    f.msix = discoverTable(f, () => true);
  }
  f.vectors.forget();
  f.virtio?.forget();
  f.fresh = undefined;
  changed(state, f);
  return true;
}

/** Whether all wrong bits can be written, and each of their registers reads its reset value as a whole. */
function isReset({ function: f, d, mask, answer, wrong }: WrongAnswer): boolean {
  const { config } = f;
  const variable = config.readWrite[d]! | config.choice[d]!;
  if ((wrong & ~variable) !== 0) return false;
  const fields = f.fields[d] ?? [];
  const registers = new Set(fields.filter((field) => (field.mask & wrong) !== 0).map(({ register }) => register));
  return fields
    .filter(({ register }) => registers.has(register))
    .every(({ mask: bits, attribute }) => {
      const mine = bits & mask & variable;
      if (attribute === 'RO' || attribute === 'zero' || mine === 0) return true;
      return ((answer ^ resetValue(f, d)) & mine) === 0;
    });
}

/** Reset value of a dword; where it is open, 0 is usual, and a BAR has its default. */
function resetValue(f: PciFunction, d: number): number {
  const { config } = f;
  if ((f.roles[d]! & (ROLE_BAR | ROLE_ROM)) !== 0) {
    const index = barIndexAt(f, d);
    const fallback = index === ROM_INDEX ? 0 : config.value[d]! & config.readOnly[d]!;
    return index < 0 ? config.resetValue[d]! : (f.barDefaults[index] ?? fallback);
  }
  return config.resetValue[d]! & config.resetDefined[d]!;
}

/** Looks whether an answer decides an open assumption. Returns true when it refutes it, and the old state is back. */
export function decide(state: MachineState, f: PciFunction, d: number, mask: number, data: number): boolean {
  const { assumption, config } = f;
  if (assumption === undefined || d >= assumption.config.length) return false;
  // The register that led to the assumption has had its say.
  if (d === assumption.cause.d) return false;
  const old = assumption.config;
  const againstOld = (data ^ old.value[d]!) & old.known(d) & mask;
  const againstNew = (data ^ config.value[d]!) & config.known(d) & mask;
  if ((againstOld === 0) === (againstNew === 0)) return false;
  f.assumption = undefined;
  if (againstNew === 0) {
    state.reporter.note('life-cycle', 'The function was reset without a sign in the trace.', f);
    return false;
  }
  f.config = old;
  f.msix = assumption.msix;
  changed(state, f);
  return true;
}

function changed(state: MachineState, f: PciFunction): void {
  state.map.touch(f);
  if (f.isBridge) state.routing.invalidate(state.step);
}
