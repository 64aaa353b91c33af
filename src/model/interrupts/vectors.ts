/**
 * The interrupt vectors of one function: what each may send, what it sent before it was changed, and what is pending
 * (MSI: PCIe 7.7.1, MSI-X: 7.7.2, both: 6.1.4).
 */

import type { PciFunction } from '../function.ts';

/** What a message carries. */
export interface Content {
  addressLo: number;
  addressHi: number;
  data: number;
}

/** A content that must not be sent any more, and whether it was changed while the vector could send. */
export interface Expired extends Content {
  live: boolean;
}

export interface Vector {
  /** Contents that were replaced while the vector could send; each field may still be used (MSIX-018, MSI-008). */
  old: Content[];
  /** Contents that were replaced while it could not. */
  replaced: Content[];
  expired: Expired[];
  /** 1: an event happened while it was masked, as the source says. */
  pending: 0 | 1 | -1;
  firedAt: number;
  /** Reads of its pending bit as 1 in a row while it may send. */
  stuck: number;
}

/** Contents kept of each kind; a vector that changes more often is no longer judged by them. */
const CONTENTS_AT_MOST = 8;

export class Vectors {
  private readonly owner: PciFunction;
  /** By MSI-X vector. */
  private readonly table = new Map<number, Vector>();
  /** All MSI vectors share address and data. */
  readonly msi: Vector = newVector();
  /** What was sent is not followed any more (lost events, a doubtful reset). */
  uncertain = false;

  constructor(owner: PciFunction) {
    this.owner = owner;
  }

  vector(index: number): Vector {
    let vector = this.table.get(index);
    if (vector === undefined) this.table.set(index, (vector = newVector()));
    return vector;
  }

  known(index: number): Vector | undefined {
    return this.table.get(index);
  }

  reset(): void {
    this.table.clear();
    Object.assign(this.msi, newVector());
    this.uncertain = false;
  }

  forget(): void {
    this.reset();
    this.uncertain = true;
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
      vector.expired = [...vector.expired, { addressLo, addressHi, data, live: false }].slice(-CONTENTS_AT_MOST);
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

  /** Before a write changes dword `d` of the table. */
  beforeTable(d: number, mask: number, data: number): void {
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
    const list = this.masked(index) === 1 ? vector.replaced : vector.old;
    if (content === undefined || list.length >= CONTENTS_AT_MOST) {
      if (this.masked(index) !== 1) this.uncertain = true;
      return;
    }
    list.push(content);
  }

  /** After a write to a control register or, for MSI, to address and data. */
  afterControl(d: number, mask: number, data: number, step: number): void {
    const { config, msixAt, msiAt } = this.owner;
    if (msixAt > 0 && d === msixAt >>> 2) {
      const functionMask = 0x4000 << 16;
      if ((mask & functionMask) === 0 || (data & functionMask) !== 0 || (config.before[d]! & functionMask) === 0)
        return;
      for (const index of this.table.keys()) this.unmask(index);
    }
    if (msiAt === 0 || d < msiAt >>> 2 || config.bit(msiAt + 2, 0) !== 1) return;
    this.changeMessage(d, step);
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
    const expire = (contents: readonly Content[], live: boolean): void => {
      for (const content of contents) vector.expired.push({ ...content, live });
    };
    expire(vector.old, true);
    expire(vector.replaced, false);
    vector.expired = vector.expired.slice(-CONTENTS_AT_MOST);
    vector.old = [];
    vector.replaced = [];
    vector.stuck = 0;
  }
}

function newVector(): Vector {
  return { old: [], replaced: [], expired: [], pending: 0, firedAt: -1, stuck: 0 };
}
