/**
 * A region is silent after something that must not end its decoding: a write that changes nothing, a neighbour in its
 * page, a read of unusual width. Such things happen often, and a device register may go to all ones by itself. So the
 * function must be known to be there still, and where the cause is weak, two registers must be silent.
 */

import { MEMORY } from '../../access/access.ts';
import { ROM_INDEX } from '../layout/base-address.ts';
import { CAUSE_WRITE } from '../cells.ts';
import type { PciFunction } from '../function.ts';
import { isConfigured } from './own-ways.ts';
import type { Marker, Region } from './region.ts';
import { isRewritten, lastWritten, silenceRule } from './silence.ts';
import type { Cause } from './silence.ts';
import { isStable } from './telling.ts';
import type { MachineState } from '../state.ts';

interface Suspect extends Cause {
  /** Step of what is blamed. */
  at: number;
}

/** The rule for a silent region of which no change of the registers explains why it should answer again. */
export function undisturbedRule(state: MachineState, region: Region, marker: Marker): Cause | undefined {
  const { function: f } = region;
  const since = marker.silentAt < 0 ? state.step : marker.silentAt;
  const one = suspect(region, marker.step);
  if (one !== undefined && one.at < since && region.toldAt < one.at && (state.showsResets || answered(f, since)))
    return isConfigured(f, marker.step) ? undefined : one;
  const pair = weakSuspect(region, marker.step);
  if (pair === undefined || pair.at >= since || region.toldAt >= pair.at) return undefined;
  for (const other of region.markers.values()) {
    if (!isStable(other) || other.step >= pair.at || other.silentAt <= pair.at) continue;
    const apart = Math.abs(other.offset - marker.offset) >= Math.max(other.width, marker.width);
    if (apart && answered(f, other.silentAt)) return isConfigured(f, marker.step) ? undefined : pair;
  }
  return undefined;
}

/** Counts the rules that would have been broken had the register, which answered now as before, been silent or another. */
export function countAnswer(state: MachineState, region: Region, marker: Marker): void {
  const { step } = marker;
  const { map, reporter } = state;
  if (map.updatedAt <= step && region.oddAt <= step) return;
  const rule = (silenceRule(state, region, marker) ?? suspect(region, step) ?? weakSuspect(region, step))?.rule;
  if (rule !== undefined) reporter.count(rule);
  if (region.movedAt > step) reporter.count('BAR-020');
}

/** What alone explains the silence of one register, if it had answered at step `step`. */
function suspect(region: Region, step: number): Suspect | undefined {
  const { function: f } = region;
  const rom = f.regions.find((one) => one.index === ROM_INDEX && one.entry === undefined);
  if (
    rom !== undefined &&
    rom !== region &&
    region.space === MEMORY &&
    rom.endedAt > step &&
    rom.why === 'rom enable'
  ) {
    return { rule: 'ROM-003', at: rom.endedAt - 1, why: 'The ROM is disabled again, and the BARs decode as before.' };
  }
  if (isRewritten(region, step)) {
    return {
      rule: 'BAR-026',
      at: lastWritten(region),
      why: 'The BAR was written with the value that it held, which changes nothing.',
    };
  }
  if (lastWritten(region) > step) return undefined;
  return f.commandChangedAt <= step ? redundantCommand(f, step) : undefined;
}

/** What explains the silence only where two registers of the region show it. */
function weakSuspect(region: Region, step: number): Suspect | undefined {
  const { function: f } = region;
  if (lastWritten(region) > step) return undefined;
  if (region.isSmall && region.pageAt > step) {
    return {
      rule: 'BAR-025',
      at: region.pageAt - 1,
      why: 'Another region came into the page of this one or left it; each decodes exactly its own bytes.',
    };
  }
  const command = redundantCommand(f, step);
  if (command !== undefined) return command;
  if (f.config.changedAt[1]! > step || region.oddAt <= step) return undefined;
  return {
    rule: 'BAR-028',
    at: region.oddAt,
    why: 'The region answered until it was read in another width or alignment; the device may answer anything to that, but goes on answering.',
  };
}

/** Command was written, and its enables stayed as they were. */
function redundantCommand({ config, enableChangedAt }: PciFunction, step: number): Suspect | undefined {
  if (config.changedAt[1]! <= step || config.cause[1] !== CAUSE_WRITE) return undefined;
  if (enableChangedAt[0] > step || enableChangedAt[1] > step) return undefined;
  return {
    rule: 'CMD-007',
    at: config.changedAt[1]!,
    why: 'Command was written with its enables as they were, which changes nothing of what decodes.',
  };
}

/** Whether configuration space has answered since `step`, so that the function is there. */
function answered({ config }: PciFunction, step: number): boolean {
  for (let d = 0; d < 16; d++) if (config.confirmedAt[d]! > step) return true;
  return false;
}
