import type { ByteSource } from './byte-source.ts';

/** Takes whole lines: `bytes[start]` to `bytes[end - 1]`, the last of which is a newline. The buffer is reused. */
export interface LineTaker {
  lines(bytes: Uint8Array, start: number, end: number): void;
  /**
   * The last line, which had no newline of its own; it may have been cut. Default: like any other.
   */
  lastLine?(bytes: Uint8Array, start: number, end: number): void;
  /** Called instead for a line longer than the buffer takes; its content is gone. */
  longLine(): void;
}

const BUFFER = 1 << 20;
const NEWLINE = 0x0a;

/**
 * Moves a source through two reused buffers and hands out whole lines; while one buffer is worked on, the next is being
 * filled. A last line without a newline is given one. Rejects with the source's error after the whole lines before it
 * have been handed out.
 */
export async function pumpLines(source: ByteSource, taker: LineTaker): Promise<void> {
  let current = Buffer.allocUnsafe(BUFFER);
  let next = Buffer.allocUnsafe(BUFFER);
  let kept = 0;
  let skipping = false;
  let pending = settle(source.read(current, 0));
  for (;;) {
    const outcome = await pending;
    const filled = outcome.error === undefined ? outcome.bytes : 0;
    if (filled === 0) {
      if (outcome.error !== undefined) throw outcome.error;
      if (skipping) taker.longLine();
      else if (kept > 0) endLastLine(current, kept, taker);
      return;
    }
    const end = kept + filled;
    let start = 0;
    if (skipping) {
      const newline = current.subarray(0, end).indexOf(NEWLINE);
      if (newline < 0) {
        kept = 0;
        pending = settle(source.read(current, 0));
        continue;
      }
      taker.longLine();
      skipping = false;
      start = newline + 1;
    }
    const whole = current.subarray(0, end).lastIndexOf(NEWLINE) + 1;
    kept = end - Math.max(whole, start);
    // One byte stays free for the newline that a last line may lack.
    if (kept >= BUFFER - 1) {
      skipping = true;
      kept = 0;
    }
    next.set(current.subarray(end - kept, end), 0);
    pending = settle(source.read(next, kept));
    try {
      if (whole > start) taker.lines(current, start, whole);
    } catch (error) {
      // The buffer must not be let go while the system writes into it.
      await pending;
      throw error;
    }
    [current, next] = [next, current];
  }
}

function endLastLine(bytes: Uint8Array, length: number, taker: LineTaker): void {
  bytes[length] = NEWLINE;
  if (taker.lastLine === undefined) taker.lines(bytes, 0, length + 1);
  else taker.lastLine(bytes, 0, length + 1);
}

/** A promise that never rejects, so that an error of the next read waits until its turn. */
async function settle(reading: Promise<number>): Promise<{ bytes: number; error?: Error }> {
  try {
    return { bytes: await reading };
  } catch (error) {
    return { bytes: 0, error: error instanceof Error ? error : new Error(String(error)) };
  }
}
