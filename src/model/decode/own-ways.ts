/** Ways in which what lies behind a BAR changes that are the device's own, so that no rule of decoding is broken. */

import { CAUSE_WRITE } from '../cells.ts';
import type { PciFunction } from '../function.ts';

/** Base class of memory controllers: what they hold may be shared with others, who write it at any time. */
const MEMORY_CONTROLLER = 5;

/** Whether the contents are memory, which others may write. */
export function isSharedMemory({ config }: PciFunction): boolean {
  return config.peek(0x0b, 1) === MEMORY_CONTROLLER;
}

/** Whether registers behind the header were written since `step`, which may do anything to what lies behind the BARs. */
export function isConfigured({ config }: PciFunction, step: number): boolean {
  for (let d = 16; d < config.length; d++) if (isWritten(config, d, step)) return true;
  return false;
}

/** The same for bits of which no register map says what they do. */
export function isReconfigured({ config }: PciFunction, step: number): boolean {
  for (let d = 16; d < config.length; d++) {
    const mapped = config.attributed(d) | config.changing[d]!;
    if (isWritten(config, d, step) && (config.writtenMask[d]! & ~mapped) !== 0) return true;
  }
  return false;
}

function isWritten({ changedAt, cause }: PciFunction['config'], d: number, step: number): boolean {
  return changedAt[d]! > step && cause[d] === CAUSE_WRITE;
}
