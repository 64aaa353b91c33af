/**
 * Messages that are due or allowed right now: what the last access or event made a vector send (PCIe 6.1.4). Where the
 * source shows messages in order, they stand right behind their cause; the next access or cause closes the account.
 */

import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { outlastedRestore } from './after-restore.ts';
import type { Vector } from './vectors.ts';

/** What makes a vector send: its event, the end of its mask, of what held the function, or of its being disabled. */
export type Cause = 'event' | 'mask' | 'hold' | 'enable' | 'slot';

export interface Expected {
  function: PciFunction;
  msix: boolean;
  /** MSI-X entry, or number of the MSI message. */
  index: number;
  cause: Cause;
  /** Whether the message must come. */
  owed: boolean;
  /** Messages that may come: 1, or 0 when none may. */
  most: 0 | 1;
  sent: number;
  /** Rule that a lost message breaks, chosen when it became due; empty: that of the cause. */
  lost: string;
}

/** Addresses outside of the processors' window at which messages were seen, by pages; more are not remembered. */
const SINKS_AT_MOST = 16;

export class Owed {
  readonly entries: Expected[] = [];
  private readonly sinks: { hi: number; page: number }[] = [];
  /** Where messages of this account were read back from memory: what came to the same dword before is not seen. */
  private readonly readBack = new Set<number>();

  expect(expected: Omit<Expected, 'sent'>): void {
    this.entries.push({ ...expected, sent: 0 });
  }

  has(f: PciFunction, msix: boolean, index: number): boolean {
    return this.entries.some((one) => one.function === f && one.msix === msix && one.index === index);
  }

  /** Whether a message of an entry of the function is still due. */
  isDue(f: PciFunction): boolean {
    return this.entries.some((one) => one.function === f && one.msix && one.owed && one.sent === 0);
  }

  /** A verdict on a message of the function was given: that one is not missing too. */
  excuse(f: PciFunction): void {
    for (const one of this.entries) if (one.function === f) one.owed = false;
  }

  /** Lost stretches and jumps in time: nothing is expected any more. */
  clear(): void {
    this.entries.length = 0;
    this.readBack.clear();
  }

  /** A message was read back from memory, at the dword of this address. */
  noteReadBack(lo: number): void {
    if (this.entries.length > 0) this.readBack.add(lo >>> 2);
  }

  isOverwritten({ function: f, msix, index }: Expected): boolean {
    if (this.readBack.size === 0) return false;
    const content = msix ? f.vectors.entry(index) : f.vectors.message();
    return content !== undefined && this.readBack.has(content.addressLo >>> 2);
  }

  /** Whether messages to the page of this address were seen before. */
  isSink(hi: number, lo: number): boolean {
    return this.sinks.some((sink) => sink.hi === hi && sink.page === lo >>> 12);
  }

  noteSink(hi: number, lo: number): void {
    if ((hi === 0 && lo >>> 20 === 0xfee) || this.sinks.length >= SINKS_AT_MOST || this.isSink(hi, lo)) return;
    this.sinks.push({ hi, page: lo >>> 12 });
  }
}

interface Naming {
  lost: string;
  again: string;
  register: string;
  because: string;
}

/** Rules by mechanism and cause. */
const MSIX: Readonly<Record<Cause, Naming>> = {
  event: {
    lost: 'MSIX-012',
    again: 'MSIX-012',
    register: 'MSI-X message',
    because: 'An event behind an enabled, unmasked vector sends one message.',
  },
  mask: {
    lost: 'MSIX-014',
    again: 'MSIX-014',
    register: 'MSI-X message',
    because: 'When the last mask of a pending vector goes away, the function sends one message.',
  },
  hold: {
    lost: 'MSIX-025',
    again: 'MSIX-025',
    register: 'MSI-X message',
    because: 'What happened while the function might not send is sent once at most when it may.',
  },
  enable: {
    lost: 'MSIX-016',
    again: 'MSIX-016',
    register: 'MSI-X message',
    because: 'What was pending when MSI-X was disabled is sent once at most when it is enabled.',
  },
  slot: {
    lost: 'HP-006',
    again: 'MSIX-026',
    register: 'Slot Status',
    because:
      'An event of the slot that makes the condition true sends one message; when its cause has gone while it was masked, none.',
  },
};

const MSI: Readonly<Record<Cause, Naming>> = {
  event: {
    lost: 'MSI-006',
    again: 'MSI-006',
    register: 'MSI message',
    because: 'An event behind an enabled, unmasked vector sends one message.',
  },
  mask: {
    lost: 'MSI-009',
    again: 'MSI-009',
    register: 'MSI message',
    because: 'When the mask bit of a pending vector is cleared, the function sends one message.',
  },
  hold: { ...MSIX.hold, register: 'MSI message' },
  enable: { ...MSIX.enable, register: 'MSI message' },
  slot: MSIX.slot,
};

function naming({ msix, cause }: Expected): Naming {
  return (msix ? MSIX : MSI)[cause];
}

/** Rule of a lost message where the way to it tells more than the cause: how the vector was opened, or what is off. */
export function lossRule(f: PciFunction, msix: boolean, cause: Cause, vector: Vector | undefined): string {
  const { vectors, config } = f;
  if (cause === 'mask' && vector !== undefined && outlastedRestore(f, vector)) return 'SNAP-003';
  if (!msix) {
    const message = vectors.message();
    return message !== undefined && (message.data & message.replaces) !== 0 ? 'MSI-007' : '';
  }
  if (config.bit(4, 1) === 0) return 'MSIX-024';
  const { spoke, order } = vectors.control;
  if (spoke || cause !== 'event') return '';
  if (isNarrow(f)) return 'MSIX-002';
  return order === 'ordered' ? 'MSIX-017' : '';
}

/** Whether MSI-X was enabled by an access of another width than a word, though a word has worked. */
function isNarrow({ vectors }: PciFunction): boolean {
  const { width, byWord } = vectors.control;
  return byWord && (width === 1 || width === 4);
}

/** Closes the account: what was due and did not come is lost. */
export function settleOwed(state: MachineState): void {
  for (const expected of state.owed.entries) {
    const { function: f, msix, index, owed, sent, lost } = expected;
    const { lost: usual, register, because } = naming(expected);
    const rule = lost === '' ? usual : lost;
    if (!owed || (sent === 0 && state.owed.isOverwritten(expected))) continue;
    state.reporter.count(rule);
    if (sent > 0) continue;
    state.reporter.diverge({
      rule,
      function: f,
      register,
      shape: 'message lost',
      expected: `one message of vector ${index}`,
      actual: 'no message',
      explanation: LOSSES[rule] ?? because,
      excusedBy: undefined,
    });
    if (msix) f.vectors.vector(index).pending = -1;
    else f.vectors.messageVector(index).pending = -1;
  }
  state.owed.clear();
}

const LOSSES: Readonly<Record<string, string>> = {
  'MSIX-002': 'MSI-X Enable has its effect whatever the width of the write, and by a word it had.',
  'MSIX-017': 'However MSI-X was enabled and unmasked, no event after the write is lost.',
  'MSIX-024': 'Memory Space Enable stops accesses to the table, not the messages of the function.',
  'SNAP-003': 'What was pending at the snapshot is delivered when its mask goes away after the restore.',
  'MSI-006': 'The low bits of the data tell the vector, and only a message with those of another one came.',
  'MSI-007': 'With low data bits that are not 0 a message still goes to the programmed address.',
};

/** A message that nobody owes any more. */
export function reportSurplus(state: MachineState, expected: Expected): void {
  const { again, register, because } = naming(expected);
  state.reporter.diverge({
    rule: again,
    function: expected.function,
    register,
    shape: expected.most === 0 ? 'message without a cause' : 'message sent twice',
    expected: expected.most === 0 ? 'no message' : `one message of vector ${expected.index}`,
    actual: expected.most === 0 ? 'a message' : 'another one',
    explanation: because,
  });
}
