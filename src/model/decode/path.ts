/** The way from the host to what a function decodes: the bridges above must be there, have power, and forward its range. */

import { MEMORY, PORT } from '../../access/access.ts';
import type { PciFunction } from '../function.ts';
import type { Reporter } from '../reporter.ts';
import type { ForwardedWindow } from '../watcher.ts';
import { enable, isAssumed, presence } from './conditions.ts';
import type { Extent } from './place.ts';
import { both, MAYBE, OFF, ON } from './region.ts';
import type { Decode, OffReason } from './region.ts';
import { openWindows, windowDecode } from './window.ts';

/** One of the conditions that must all hold, and why nothing decodes where it is not met. */
type Condition = (decode: Decode, why: OffReason) => void;

/** Whether the function is in D0. */
export function powered(f: PciFunction, reporter: Reporter): Decode {
  if (f.powerAt === 0 || reporter.choice('pm') === 'cosmetic') return ON;
  const low = f.config.bit(f.powerAt + 4, 0);
  const high = f.config.bit(f.powerAt + 4, 1);
  if (low < 0 || high < 0) return f.fresh === undefined && f.config.seen[(f.powerAt + 4) >>> 2] === 0 ? ON : MAYBE;
  return low === 0 && high === 0 ? ON : OFF;
}

/** What the bridges above a function make of a range that it decodes. `isPlaced`: whether it is known where the range lies. */
export function followPath(
  f: PciFunction,
  extent: Extent,
  isPlaced: boolean,
  reporter: Reporter,
  condition: Condition,
): void {
  if (f.bus.guessed) condition(MAYBE, '');
  const advisory = reporter.choice('windows') === 'advisory';
  const wholeIsClosed = reporter.choice('whole_window') === 'closed';
  let inner = true;
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    condition(presence(bridge), 'absent');
    if (reporter.choice('bridge_pm') !== 'ignored') condition(powered(bridge, reporter), 'bridge power state');
    if (bridge.bus.guessed) condition(MAYBE, '');
    if (!advisory) {
      condition(enable(bridge, extent.space), 'bridge enable');
      if (isPlaced) {
        const { decode, why } = windowDecode(bridge, extent, wholeIsClosed);
        condition(decode, why === 'window' && !inner ? 'outer window' : why);
      }
    }
    inner = false;
  }
}

/** The windows of a bridge that forward something, or may, as it and the bridges above it are set up. */
export function forwardedWindows(bridge: PciFunction, reporter: Reporter): ForwardedWindow[] {
  const wholeIsClosed = reporter.choice('whole_window') === 'closed';
  const itself = reporter.choice('bridge_pm') === 'ignored' ? ON : powered(bridge, reporter);
  return openWindows(bridge, wholeIsClosed).flatMap(({ kind, ...ends }): ForwardedWindow[] => {
    const extent: Extent = { ...ends, space: kind === 'I/O' ? PORT : MEMORY };
    let state = both(both(presence(bridge), enable(bridge, extent.space)), itself);
    followPath(bridge, extent, true, reporter, (decode) => (state = both(state, decode)));
    // A reset that is only assumed switches nothing off for sure.
    if (state === OFF && isAssumed(bridge) && presence(bridge) !== OFF) state = MAYBE;
    return state === OFF ? [] : [{ ...extent, kind, state }];
  });
}
