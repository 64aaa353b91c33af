/** Where real time enters. Nothing that is compared byte for byte may depend on it: times go to `timing.json` only. */

/** Milliseconds since an arbitrary moment; never goes back. */
export function monotonicMilliseconds(): number {
  return performance.now();
}

/** A function that tells the milliseconds since this call. */
export function startStopwatch(): () => number {
  const begin = monotonicMilliseconds();
  return () => monotonicMilliseconds() - begin;
}
