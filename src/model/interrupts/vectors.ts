/**
 * The interrupt vectors of one function: what each may send, what it sent before it was changed, and what is pending
 * (MSI: PCIe 7.7.1, MSI-X: 7.7.2, both: 6.1.4). Plain data but for its owner, so that it can be copied.
 */

import type { PciFunction } from '../function.ts';
import type { Content, Expired, Replaced } from './content.ts';

export interface Vector {
  /** Contents that were replaced while the vector could send; each field may still be used (MSIX-018, MSI-008). */
  old: Content[];
  /** Contents that were replaced while it could not. */
  replaced: Replaced[];
  expired: Expired[];
  /** 1: an event happened while nothing but a mask held it; -1: one may be pending. */
  pending: 0 | 1 | -1;
  /** Step of the last event behind it; -1: none was shown. */
  firedAt: number;
  /** Step of the last read of its pending bit as 1 after that event; -1: none. */
  shownAt: number;
  /** Reads of its pending bit as 1 in a row while it may send. */
  stuck: number;
}

/** How Message Control of MSI-X came to its enable bit and function mask. */
export interface Control {
  /** Width of the write that last changed them; 0: none did. */
  width: number;
  /** Enabled and unmasked by one write, or enabled with the function mask and unmasked then (MSIX-017). */
  order: 'plain' | 'masked' | 'ordered';
  /** Whether a message was seen since. */
  spoke: boolean;
  /** Whether one was seen after a write of a word: then another width can be what went wrong (MSIX-002). */
  byWord: boolean;
}

/** What a hot-plug port has shown (HP-006, MSIX-026). Steps; -1: never. */
export interface Slot {
  /** Last time that an enable of Slot Control changed. */
  enablesAt: number;
  /** Last time that Hot-Plug Interrupt Enable was or may have been 1. */
  enabledAt: number;
  /** Last read of Slot Status without any event that is enabled, and without any at all; -1: written since. */
  falseAt: number;
  /** Step of the last read that showed the condition to hold, while nothing was written to the slot since; -1: none. */
  trueAt: number;
  zeroAt: number;
  /** Last time that the vector was seen pending while Slot Status showed no event. */
  pendingAt: number;
  messageAt: number;
  /** Bits of Slot Status that the next read must show. */
  due: number;
}

/** The function's own INTx. */
export interface Wire {
  /** Condition behind it, as events tell; undefined: none has told; -1: it may be either. */
  condition: 0 | 1 | -1 | undefined;
  /** MSI and MSI-X are known to be off since the condition began. */
  quiet: boolean;
  /** A reset or a removal ended the last condition. */
  ended: boolean;
  /** Step of the last change that an event told; -1: none. */
  changedAt: number;
}

/** A vector of which something may be pending. */
interface Held {
  msix: boolean;
  index: number;
  vector: Vector;
}

const NONE_HELD: readonly Held[] = [];

/** Contents kept of each kind; a vector that changes more often is no longer judged by them. */
export const CONTENTS_AT_MOST = 8;

export class Vectors {
  private readonly owner: PciFunction;
  /** By MSI-X vector. */
  private table = new Map<number, Vector>();
  /** All MSI vectors share address and data. */
  msi: Vector = newVector();
  /** Events of MSI vectors, by number; at most 32. */
  private messages = new Map<number, Vector>();
  /** An event was shown since the last reset, so that not all causes are the function's own registers. */
  fired = false;
  /** What was sent is not followed any more (lost events, a doubtful reset). */
  uncertain = false;
  control: Control = newControl();
  slot: Slot = newSlot();
  wire: Wire = newWire();
  /** Step at which a device register was last touched, by which the cause of an event may have been cleared. */
  touchedAt = -1;
  /** A device register was written since the last reset, so that it may have causes of its own; undefined: since power-on. */
  working: boolean | undefined;
  /** What it could send before its last reset, and when that was (RST-007). */
  former: Content[] = [];
  resetAt = -1;

  constructor(owner: PciFunction) {
    this.owner = owner;
  }

  vector(index: number): Vector {
    return reach(this.table, index);
  }

  known(index: number): Vector | undefined {
    return this.table.get(index);
  }

  /** Of MSI: what is pending of one vector. */
  messageVector(index: number): Vector {
    return reach(this.messages, index & 31);
  }

  knownMessage(index: number): Vector | undefined {
    return this.messages.get(index);
  }

  /** Vectors of which something may be pending. */
  held(): readonly Held[] {
    let found: Held[] | undefined;
    for (const [index, vector] of this.table)
      if (vector.pending !== 0) (found ??= []).push({ msix: true, index, vector });
    for (const [index, vector] of this.messages)
      if (vector.pending !== 0) (found ??= []).push({ msix: false, index, vector });
    return found ?? NONE_HELD;
  }

  /** What was pending may have been sent. */
  perhapsSent(): void {
    for (const { vector } of this.held()) vector.pending = -1;
  }

  /** Nothing is sent or pending any more. */
  reset(): void {
    this.table.clear();
    this.messages.clear();
    this.msi = newVector();
    this.fired = false;
    this.uncertain = false;
    this.control = newControl();
    this.slot = newSlot();
    this.former = [];
    this.working = false;
    if (this.wire.condition !== undefined) {
      this.wire.ended ||= this.wire.condition === 1;
      this.wire.condition = 0;
    }
  }

  /** A reset that keeps the function in place: what it could send before must not come any more. */
  resetAtStep(step: number): void {
    const former = this.sendable();
    this.reset();
    this.former = former;
    this.resetAt = step;
  }

  forget(): void {
    this.reset();
    this.uncertain = true;
    this.working = true;
    this.wire = { condition: -1, quiet: false, ended: false, changedAt: -1 };
  }

  /** Contents that the function is known to be able to send at the moment. */
  private sendable(): Content[] {
    const { config, msixAt, msiAt, msix } = this.owner;
    const found: Content[] = [];
    const message = msiAt > 0 && config.bit(msiAt + 2, 0) === 1 ? this.message() : undefined;
    if (message !== undefined)
      for (let k = 0; k <= message.replaces && k < CONTENTS_AT_MOST; k++)
        found.push({ ...message, data: (message.data & ~message.replaces) | k });
    if (msixAt === 0 || msix === undefined || config.bit(msixAt + 2, 15) !== 1) return found;
    for (let index = 0; index < msix.size && found.length < CONTENTS_AT_MOST; index++) {
      const content = this.masked(index) === 0 ? this.entry(index) : undefined;
      if (content !== undefined) found.push(content);
    }
    return found;
  }

  /**
   * Whether the cause of something may have been cleared since: a register of the device was touched, or it is not known
   * where they all are.
   */
  mayBeServed(since: number): boolean {
    return this.touchedAt > since || this.owner.headerType < 0;
  }

  /** What all vectors send at present, by vector; -1: MSI. Entries that nobody wrote are left out. */
  contents(): { index: number; content: Content }[] {
    const found: { index: number; content: Content }[] = [];
    for (const index of this.table.keys()) {
      const content = this.entry(index);
      if (content !== undefined) found.push({ index, content });
    }
    const message = this.message();
    if (message !== undefined) found.push({ index: -1, content: message });
    return found;
  }

  /** The machine went back to a snapshot: contents that were there instead must not be sent any more. */
  expire(contents: readonly { index: number; content: Content }[]): void {
    for (const { index, content } of contents) {
      const now = index < 0 ? this.message() : this.entry(index);
      const { addressLo, addressHi, data } = content;
      if (now === undefined || (now.addressLo === addressLo && now.addressHi === addressHi && now.data === data))
        continue;
      const vector = index < 0 ? this.msi : this.vector(index);
      const rule = index < 0 ? 'MSI-008' : 'MSIX-012';
      vector.expired = [...vector.expired, { addressLo, addressHi, data, rule } satisfies Expired].slice(
        -CONTENTS_AT_MOST,
      );
    }
  }

  /** Address and data of an MSI-X entry; undefined while any of it is not known. */
  entry(index: number): Content | undefined {
    const table = this.owner.msix?.table;
    if (table === undefined) return undefined;
    const at = 16 * index;
    const low = table.peek(at, 4);
    const high = table.peek(at + 4, 4);
    const data = table.peek(at + 8, 4);
    if (low === undefined || high === undefined || data === undefined) return undefined;
    return { addressLo: low | 0, addressHi: high | 0, data: data | 0 };
  }

  /** The registers of MSI; undefined while any of it is not known. */
  message(): (Content & { replaces: number }) | undefined {
    const { config, msiAt } = this.owner;
    const control = config.peek(msiAt + 2, 2);
    if (msiAt === 0 || control === undefined) return undefined;
    const wide = (control & 0x80) !== 0;
    const low = config.peek(msiAt + 4, 4);
    const high = wide ? config.peek(msiAt + 8, 4) : 0;
    // Extended Message Data.
    const data = config.peek(msiAt + (wide ? 12 : 8), (control & 0x400) !== 0 ? 4 : 2);
    if (low === undefined || high === undefined || data === undefined) return undefined;
    return { addressLo: low | 0, addressHi: high | 0, data, replaces: (1 << ((control >>> 4) & 7)) - 1 };
  }

  /** Mask bit of an MSI-X entry, and the function mask over it: 1 masked, 0 not, -1 not known. */
  masked(index: number): 0 | 1 | -1 {
    const { config, msixAt, msix } = this.owner;
    const all = config.bit(msixAt + 2, 14);
    const one = msix?.table.bit(16 * index + 12, 0) ?? -1;
    if (all === 1 || one === 1) return 1;
    return all === 0 && one === 0 ? 0 : -1;
  }

  /** Before a write changes dword `d` of the table. `unmasking`: the same access takes the mask of the entry away. */
  beforeTable(d: number, mask: number, data: number, unmasking: boolean): void {
    const index = d >>> 2;
    const table = this.owner.msix?.table;
    if (table === undefined) return;
    if ((d & 3) === 3) {
      if ((mask & 1) !== 0 && (data & 1) === 0 && this.masked(index) !== 0) this.unmask(index);
      return;
    }
    if (((data ^ table.value[d]!) & mask) === 0 && (table.seen[d]! & mask) === mask) return;
    const content = this.entry(index);
    const vector = this.vector(index);
    const masked = this.masked(index) === 1;
    if (content === undefined || (masked ? vector.replaced : vector.old).length >= CONTENTS_AT_MOST) {
      if (!masked) this.uncertain = true;
      return;
    }
    if (masked) vector.replaced.push({ ...content, unmasking });
    else vector.old.push(content);
  }

  /** After a write to a control register or, for MSI, to address and data. */
  afterControl(d: number, mask: number, data: number, step: number): void {
    const { config, msixAt, msiAt } = this.owner;
    const messages = (msiAt > 0 && config.bit(msiAt + 2, 0) !== 0) || (msixAt > 0 && config.bit(msixAt + 2, 15) !== 0);
    if (messages) this.wire.quiet = false;
    if (msixAt > 0 && d === msixAt >>> 2) {
      this.followControl(d);
      const functionMask = 0x4000 << 16;
      if ((mask & functionMask) === 0 || (data & functionMask) !== 0 || (config.before[d]! & functionMask) === 0)
        return;
      for (const index of this.table.keys()) this.unmask(index);
    }
    if (msiAt === 0 || d < msiAt >>> 2 || config.bit(msiAt + 2, 0) !== 1) return;
    this.changeMessage(d, step);
  }

  /** Message Control of MSI-X was written. */
  private followControl(d: number): void {
    const { config } = this.owner;
    const before = config.before[d]! >>> 30;
    const now = config.value[d]! >>> 30;
    if (before === now) return;
    const { order, width, spoke, byWord } = this.control;
    this.control = {
      width: config.shape[d]! & 0xf,
      order:
        now === ENABLED_MASKED
          ? 'masked'
          : now === ENABLED && (before === MASKED || (before === ENABLED_MASKED && order === 'masked'))
            ? 'ordered'
            : 'plain',
      spoke: false,
      byWord: byWord || (spoke && width === 2 && before === ENABLED),
    };
  }

  /** MSI registers were written while MSI is enabled: the old contents may still be sent (MSI-008). */
  private changeMessage(d: number, step: number): void {
    const { config, msiAt } = this.owner;
    if (d === msiAt >>> 2 || config.changedAt[d] !== step) return;
    const now = this.message();
    if (now === undefined || this.msi.old.length >= CONTENTS_AT_MOST) {
      this.uncertain = true;
      return;
    }
    const before = config.before[d]!;
    const wide = config.bit(msiAt + 2, 7) === 1;
    const at = (d - (msiAt >>> 2)) << 2;
    const { addressLo, addressHi, data } = now;
    if (at === 4) this.msi.old.push({ addressLo: before, addressHi, data });
    else if (at === 8 && wide) this.msi.old.push({ addressLo, addressHi: before, data });
    else if (at === (wide ? 12 : 8)) this.msi.old.push({ addressLo, addressHi, data: before & 0xffff });
  }

  /** From now on an entry sends what it holds. */
  private unmask(index: number): void {
    const vector = this.table.get(index);
    if (vector === undefined) return;
    for (const content of vector.old) vector.expired.push({ ...content, rule: 'MSIX-018' });
    for (const { unmasking, ...content } of vector.replaced)
      vector.expired.push({ ...content, rule: unmasking ? 'MSIX-019' : 'MSIX-012' });
    vector.expired = vector.expired.slice(-CONTENTS_AT_MOST);
    vector.old = [];
    vector.replaced = [];
    vector.stuck = 0;
  }
}

/** Bits 15:14 of Message Control: enable, function mask. */
const MASKED = 1;
const ENABLED = 2;
const ENABLED_MASKED = 3;

function reach(vectors: Map<number, Vector>, index: number): Vector {
  let vector = vectors.get(index);
  if (vector === undefined) vectors.set(index, (vector = newVector()));
  return vector;
}

function newVector(): Vector {
  return { old: [], replaced: [], expired: [], pending: 0, firedAt: -1, shownAt: -1, stuck: 0 };
}

function newControl(): Control {
  return { width: 0, order: 'plain', spoke: false, byWord: false };
}

function newSlot(): Slot {
  return { enablesAt: -1, enabledAt: -1, falseAt: -1, trueAt: -1, zeroAt: -1, pendingAt: -1, messageAt: -1, due: 0 };
}

function newWire(): Wire {
  return { condition: undefined, quiet: false, ended: false, changedAt: -1 };
}
