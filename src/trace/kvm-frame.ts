/** The frame that ftrace, trace-cmd and perf put around the text of an event. */
export interface Frame {
  /** Where the event's name begins. */
  event: number;
  /** Thread id, -1 when the line does not tell. */
  thread: number;
  /** The thread's name: from, up to. */
  commandStart: number;
  commandEnd: number;
}

const SPACE = 0x20;
const COLON = 0x3a;

/**
 * Finds the event of a line and the thread that it happened in:
 *
 *     COMM-TID (TGID) [CPU] FLAGS SECONDS.MICROS: EVENT: TEXT        ftrace, trace-cmd report
 *     COMM TID [CPU] SECONDS.MICROS: kvm:EVENT: TEXT                 perf script
 *
 * The number in brackets is the host's CPU. False when the line has no event of KVM.
 */
export function frameOf(bytes: Uint8Array, start: number, end: number, frame: Frame): boolean {
  const event = findEvent(bytes, start, end);
  if (event < 0) return false;
  frame.event = event;
  frame.thread = -1;
  frame.commandStart = start;
  frame.commandEnd = start;
  let at = event;
  while (at > start && bytes[at] !== 0x5d) at--; // ]
  while (at > start && bytes[at] !== 0x5b) at--; // [
  at = skipBlanksBack(bytes, at - 1, start);
  if (bytes[at] === 0x29) {
    // The thread group, in parentheses.
    while (at > start && bytes[at] !== 0x28) at--;
    at = skipBlanksBack(bytes, at - 1, start);
  }
  const last = at;
  while (at >= start && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at--;
  if (at === last || last - at > 9) return true;
  let thread = 0;
  for (let digit = at + 1; digit <= last; digit++) thread = thread * 10 + (bytes[digit] as number) - 0x30;
  frame.thread = thread;
  let first = start;
  while (bytes[first] === SPACE) first++;
  frame.commandStart = first;
  frame.commandEnd = Math.max(first, at);
  return true;
}

/** `kvm_` behind `: ` or behind perf's `kvm:`. */
function findEvent(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 2; at < end - 4; at++) {
    // k, v, m, _
    if (bytes[at + 3] !== 0x5f || bytes[at] !== 0x6b || bytes[at + 1] !== 0x76 || bytes[at + 2] !== 0x6d) continue;
    if (bytes[at - 1] === COLON || (bytes[at - 1] === SPACE && previousWordEndsInColon(bytes, at - 1, start)))
      return at;
  }
  return -1;
}

function previousWordEndsInColon(bytes: Uint8Array, from: number, start: number): boolean {
  return bytes[skipBlanksBack(bytes, from, start)] === COLON;
}

function skipBlanksBack(bytes: Uint8Array, from: number, start: number): number {
  let at = from;
  while (at > start && bytes[at] === SPACE) at--;
  return at;
}

/**
 * How many events a line says were lost: 0 when it does not tell how many, undefined when it says nothing of the kind.
 * The header's `entries-in-buffer/entries-written` tells of the oldest events that the buffer no longer holds.
 */
export function lostEvents(text: string): number | undefined {
  const lost = /^\s*CPU:\d+ \[(?:LOST (?:(\d+) )?EVENTS|(\d+) EVENTS DROPPED|EVENTS DROPPED)\]/.exec(text);
  if (lost !== null) return Math.min(Number(lost[1] ?? lost[2] ?? 0), 0x7fffffff);
  const entries = /^# entries-in-buffer\/entries-written: (\d+)\/(\d+)/.exec(text);
  if (entries === null) return undefined;
  const missing = Number(entries[2]) - Number(entries[1]);
  return missing > 0 ? Math.min(missing, 0x7fffffff) : undefined;
}
