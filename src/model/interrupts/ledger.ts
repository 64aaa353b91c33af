/** Judges messages and events of interrupt vectors (MSI-006 to MSI-010, MSIX-012 to MSIX-018, CMD-010, PM-003, HP-001). */

import { formatHex } from '../../core/hex.ts';
import type { Event, Located } from '../../access/event.ts';
import { ABSENT, PRESENT } from '../function.ts';
import type { PciFunction } from '../function.ts';
import { blameRestore } from './after-restore.ts';
import { IoApic } from './io-apic.ts';
import type { MachineState } from '../state.ts';
import type { Content, Expired, Vector } from './vectors.ts';

type Message = Located<Extract<Event, { kind: 'message' }>>;

/** Why a vector that fits a message must not have sent it. */
interface Blocked {
  function: PciFunction;
  rule: string;
  register: string;
  shape: string;
  because: string;
  excusedBy?: string;
}

/** Answer of one function: it may have sent the message, it must not have, or it has nothing to do with it. */
type Answer = 'may' | Blocked | undefined;

export class Ledger {
  readonly ioApic = new IoApic();
  messages = 0;
  private readonly state: MachineState;
  /** Function that sent last: the next message most often is from it. */
  private last: PciFunction | undefined;

  /** Low halves of what was written to memory that is no function's: timers and interrupt controllers send too. */
  private readonly elsewhere = new Uint8Array(0x10000);

  constructor(state: MachineState) {
    this.state = state;
  }

  /** A memory write that reaches no function that is known. */
  writtenElsewhere(width: number, lo: number, hi: number): void {
    this.elsewhere[lo & 0xffff] = 1;
    if (width === 8) this.elsewhere[hi & 0xffff] = 1;
  }

  /** Whether a message that names no sender may come from something that is no function. */
  private isForeign(event: Message): boolean {
    return this.elsewhere[event.data & 0xffff] === 1;
  }

  message(event: Message): void {
    this.messages++;
    const { state } = this;
    if (event.bdf === undefined && this.ioApic.sends(event.addressLo, event.data)) return;
    if (event.bdf === undefined && this.last !== undefined && this.ask(this.last, event) === 'may') return;
    let blocked: Blocked | undefined;
    for (const f of this.senders(event)) {
      const answer = this.ask(f, event);
      if (answer === 'may') {
        this.last = f;
        return;
      }
      blocked ??= answer;
    }
    // Without power-on, functions that nobody looked at may send messages.
    if (blocked === undefined || (event.bdf === undefined && (!state.powerOn || this.isForeign(event)))) return;
    const { because, ...verdict } = blameRestore(blocked);
    state.reporter.diverge({
      ...verdict,
      expected: 'no such message',
      actual: `message to address ${formatHex(event.addressHi, event.addressLo)} with data ${formatHex(0, event.data)}`,
      explanation: because,
    });
  }

  private *senders(event: Message): Generator<PciFunction> {
    const { routing } = this.state;
    if (event.bdf === undefined) {
      yield* routing.functions();
      return;
    }
    const f = routing.bus(event.bdf >>> 8)?.functions[event.bdf & 0xff];
    if (f !== undefined) yield f;
  }

  private ask(f: PciFunction, event: Message): Answer {
    if (f.presence !== PRESENT && !f.removed) return undefined;
    const one = f.msixAt > 0 ? this.askMsix(f, event) : undefined;
    if (one === 'may') return one;
    const other = f.msiAt > 0 ? this.askMsi(f, event) : undefined;
    if (other === 'may') return other;
    const known = one ?? other;
    if (known !== undefined) return known;
    if (event.bdf === undefined) return undefined;
    if (f.vectors.uncertain || !f.listComplete) return 'may';
    return this.foreign(f);
  }

  /** The source names the sender, and none of its vectors has this content. */
  private foreign(f: PciFunction): Answer {
    const msix = f.msixAt > 0 && f.config.bit(f.msixAt + 2, 15) === 1;
    const msi = f.msiAt > 0 && f.config.bit(f.msiAt + 2, 0) === 1;
    if (!msix && !msi) return undefined;
    return this.block(f, this.changedAt(f), {
      rule: msix ? 'MSIX-012' : 'MSI-006',
      register: msix ? 'MSI-X message' : 'MSI message',
      shape: 'content of no vector',
      because: `No vector of the function is programmed to send this address and data.`,
    });
  }

  /** Step of the last change of anything that decides what the function may send. */
  private changedAt(f: PciFunction): number {
    const { config, msiAt, msixAt, msix } = f;
    const mine = [0, 1, 2, 3, 4].map((d) => (msiAt > 0 ? config.changedAt[(msiAt >>> 2) + d]! : -1));
    const table = msix?.table.changedAt.reduce((last, step) => Math.max(last, step), -1) ?? -1;
    return Math.max(...mine, table, msixAt > 0 ? config.changedAt[msixAt >>> 2]! : -1);
  }

  /** Step of the last change of an entry or of Message Control over it. */
  private entryChangedAt(f: PciFunction, index: number): number {
    const steps = f.msix?.table.changedAt.subarray(4 * index, 4 * index + 4) ?? [];
    return Math.max(f.config.changedAt[f.msixAt >>> 2]!, ...steps);
  }

  private askMsix(f: PciFunction, event: Message): Answer {
    const { vectors, msix } = f;
    const enabled = f.config.bit(f.msixAt + 2, 15);
    // Which vectors there are is not known yet.
    if (msix === undefined) return enabled === 0 ? undefined : 'may';
    let blocked: Blocked | undefined;
    for (let index = 0; index < msix.size; index++) {
      const fit = this.fits(msix.table.value, msix.table, index, event, vectors.known(index));
      if (fit === 'no') continue;
      if (fit === 'hidden') {
        if (this.mayMsix(f, index, enabled) === 'may') return 'may';
        continue;
      }
      this.state.reporter.count('MSIX-012');
      const answer = fit === 'now' ? this.mayMsix(f, index, enabled) : this.expired(f, index, fit, enabled);
      if (answer === 'may') return answer;
      blocked ??= answer;
    }
    return blocked;
  }

  /** Whether a vector's present or still allowed content is this message; else the expired content that it is. */
  private fits(
    value: Int32Array,
    table: { peek(offset: number, size: number): number | undefined },
    index: number,
    event: Message,
    vector: Vector | undefined,
  ): 'now' | 'hidden' | 'no' | Expired {
    const at = 4 * index;
    const { data, dataMask, addressLo, addressHi } = event;
    const iommu = this.state.machine.iommu;
    const quick = ((value[at + 2]! ^ data) & dataMask) === 0 && (iommu || (value[at]! ^ addressLo) >>> 2 === 0);
    if (!quick && vector === undefined) return this.mayHide(table, index) ? 'hidden' : 'no';
    const content = { addressLo: value[at]! & ~3, addressHi: value[at + 1]!, data: value[at + 2]! };
    if (quick && (iommu || content.addressHi === addressHi)) return 'now';
    if (vector === undefined) return 'no';
    if (this.mayHide(table, index)) return 'hidden';
    if (this.mixes(content, vector.old, event)) return 'now';
    return (
      vector.expired.find((old) => same(old, event, iommu)) ??
      vector.replaced.map((old) => ({ ...old, live: false })).find((old) => same(old, event, iommu)) ??
      'no'
    );
  }

  /** Whether the content of an entry is not known, so that it may be anything. */
  private mayHide(table: { peek(offset: number, size: number): number | undefined }, index: number): boolean {
    return [0, 4, 8].some((offset) => table.peek(16 * index + offset, 4) === undefined);
  }

  /** Each field old or new (MSIX-018, MSI-008). */
  private mixes(now: Content, old: readonly Content[], event: Message): boolean {
    if (old.length === 0) return false;
    const all = [now, ...old];
    const { iommu } = this.state.machine;
    return (
      all.some((content) => ((content.data ^ event.data) & event.dataMask) === 0) &&
      (iommu || all.some((content) => (content.addressLo ^ event.addressLo) >>> 2 === 0)) &&
      (iommu || all.some((content) => content.addressHi === event.addressHi))
    );
  }

  private mayMsix(f: PciFunction, index: number, enabled: 0 | 1 | -1): Answer {
    const gate = this.gate(f);
    if (gate !== undefined) return gate;
    const { config, msixAt, msix } = f;
    if (enabled === 0) {
      return this.block(f, config.changedAt[msixAt >>> 2]!, {
        rule: 'MSIX-016',
        register: 'MSI-X Message Control',
        shape: 'message while disabled',
        because: 'MSI-X Enable is 0, so no message of this mechanism may be sent.',
      });
    }
    if (f.vectors.masked(index) !== 1) return 'may';
    const entryMasked = msix?.table.bit(16 * index + 12, 0) === 1;
    const changed = Math.max(entryMasked ? msix.table.changedAt[4 * index + 3]! : -1, config.changedAt[msixAt >>> 2]!);
    return this.block(f, changed, {
      rule: 'MSIX-013',
      register: 'MSI-X table entry',
      shape: 'message while masked',
      because: `${entryMasked ? 'The entry' : 'The function'} is masked: an event sets the pending bit and sends nothing.`,
    });
  }

  private expired(f: PciFunction, index: number, old: Expired, enabled: 0 | 1 | -1): Answer {
    if (enabled !== 1 || f.vectors.masked(index) !== 0) return undefined;
    const gate = this.gate(f);
    if (gate !== undefined) return undefined;
    return this.block(f, this.entryChangedAt(f, index), {
      rule: old.live ? 'MSIX-018' : 'MSIX-012',
      register: 'MSI-X table entry',
      shape: 'message with old content',
      because: old.live
        ? 'The entry was changed while it could send, and masked and unmasked since: only its new content may be sent.'
        : 'The entry was changed while it was masked, and unmasked since: only its new content may be sent.',
    });
  }

  private askMsi(f: PciFunction, event: Message): Answer {
    const { config, msiAt, vectors } = f;
    const enabled = config.bit(msiAt + 2, 0);
    const now = vectors.message();
    if (now === undefined) return enabled === 0 ? undefined : 'may';
    const { iommu } = this.state.machine;
    const { dataMask } = event;
    const fits = (content: Content): boolean =>
      ((content.data ^ event.data) & dataMask & ~now.replaces) === 0 &&
      (iommu || ((content.addressLo ^ event.addressLo) >>> 2 === 0 && content.addressHi === event.addressHi));
    const { msi } = vectors;
    if (!fits(now) && !msi.old.some(fits)) {
      const expired = msi.expired.some(fits);
      if (!expired || enabled !== 1 || this.gate(f) !== undefined) return undefined;
      return this.block(f, this.changedAt(f), {
        rule: 'MSI-008',
        register: 'MSI message',
        shape: 'message with old content',
        because: 'A message with the new address and data was seen already: after it no message has the old ones.',
      });
    }
    this.state.reporter.count('MSI-006');
    const gate = this.gate(f);
    if (gate !== undefined) return gate;
    if (enabled === 0) {
      return this.block(f, config.changedAt[msiAt >>> 2]!, {
        rule: 'MSI-010',
        register: 'MSI Message Control',
        shape: 'message while disabled',
        because: 'MSI Enable is 0, so no message may be sent.',
      });
    }
    const mask = this.msiMask(f, event.data & now.replaces);
    if (mask !== undefined && mask.bit === 1) {
      return this.block(f, config.changedAt[mask.d]!, {
        rule: 'MSI-009',
        register: 'MSI Mask Bits',
        shape: 'message while masked',
        because: 'The mask bit of this vector is set: an event sets the pending bit and sends nothing.',
      });
    }
    if (fits(now) && msi.old.length > 0) {
      msi.expired = [...msi.expired, ...msi.old.map((old) => ({ ...old, live: true }))].slice(-8);
      msi.old = [];
    }
    return 'may';
  }

  private msiMask(f: PciFunction, vector: number): { bit: 0 | 1 | -1; d: number } | undefined {
    const { config, msiAt } = f;
    if (config.bit(msiAt + 3, 0) !== 1) return undefined;
    const at = msiAt + (config.bit(msiAt + 2, 7) === 1 ? 0x10 : 0x0c);
    return { bit: config.bit(at, vector), d: at >>> 2 };
  }

  /** Gates that no message passes, whatever the mechanism. */
  private gate(f: PciFunction): Answer {
    if (f.removed || f.presence === ABSENT) {
      return {
        function: f,
        rule: 'HP-001',
        register: 'Message',
        shape: 'message after removal',
        because: 'The function was removed: its interrupts have ceased.',
      };
    }
    if (f.config.bit(4, 2) === 0) {
      return this.block(f, f.config.changedAt[1]!, {
        rule: 'CMD-010',
        register: 'Command',
        shape: 'message without bus master',
        because: 'Bus Master Enable is 0, so the function must not issue memory writes, messages included.',
        excusedBy: 'bme=ignored',
      });
    }
    if (f.powerAt > 0 && this.state.reporter.choice('pm') !== 'cosmetic') {
      const powerState = f.config.peek(f.powerAt + 4, 1);
      if (powerState !== undefined && (powerState & 3) !== 0) {
        return this.block(f, f.config.changedAt[(f.powerAt + 4) >>> 2]!, {
          rule: 'PM-003',
          register: 'Power Management Control/Status',
          shape: 'message outside D0',
          because: `The function is in D${powerState & 3}, where it issues no requests but PME.`,
          excusedBy: 'pm=cosmetic',
        });
      }
    }
    return undefined;
  }

  /**
   * A message that was on its way when a register closed the gate may arrive after the write, but not after an answer
   * of the function that came later (CONC-006).
   */
  private block(f: PciFunction, since: number, verdict: Omit<Blocked, 'function'>): Answer {
    if (f.answeredAt <= since || f.vectors.uncertain || f.doubt !== 'none') return 'may';
    return { function: f, ...verdict };
  }

  /** Inside a function the event behind a vector happens. */
  fire(bdf: number, index: number): void {
    const f = this.state.routing.bus(bdf >>> 8)?.functions[bdf & 0xff];
    if (f === undefined || f.msix === undefined || index >= f.msix.size) return;
    const vector = f.vectors.vector(index);
    const enabled = f.config.bit(f.msixAt + 2, 15);
    const may = this.gate(f) === undefined && f.config.bit(4, 2) === 1;
    vector.pending = may && enabled === 1 && f.vectors.masked(index) === 1 ? 1 : -1;
    vector.firedAt = this.state.step;
    vector.stuck = 0;
  }
}

function same(content: Content, event: Message, iommu: boolean): boolean {
  if (((content.data ^ event.data) & event.dataMask) !== 0) return false;
  return iommu || ((content.addressLo ^ event.addressLo) >>> 2 === 0 && content.addressHi === event.addressHi);
}
