/** Judges messages: which vector sends them, and whether it may (PCIe 6.1.4). */

import { formatHex } from '../../core/hex.ts';
import { PRESENT } from '../function.ts';
import type { PciFunction } from '../function.ts';
import { blameRestore } from './after-restore.ts';
import type { MachineState } from '../state.ts';
import type { Message } from './content.ts';
import { same } from './content.ts';
import { block } from './gates.ts';
import type { Answer, Blocked } from './gates.ts';
import { causeless, watchSlots } from './hot-plug.ts';
import { IoApic } from './io-apic.ts';
import { askMsi, changedAt, fitsMessage, messageMasked } from './msi.ts';
import { askMsix, fitsEntry, mayMsix } from './msix.ts';
import { reportSurplus } from './owed.ts';
import type { Expected } from './owed.ts';
import { fire, firePerhaps } from './release.ts';

/** Senders that are asked first: most messages come from a few functions. */
const RECENT_AT_MOST = 4;

export class Ledger {
  readonly ioApic = new IoApic();
  messages = 0;
  private readonly state: MachineState;
  /** Functions that sent last, the latest first. */
  private readonly recent: PciFunction[] = [];

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
    return event.bdf === undefined && (!this.state.powerOn || this.elsewhere[event.data & 0xffff] === 1);
  }

  message(event: Message): void {
    this.messages++;
    const { state } = this;
    if (event.bdf === undefined && this.ioApic.sends(event.addressLo, event.data)) return;
    state.owed.noteSink(event.addressHi, event.addressLo);
    watchSlots(state, event);
    const expected = this.credit(event);
    if (expected !== undefined) this.noteReadBack(event);
    if (expected !== undefined && expected.sent > expected.most) {
      if (!this.isForeign(event) && !this.mayOther(event, expected)) reportSurplus(state, expected);
      return;
    }
    const answer = this.answer(event);
    if (answer === undefined) return;
    if (!('because' in answer)) {
      this.noteReadBack(event);
      if (expected === undefined) this.judgeSender(answer, event);
      else expected.function.vectors.control.spoke = true;
      return;
    }
    // Without power-on, functions that nobody looked at may send messages.
    if (!this.isForeign(event)) this.report(answer, event);
  }

  /** Where messages are read back from memory, another one to the same dword was not seen. */
  private noteReadBack({ addressLo }: Message): void {
    if (this.state.machine.messages.length > 0) this.state.owed.noteReadBack(addressLo);
  }

  private report(blocked: Blocked, event: Message): void {
    const { because, ...verdict } = blameRestore(blocked);
    this.state.owed.excuse(blocked.function);
    this.state.reporter.diverge({
      ...verdict,
      expected: 'no such message',
      actual: `message to address ${formatHex(event.addressHi, event.addressLo)} with data ${formatHex(0, event.data)}`,
      explanation: because,
    });
  }

  /** The function that may have sent a message, else why it must not have been sent, if any function fits it. */
  private answer(event: Message): PciFunction | Blocked | undefined {
    if (event.bdf === undefined) for (const f of this.recent) if (this.ask(f, event) === 'may') return f;
    let blocked: Blocked | undefined;
    for (const f of this.senders(event)) {
      const answer = this.ask(f, event);
      if (answer === 'may') {
        this.remember(f);
        return f;
      }
      blocked ??= answer;
    }
    return blocked;
  }

  private remember(f: PciFunction): void {
    const at = this.recent.indexOf(f);
    if (at >= 0) this.recent.splice(at, 1);
    this.recent.unshift(f);
    this.recent.length = Math.min(this.recent.length, RECENT_AT_MOST);
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

  /** The due or allowed message that this is; one that was sent already only if there is no other. */
  private credit(event: Message): Expected | undefined {
    let surplus: Expected | undefined;
    let others: Expected[] | undefined;
    // One that would have to send what is not in its entry, or not known to be, comes last.
    let hidden: Expected | undefined;
    for (const expected of this.state.owed.entries) {
      if (!this.isOf(expected, event)) {
        if (this.isOfAnother(expected, event)) (others ??= []).push(expected);
        continue;
      }
      if (!this.isFrom(expected.function, event)) {
        // A bridge may stand for what is below it: the message is not missing.
        expected.owed = false;
        continue;
      }
      if (expected.sent >= expected.most) surplus ??= expected;
      else if (this.isHidden(expected, event)) hidden ??= expected;
      else {
        expected.sent++;
        return expected;
      }
    }
    if (hidden !== undefined) {
      hidden.sent++;
      return hidden;
    }
    if (surplus === undefined) for (const expected of others ?? []) expected.lost = 'MSI-006';
    if (surplus === undefined || (surplus.most === 1 && !this.state.shown.causes)) return undefined;
    surplus.sent++;
    return surplus;
  }

  private isHidden({ function: f, msix, index }: Expected, event: Message): boolean {
    if (!msix) return false;
    const now = f.vectors.entry(index);
    return now === undefined || !same(now, event, this.state.machine.iommu);
  }

  private isFrom(f: PciFunction, { bdf }: Message): boolean {
    return bdf === undefined || this.state.routing.bus(bdf >>> 8)?.functions[bdf & 0xff] === f;
  }

  /** Whether a message of MSI is the expected one but for the low bits of its data, which tell the vector. */
  private isOfAnother({ function: f, msix, lost }: Expected, event: Message): boolean {
    if (msix || lost !== '' || event.bdf === undefined || !this.isFrom(f, event)) return false;
    const now = f.vectors.message();
    return now !== undefined && fitsMessage(this.state, now, now.replaces, event);
  }

  /** Whether a message has a content of an expected one, an expired one included. */
  private isOf({ function: f, msix, index }: Expected, event: Message): boolean {
    const { state } = this;
    if (msix) return f.msix !== undefined && fitsEntry(state, f, f.msix, index, event) !== 'no';
    const now = f.vectors.message();
    if (now === undefined) return true;
    if ((now.data & now.replaces) === 0 && ((event.data ^ index) & event.dataMask & now.replaces) !== 0) return false;
    return [now, ...f.vectors.msi.old].some((content) => fitsMessage(state, content, now.replaces, event));
  }

  /** Whether another vector than the expected one may have sent the message. */
  private mayOther(event: Message, expected: Expected): boolean {
    const { state } = this;
    for (const f of this.senders(event)) {
      if (f !== expected.function) {
        if (this.ask(f, event) === 'may') return true;
        continue;
      }
      if (f.vectors.uncertain) return true;
      if (!expected.msix) {
        if (this.mayOtherNumber(f, event, expected.index)) return true;
        continue;
      }
      const enabled = f.config.bit(f.msixAt + 2, 15);
      for (let index = 0; f.msix !== undefined && index < f.msix.size; index++) {
        if (index === expected.index || fitsEntry(state, f, f.msix, index, event) === 'no') continue;
        if (mayMsix(state, f, index, enabled) === 'may') return true;
      }
    }
    return false;
  }

  /** Whether another number of MSI may have sent the message: low bits of the data that are not 0 hide which (MSI-007). */
  private mayOtherNumber(f: PciFunction, event: Message, index: number): boolean {
    const now = f.vectors.message();
    if (now === undefined) return true;
    const { data, replaces } = now;
    const told = (data & replaces) === 0 ? replaces & event.dataMask : 0;
    for (let k = 0; k <= replaces; k++)
      if (k !== index && ((event.data ^ k) & told) === 0 && messageMasked(f, k) !== 1) return true;
    return false;
  }

  /** A message that a function may send, as far as its vectors go: is there a cause? */
  private judgeSender(f: PciFunction, event: Message): void {
    f.vectors.control.spoke = true;
    const blocked = causeless(this.state, f, event);
    if (blocked === undefined || this.isForeign(event)) return;
    for (const other of this.senders(event)) if (other !== f && this.ask(other, event) === 'may') return;
    this.report(blocked, event);
  }

  private ask(f: PciFunction, event: Message): Answer {
    if (f.presence !== PRESENT && !f.removed) return undefined;
    const { state } = this;
    const one = f.msixAt > 0 ? askMsix(state, f, event) : undefined;
    if (one === 'may') return one;
    const other = f.msiAt > 0 ? askMsi(state, f, event) : undefined;
    if (other === 'may') return other;
    const known = this.former(f, event) ?? one ?? other;
    if (known !== undefined) return known;
    if (event.bdf === undefined) return undefined;
    if (f.vectors.uncertain || !f.listComplete) return 'may';
    return this.foreign(f, event);
  }

  /** What the function sent before its last reset must not come after it (RST-007). */
  private former(f: PciFunction, event: Message): Answer {
    const { former, resetAt } = f.vectors;
    if (former.length === 0) return undefined;
    this.state.reporter.count('RST-007');
    if (f.answeredAt <= resetAt || f.doubt !== 'none' || f.vectors.uncertain) return undefined;
    const { config, msiAt, msixAt } = f;
    const controls = [msiAt, msixAt].filter((at) => at > 0).map((at) => config.changedAt[at >>> 2]!);
    // Once it was set up again, the rules of its mechanism say what it may send.
    if (controls.some((changed) => changed > resetAt)) return undefined;
    if (!former.some((content) => same(content, event, this.state.machine.iommu))) return undefined;
    return {
      function: f,
      rule: 'RST-007',
      register: 'Message',
      shape: 'message from before a reset',
      because: 'The reset of the function is complete: no message from before it may be seen.',
    };
  }

  /** The source names the sender, and none of its vectors has this content. */
  private foreign(f: PciFunction, event: Message): Answer {
    // Where interrupts are remapped, the data on the wire is not that of the entry either.
    if (this.state.machine.iommu || standsForOthers(f)) return undefined;
    const msix = f.msixAt > 0 && f.config.bit(f.msixAt + 2, 15) === 1;
    const msi = f.msiAt > 0 && f.config.bit(f.msiAt + 2, 0) === 1;
    if (!msix && !msi) return undefined;
    const now = msix ? undefined : f.vectors.message();
    this.state.reporter.count(msix ? 'MSIX-012' : 'MSI-006');
    if (now !== undefined && (now.data & now.replaces) !== 0) {
      this.state.reporter.count('MSI-007');
      return block(this.state, f, changedAt(f), {
        rule: 'MSI-007',
        register: 'MSI message',
        shape: event.addressLo === now.addressLo ? 'data of no vector' : 'another address',
        because:
          'The low bits of the data are replaced, ORed or added to; the others and the address are as programmed.',
      });
    }
    return block(this.state, f, changedAt(f), {
      rule: msix ? 'MSIX-012' : 'MSI-006',
      register: msix ? 'MSI-X message' : 'MSI message',
      shape: 'content of no vector',
      because: `No vector of the function is programmed to send this address and data.`,
    });
  }

  /** Inside a function the event behind a vector happens. */
  fire(bdf: number, index: number): void {
    const f = this.state.routing.surely(bdf >>> 8)?.functions[bdf & 0xff];
    if (f !== undefined) fire(this.state, f, index);
    else for (const one of this.state.routing.perhapsNamed(bdf)) firePerhaps(this.state, one, index);
  }
}

/**
 * Whether requests of other functions may bear the function's number: a bridge to conventional PCI takes them over, with
 * its own number or that of device 0 on the bus behind it (PCIe to PCI/PCI-X Bridge 2.3).
 */
function standsForOthers({ isBridge, portType, bus, deviceFunction }: PciFunction): boolean {
  const isPort = (type: number): boolean => type >= 4 && type <= 6;
  if (isBridge) return !isPort(portType);
  return deviceFunction === 0 && bus.owner !== undefined && !isPort(bus.owner.portType);
}
