import type { Target } from '../access/target.ts';
import { openTarget } from '../targets/open.ts';
import { TargetError } from '../targets/target-error.ts';
import { UsageError } from './exit-status.ts';

/** `openTarget` for a command: what is wrong with name or layout becomes a UsageError. */
export async function targetOf(name: string, layout: string | undefined, timeout?: number): Promise<() => Target> {
  try {
    return await openTarget(name, layout, timeout);
  } catch (error) {
    if (error instanceof TargetError)
      throw new UsageError(error.placed ? error.message : `barometer: ${error.message}`);
    throw error;
  }
}
