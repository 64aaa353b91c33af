/** Functions to which anything may have been done that the trace does not show, or not as theirs. */

import type { Cells } from '../cells.ts';
import { ANY_MESSAGE_ENABLE } from '../function.ts';
import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { forgetSizes } from './resizable.ts';
import { resetVirtual } from './single-root.ts';

/** Nothing of a function that can change is known any more, but for the registers that `keep` names. */
export function forgetFunction(
  state: MachineState,
  f: PciFunction,
  keep: (cells: Cells, d: number) => boolean = () => false,
): void {
  for (const cells of [f.config, f.msix?.table, f.msix?.pending]) cells?.forgetVariables((d) => keep(cells, d));
  f.msix?.oddWrites.clear();
  forgetSizes(f);
  resetVirtual(state, f, false, 'RST-004');
  if (f.msiAt <= 0 || !keep(f.config, f.msiAt >>> 2)) f.openMessageEnable = ANY_MESSAGE_ENABLE;
  f.vectors.forget();
  f.virtio?.forget();
  f.forgetContents();
  f.fresh = undefined;
  f.intx = undefined;
  f.restoredAt = -1;
  f.assumption = undefined;
}
