import type { Target } from '../access/target.ts';
import { layoutSource, openTarget } from '../targets/open.ts';
import type { LayoutSource } from '../targets/open.ts';
import { TargetError } from '../targets/target-error.ts';
import { UsageError } from './exit-status.ts';

/** `openTarget` for a command: what is wrong with name or layout becomes a UsageError. */
export function targetOf(
  name: string,
  layout: string | LayoutSource | undefined,
  timeout?: number,
): Promise<() => Target> {
  return orUsageError(() => openTarget(name, layout, timeout));
}

/** What `--layout` means. Rejects with a UsageError. */
export function layoutOf(name: string): Promise<LayoutSource> {
  return orUsageError(() => layoutSource(name));
}

async function orUsageError<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof TargetError)
      throw new UsageError(error.placed ? error.message : `barometer: ${error.message}`);
    throw error;
  }
}
