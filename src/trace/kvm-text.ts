import { Access, MEMORY, PORT } from '../access/access.ts';
import type { Width } from '../access/access.ts';
import { widthMaskHi, widthMaskLo } from '../core/pair.ts';
import { Cursor, NEWLINE, word } from './cursor.ts';
import { LINE_LENGTH, LONG_LINE, lineText } from './importer.ts';
import type { Importer } from './importer.ts';
import { frameOf, lostEvents } from './kvm-frame.ts';
import type { Frame } from './kvm-frame.ts';
import { parseMsi } from './kvm-msi.ts';
import type { Tally } from './tally.ts';

const KVM_PIO = word('kvm_pio:');
const KVM_MMIO = word('kvm_mmio:');
const PIO_READ = word('pio_read at 0x');
const PIO_WRITE = word('pio_write at 0x');
const PIO_SIZE = word(' size ');
const PIO_COUNT = word(' count ');
const PIO_VALUE = word(' val 0x');
const MMIO_UNSATISFIED = word('mmio unsatisfied-read len ');
const MMIO_READ = word('mmio read len ');
const MMIO_WRITE = word('mmio write len ');
const MMIO_ADDRESS = word(' gpa 0x');

/** The widest access of a processor. A line tells the length of the whole, its value holds eight bytes at most. */
const LONGEST = 64;

/** GSIs below this are inputs of the I/O APIC; the others are routes of messages, which come as messages too. */
const IO_APIC_INPUTS = 24;

/** A thread that makes accesses, and the read of it that waits for its answer. */
interface Thread {
  vcpu: number;
  waits: boolean;
  waitsHi: number;
  waitsLo: number;
  waitsWidth: number;
  /** Line of the read. */
  waitsLine: number;
}

/**
 * KVM's events as text: `trace` and `trace_pipe` of tracefs, `trace-cmd report`, `perf script`. The texts are those of
 * the kernel's `arch/x86/kvm/trace.h` and `include/trace/events/kvm.h`.
 */
export class KvmText implements Importer {
  private readonly tally: Tally;
  private readonly cursor = new Cursor();
  private readonly access = new Access();
  private readonly frame: Frame = { event: 0, thread: -1, commandStart: 0, commandEnd: 0 };
  private readonly threads = new Map<number, Thread>();
  /** Numbers of vCPUs that are taken; those below `nextVcpu` all are. */
  private readonly vcpus = new Set<number>();
  private nextVcpu = 0;
  private line: number;
  private unfinished = false;
  /** Vectors of messages are hexadecimal (kernels before 4.x): known once one has a letter. */
  private hexVectors = false;
  private bootProcessorAtReset = false;

  constructor(tally: Tally, line: number) {
    this.tally = tally;
    this.line = line;
  }

  get result(): Tally['result'] {
    this.tally.result.lines = this.line;
    return this.tally.result;
  }

  lines(bytes: Uint8Array, start: number, end: number): void {
    const cursor = this.cursor;
    cursor.bytes = bytes;
    let at = start;
    while (at < end) {
      this.line++;
      let stop = at;
      while (bytes[stop] !== NEWLINE) stop++;
      if (stop - at > LINE_LENGTH) this.tally.problem(this.line, LONG_LINE);
      else this.one(bytes, at, stop);
      at = stop + 1;
    }
  }

  lastLine(bytes: Uint8Array, start: number, end: number): void {
    this.unfinished = true;
    this.lines(bytes, start, end);
  }

  longLine(): void {
    this.line++;
    this.tally.problem(this.line, LONG_LINE);
  }

  finish(): void {
    for (const thread of this.threads.values()) this.giveUpWaiting(thread);
  }

  private one(bytes: Uint8Array, start: number, end: number): void {
    const cursor = this.cursor;
    if (!frameOf(bytes, start, end, this.frame)) {
      this.text(lineText(bytes, start, end));
      return;
    }
    if (this.unfinished) {
      // Nothing tells whether a value at the end of the file is whole.
      this.tally.cut(this.line, 'its last line may not be whole');
      return;
    }
    cursor.at = this.frame.event;
    let whole: boolean;
    if (cursor.take(KVM_PIO)) whole = this.pio();
    else if (cursor.take(KVM_MMIO)) whole = this.mmio();
    else whole = this.other(lineText(bytes, cursor.at, end));
    if (!whole) this.tally.problem(this.line, 'a KVM event that is cut or damaged', cursor.at - start + 1);
  }

  private pio(): boolean {
    const cursor = this.cursor;
    const access = this.access;
    cursor.skipBlanks();
    if (cursor.take(PIO_READ)) access.write = false;
    else if (cursor.take(PIO_WRITE)) access.write = true;
    else return false;
    if (!cursor.hex() || cursor.hi !== 0 || cursor.lo >>> 16 !== 0) return false;
    access.space = PORT;
    access.addressHi = 0;
    access.addressLo = cursor.lo;
    if (!cursor.take(PIO_SIZE) || !cursor.decimal() || !this.setWidth(cursor.number, 4)) return false;
    if (!cursor.take(PIO_COUNT) || !cursor.decimal()) return false;
    const count = cursor.number;
    if (!cursor.take(PIO_VALUE) || !this.value()) return false;
    this.hand(this.thread());
    // Of a string instruction only the first element is told.
    if (count > 1) this.untold(access.write, access.width, 'string', 0, access.addressLo);
    return true;
  }

  private mmio(): boolean {
    const cursor = this.cursor;
    const access = this.access;
    cursor.skipBlanks();
    let unsatisfied = false;
    if (cursor.take(MMIO_READ)) access.write = false;
    else if (cursor.take(MMIO_WRITE)) access.write = true;
    else if (cursor.take(MMIO_UNSATISFIED)) unsatisfied = true;
    else return false;
    if (!cursor.decimal()) return false;
    const length = cursor.number;
    if (!cursor.take(MMIO_ADDRESS) || !cursor.hex()) return false;
    access.space = MEMORY;
    access.addressHi = cursor.hi;
    access.addressLo = cursor.lo;
    if (!cursor.take(PIO_VALUE) || length < 1 || length > LONGEST) return false;
    const told = this.setWidth(length, 8);
    if (!unsatisfied && told && !this.value()) return false;
    if (access.addressHi === 0 && access.addressLo >>> 12 === 0xfee00) {
      // Registers of the local APIC.
      this.tally.result.ignored++;
      return true;
    }
    const thread = this.thread();
    if (unsatisfied) {
      this.giveUpWaiting(thread);
      this.wait(thread, length);
    } else if (told) {
      this.hand(thread);
    } else {
      // Lengths such as 3 or 16 come from accesses that cross a page, and from vector registers.
      this.settle(thread, length);
      this.untold(access.write, length, 'length', access.addressHi, access.addressLo);
    }
    return true;
  }

  private setWidth(size: number, limit: number): boolean {
    if ((size !== 1 && size !== 2 && size !== 4 && size !== 8) || size > limit) return false;
    this.access.width = size satisfies Width;
    return true;
  }

  private value(): boolean {
    const { access, cursor } = this;
    if (!cursor.hex()) return false;
    access.valueLo = cursor.lo & widthMaskLo(access.width);
    access.valueHi = cursor.hi & widthMaskHi(access.width);
    return true;
  }

  private hand(thread: Thread): void {
    const access = this.access;
    this.settle(thread, access.width);
    access.vcpu = thread.vcpu;
    access.line = this.line;
    this.bootProcessorAtReset = false;
    this.tally.access(access);
  }

  /** The access is a read that leaves KVM; its answer is told by a later line of the same thread. */
  private wait(thread: Thread, width: number): void {
    thread.waits = true;
    thread.waitsHi = this.access.addressHi;
    thread.waitsLo = this.access.addressLo;
    thread.waitsWidth = width;
    thread.waitsLine = this.line;
  }

  /** A read of this thread that waits has its answer in the access, or never gets one. */
  private settle(thread: Thread, width: number): void {
    const { write, space, addressHi, addressLo } = this.access;
    const answers =
      thread.waits &&
      !write &&
      space === MEMORY &&
      addressLo === thread.waitsLo &&
      addressHi === thread.waitsHi &&
      width === thread.waitsWidth;
    if (!answers) {
      this.giveUpWaiting(thread);
      return;
    }
    thread.waits = false;
    this.tally.result.twins++;
  }

  private giveUpWaiting(thread: Thread): void {
    if (!thread.waits) return;
    thread.waits = false;
    this.untold(false, thread.waitsWidth, 'unanswered', thread.waitsHi, thread.waitsLo, thread.waitsLine);
  }

  /** An access of which the trace does not tell all. */
  private untold(
    write: boolean,
    width: number,
    reason: string,
    addressHi: number,
    addressLo: number,
    line = this.line,
  ): void {
    this.tally.event({ kind: 'refused', write, width, reason, addressHi, addressLo, line });
  }

  /** The thread of this line. Its vCPU: by its name, by an entry or exit before, else the next number that is free. */
  private thread(): Thread {
    const { frame, threads } = this;
    const known = threads.get(frame.thread);
    if (known !== undefined) return known;
    const command = lineText(this.cursor.bytes, frame.commandStart, frame.commandEnd);
    const number = /(?:^CPU |vcpu[ _-]?)(\d{1,4})/.exec(command)?.[1];
    return this.addThread(frame.thread, number === undefined ? this.freeVcpu() : Number(number));
  }

  private freeVcpu(): number {
    while (this.vcpus.has(this.nextVcpu)) this.nextVcpu++;
    return this.nextVcpu;
  }

  private addThread(id: number, vcpu: number): Thread {
    this.vcpus.add(vcpu);
    const thread: Thread = { vcpu, waits: false, waitsHi: 0, waitsLo: 0, waitsWidth: 0, waitsLine: 0 };
    this.threads.set(id, thread);
    return thread;
  }

  /** Events that are rarer; `text` begins with the event's name. */
  private other(text: string): boolean {
    const colon = text.indexOf(':');
    const words = text.slice(colon + 1).trim();
    switch (text.slice(0, colon)) {
      case 'kvm_fast_mmio':
        return this.fastMmio(words);
      case 'kvm_msi_set_irq':
        return this.msi(words);
      case 'kvm_set_irq':
        return this.setIrq(words);
      case 'kvm_entry':
      case 'kvm_exit':
        this.entryOrExit(words, text.startsWith('kvm_entry'));
        return true;
      default:
        this.tally.result.ignored++;
        return true;
    }
  }

  /** A write that an ioeventfd took: neither its width nor its value is told. */
  private fastMmio(words: string): boolean {
    const address = /^fast mmio at gpa 0x([0-9a-f]{1,16})$/.exec(words)?.[1];
    if (address === undefined) return false;
    const digits = address.padStart(16, '0');
    const high = Number.parseInt(digits.slice(0, 8), 16) | 0;
    this.untold(true, 0, 'fast-mmio', high, Number.parseInt(digits.slice(8), 16) | 0);
    return true;
  }

  private msi(words: string): boolean {
    this.hexVectors ||= /^dst \S+ vec [0-9]*[a-f]/.test(words);
    const message = parseMsi(words, this.hexVectors);
    if (message === undefined) return false;
    this.tally.event({ ...message, line: this.line });
    return true;
  }

  private setIrq(words: string): boolean {
    const match = /^gsi (\d{1,9}) level (\d+)/.exec(words);
    if (match === null) return false;
    const input = Number(match[1]);
    if (input >= IO_APIC_INPUTS) this.tally.result.ignored++;
    else this.tally.event({ kind: 'line', input, level: match[2] === '0' ? 0 : 1, line: this.line });
    return true;
  }

  /**
   * Newer kernels name the vCPU. Its start at the reset vector tells of a reset, but only to people: an event would
   * promise that this source tells of whatever resets or takes out a function, and of hot plug it shows nothing.
   */
  private entryOrExit(words: string, entry: boolean): void {
    const match = /^vcpu (\d{1,4})(?:, rip 0x([0-9a-f]+))?/.exec(words);
    const vcpu = Number(match?.[1]);
    if (match !== null) {
      const thread = this.threads.get(this.frame.thread) ?? this.addThread(this.frame.thread, vcpu);
      thread.vcpu = vcpu;
    }
    const rip = match?.[2];
    const ofBootProcessor = entry && vcpu === 0 && rip !== undefined;
    if (ofBootProcessor && rip === 'fff0' && !this.bootProcessorAtReset) {
      this.tally.remark(this.line, 'kvm_entry: the boot processor starts at its reset vector');
    } else {
      this.tally.result.ignored++;
    }
    if (ofBootProcessor) this.bootProcessorAtReset = rip === 'fff0';
  }

  private text(text: string): void {
    const lost = lostEvents(text);
    if (lost !== undefined) {
      for (const thread of this.threads.values()) thread.waits = false;
      this.tally.event(lost > 0 ? { kind: 'gap', lost, line: this.line } : { kind: 'gap', line: this.line });
    } else if (text.startsWith('#') || /^(?:cpus=\d+|version = \d+)$/.test(text.trim())) {
      this.tally.remark(this.line, text.replace(/^# ?/, ''));
    } else if (text.trim() !== '') {
      this.tally.unknown(this.line, text);
    }
  }
}
