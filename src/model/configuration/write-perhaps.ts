import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { perhapsEffects } from '../life-cycle/life-cycle.ts';
import { virtioWritten } from '../virtio/window.ts';

/** A write of which it is open if it arrives. */
export function writePerhaps(
  state: MachineState,
  f: PciFunction,
  d: number,
  mask: number,
  data: number,
  shape: number,
): void {
  f.reach(d);
  f.config.writePerhaps(d, mask, data, state.step, shape);
  perhapsEffects(state, f, d, mask, data);
  state.map.touch(f);
  state.routing.invalidate(state.step);
  f.vectors.uncertain = true;
  if (f.virtio !== undefined) virtioWritten(state, f, f.virtio, d, mask, data, false);
}
