import { Access, MEMORY, PORT } from '../access/access.ts';
import type { MachineDescription, Range } from '../access/machine.ts';
import { atMost, differenceHi, differenceLo, sumHi, sumLo, widthMaskHi, widthMaskLo } from '../core/pair.ts';
import { Cursor, NEWLINE, word } from './cursor.ts';
import { LINE_LENGTH, LONG_LINE, lineText } from './importer.ts';
import type { Importer } from './importer.ts';
import { ConfigIndex } from './qemu-config.ts';
import { QemuPairing } from './qemu-pairing.ts';
import { QemuLifeCycle } from './qemu-life-cycle.ts';
import { QemuRareLines } from './qemu-rare-lines.ts';
import { embeddedRecord, isRecordName, looksCut, withoutStamp } from './qemu-text.ts';
import {
  APIC,
  DATA,
  DINO,
  ECAM,
  GIC_FRAME,
  INDEX,
  ITS_TRANSLATION,
  LINEAR,
  MEMORY_HOLE,
  ONE_HOT_DATA,
  ONE_HOT_INDEX,
  regionKind,
  UNNAMED,
} from './qemu-region.ts';
import type { Tally } from './tally.ts';

const MEMORY_REGION = word('memory_region_');
const OPS = word('ops_');
const RAM_DEVICE = word('ram_device_');
const SUBPAGE = word('subpage_');
const READ = word('read cpu ');
const WRITE = word('write cpu ');
const MR = word(' mr 0x');
const ADDR = word(' addr 0x');
const VALUE = word(' value 0x');
const SIZE = word(' size ');
const PCI_CFG_READ = word('pci_cfg_read ');
const PCI_CFG_WRITE = word('pci_cfg_write ');
const REGISTER = word(' @0x');
const ANSWER = word(' -> 0x');
const WRITTEN = word(' <- 0x');
const IOAPIC_SET_IRQ = word('ioapic_set_irq vector: ');
const LEVEL = word(' level: ');

/** Offsets from the base of ECAM, 256 buses. An ECAM base below this would lie where a machine has its RAM or ROM. */
const ECAM_SIZE = 0x1000_0000;

/**
 * QEMU's trace log (`-trace … -D FILE`, with or without time stamps). Each guest access is told once: of a
 * configuration access the region's line is taken, as it has the width, and its `pci_cfg_*` line is dropped. Hosts that
 * reach configuration space by means of their own come out as CONFIG accesses. Facts about the format are from QEMU's
 * `softmmu/trace-events`, `hw/pci/trace-events` and recordings of QEMU 7.2.
 */
export class QemuLog implements Importer {
  private readonly tally: Tally;
  private readonly ecamBase: { hi: number; lo: number } | undefined;
  private readonly ioWindow: Range | undefined;
  private readonly cursor = new Cursor();
  private readonly lifeCycle = new QemuLifeCycle();
  private readonly config = new ConfigIndex();
  private readonly pairing: QemuPairing;
  private readonly rare: QemuRareLines;
  private readonly access = new Access();
  private line: number;
  private vcpuThread = -2;
  private camPorts = false;

  private lineStart = 0;
  /** The line has no newline: a killed QEMU may have left it half written. */
  private unfinished = false;

  constructor(tally: Tally, machine: Partial<MachineDescription>, line: number) {
    const ecam = machine.ecam?.[0];
    this.tally = tally;
    this.pairing = new QemuPairing(tally, this.config);
    this.rare = new QemuRareLines(tally, this.pairing, this.lifeCycle);
    this.line = line;
    this.ecamBase = ecam === undefined ? undefined : { hi: ecam.baseHi, lo: ecam.baseLo };
    this.ioWindow = machine.ioWindow;
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
      cursor.at = at;
      this.lineStart = at;
      if (!this.record()) this.text(at);
      let stop = cursor.at;
      while (stop < end && bytes[stop] !== NEWLINE) stop++;
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
    this.pairing.finish();
  }

  /** Reads a record at the cursor, its prefix `TID@SECONDS.MICROS:` included; false when there is none. */
  private record(): boolean {
    const cursor = this.cursor;
    let thread = -1;
    if (cursor.peek() <= 0x39 && cursor.peek() >= 0x30) {
      if (!cursor.decimal() || cursor.peek() !== 0x40) return false;
      thread = cursor.number;
      cursor.at++;
      if (!this.skipTime()) return false;
    }
    switch (cursor.peek()) {
      case 0x6d: // m
        return cursor.take(MEMORY_REGION) ? this.memoryRegion(thread) : this.other(thread);
      case 0x70: // p
        if (cursor.take(PCI_CFG_READ)) return this.pciCfg(false);
        return cursor.take(PCI_CFG_WRITE) ? this.pciCfg(true) : this.other(thread);
      case 0x69: // i
        return cursor.take(IOAPIC_SET_IRQ) ? this.lineLevel() : this.other(thread);
      default:
        return this.other(thread);
    }
  }

  private skipTime(): boolean {
    const cursor = this.cursor;
    const bytes = cursor.bytes;
    let at = cursor.at;
    let byte = bytes[at] as number;
    while ((byte >= 0x30 && byte <= 0x39) || byte === 0x2e) byte = bytes[++at] as number;
    cursor.at = at + 1;
    return byte === 0x3a;
  }

  /** `memory_region_…` has been passed over. */
  private memoryRegion(thread: number): boolean {
    const cursor = this.cursor;
    const access = this.access;
    if (!cursor.take(OPS)) {
      // Second lines of an access, with an offset for its address.
      if (!cursor.take(SUBPAGE) && !cursor.take(RAM_DEVICE)) return false;
      this.tally.result.twins++;
      return true;
    }
    if (cursor.take(READ)) access.write = false;
    else if (cursor.take(WRITE)) access.write = true;
    else return false;
    if (!cursor.decimal()) return this.damaged();
    access.vcpu = cursor.number;
    if (!cursor.take(MR)) return this.damaged();
    cursor.skipHex();
    if (!cursor.take(ADDR) || !cursor.hex()) return this.damaged();
    access.addressLo = cursor.lo;
    access.addressHi = cursor.hi;
    if (!cursor.take(VALUE) || !cursor.hex()) return this.damaged();
    const lo = cursor.lo;
    const hi = cursor.hi;
    if (!cursor.take(SIZE) || !cursor.decimal()) return this.damaged();
    const size = cursor.number;
    if (size !== 4 && size !== 1 && size !== 2 && size !== 8) return this.damaged();
    access.width = size;
    access.valueLo = lo & widthMaskLo(size);
    access.valueHi = hi & widthMaskHi(size);
    access.line = this.line;
    if (thread !== this.vcpuThread && access.vcpu >= 0) {
      this.vcpuThread = thread;
      this.lifeCycle.vcpuThread(thread);
    }
    // Only the name's second apostrophe shows that the line is whole.
    if (this.unfinished && !/^ name '.*'$/.test(this.restOfLine(cursor.at))) return this.damaged();
    const kind = regionKind(cursor);
    this.dispatch(kind);
    return true;
  }

  private dispatch(kind: number): void {
    const access = this.access;
    switch (kind) {
      case INDEX:
        if (this.isPort()) {
          this.camPorts = true;
          this.emit(PORT);
        } else {
          this.setIndex();
        }
        return;
      case ONE_HOT_INDEX:
        this.setIndex();
        return;
      case DATA:
        if (this.isPort()) this.pairing.plain(access, PORT);
        else this.pairing.own(access, this.config.plain(access.addressLo));
        return;
      case ONE_HOT_DATA:
        this.pairing.own(access, this.config.oneHot(access.addressLo));
        return;
      case LINEAR:
        this.config.linear(access.addressLo);
        this.pairing.own(access, true);
        return;
      case ECAM:
        this.ecam();
        return;
      case DINO:
        // Of a port access through Dino the port's own line is the one that is taken.
        if ((access.addressLo & 0xfc) === 0x6c) this.settleAndCountTwin();
        else this.emit(MEMORY);
        return;
      case APIC:
        this.apic();
        return;
      case GIC_FRAME:
        if (access.write && (access.addressLo & 0xfff) === 0x40) this.message();
        else this.emit(MEMORY);
        return;
      case ITS_TRANSLATION:
        if (access.write) this.message();
        else this.emit(MEMORY);
        return;
      case MEMORY_HOLE:
        this.emit(MEMORY);
        return;
      case UNNAMED:
        this.unnamed();
        return;
      default:
        this.emit(this.reachesPort() ? PORT : MEMORY);
    }
  }

  /** QEMU before 6.2 did not name regions: the address must tell what is configuration space. */
  private unnamed(): void {
    const { addressHi, addressLo } = this.access;
    if (addressHi === 0 && addressLo >>> 20 === 0xfee) this.apic();
    else if (addressHi === 0 && addressLo >>> 2 === 0xcfc >>> 2) this.pairing.plain(this.access, PORT);
    else if (this.reachesPort()) this.emit(PORT);
    // Any memory access may be one to ECAM; whether it is shows by a pci_cfg line that fits.
    else this.pairing.plain(this.access, MEMORY);
  }

  /** Whether the address is that of a port; one in the window of ports is put right. The address alone tells. */
  private reachesPort(): boolean {
    const access = this.access;
    const window = this.ioWindow;
    if (this.isPort()) return access.width !== 8;
    if (window === undefined || !this.inside(window)) return false;
    access.addressLo = differenceLo(access.addressLo, window.loLo);
    access.addressHi = 0;
    return true;
  }

  private isPort(): boolean {
    return this.access.addressHi === 0 && this.access.addressLo >>> 16 === 0;
  }

  /** Whether the address is that of a port in the window; some windows are wider than there are ports. */
  private inside(window: Range): boolean {
    const { addressHi, addressLo } = this.access;
    return (
      atMost(window.loHi, window.loLo, addressHi, addressLo) &&
      atMost(addressHi, addressLo, window.hiHi, window.hiLo) &&
      differenceHi(addressHi, addressLo, window.loHi, window.loLo) === 0 &&
      differenceLo(addressLo, window.loLo) >>> 16 === 0
    );
  }

  /** The address is absolute, or the offset from a base that the machine description may tell. */
  private ecam(): void {
    const access = this.access;
    const { addressHi, addressLo } = access;
    const isOffset = addressHi === 0 && addressLo >>> 0 < ECAM_SIZE;
    if (!isOffset || (this.ecamBase === undefined && this.camPorts)) {
      this.pairing.plain(access, MEMORY);
    } else if (this.ecamBase !== undefined) {
      const { hi, lo } = this.ecamBase;
      access.addressHi = sumHi(hi, lo, addressHi, addressLo);
      access.addressLo = sumLo(lo, addressLo);
      this.pairing.plain(access, MEMORY);
    } else {
      this.config.ecam(addressLo);
      this.pairing.own(access, true);
    }
  }

  private setIndex(): void {
    if (this.access.write) this.config.index = this.access.valueLo;
    this.settleAndCountTwin();
  }

  private settleAndCountTwin(): void {
    this.pairing.settle();
    this.tally.result.twins++;
  }

  /** Region of the local APIC's registers, which is also where messages are written. */
  private apic(): void {
    const access = this.access;
    const { addressLo } = access;
    const isRegister = addressLo >>> 12 === 0xfee00 && ((addressLo >>> 4) & 0xff) !== 0;
    // A machine's reset writes one zero there before the machine runs: an artefact, no message.
    const isArtefact = !this.lifeCycle.started && access.vcpu < 0 && access.valueLo === 0;
    if (access.write && !isRegister && !isArtefact) {
      this.message();
    } else {
      this.pairing.settle();
      this.tally.result.ignored++;
    }
  }

  private message(): void {
    this.pairing.settle();
    const { addressHi, addressLo, valueLo } = this.access;
    this.tally.event({ kind: 'message', addressHi, addressLo, data: valueLo, dataMask: -1, line: this.line });
  }

  private emit(space: typeof PORT | typeof MEMORY): void {
    this.pairing.settle();
    this.access.space = space;
    this.tally.access(this.access);
  }

  /** `pci_cfg_read ` or `pci_cfg_write ` has been passed over. */
  private pciCfg(write: boolean): boolean {
    const cursor = this.cursor;
    while (cursor.peek() > 0x20) cursor.at++;
    // A line that ends here must not be left: its newline stops every scan.
    if (cursor.peek() !== 0x20) return this.damaged();
    cursor.at++;
    const start = cursor.at;
    if (!cursor.hex() || cursor.peek() !== 0x3a) return this.damaged();
    cursor.at++;
    let bdf = cursor.lo << 8;
    if (!cursor.hex()) return this.damaged();
    const device = cursor.lo;
    // Before QEMU 7.1: decimal device and function, and no bus, so that the function is not known.
    const withoutBus = cursor.peek() !== 0x2e;
    if (!withoutBus) {
      cursor.at++;
      if (!cursor.hex()) return this.damaged();
      bdf |= (device << 3) | cursor.lo;
    }
    if (!cursor.take(REGISTER) || !cursor.hex()) return this.damaged();
    const register = cursor.lo;
    if (!cursor.take(write ? WRITTEN : ANSWER) || !cursor.hex()) return this.damaged();
    // Nothing tells whether a value at the end of the file is whole.
    if (this.unfinished) return this.damaged();
    if (cursor.hi !== 0 || register >>> 0 > 0xfff || bdf > 0xffff || cursor.at - start > 64) return this.damaged();
    this.pairing.line(write, withoutBus ? -1 : bdf, register, cursor.lo, this.line);
    return true;
  }

  /** `ioapic_set_irq vector: ` has been passed over. */
  private lineLevel(): boolean {
    const cursor = this.cursor;
    if (!cursor.decimal()) return this.damaged();
    const input = cursor.number;
    if (input < 0 || !cursor.take(LEVEL) || !cursor.decimal()) return this.damaged();
    this.pairing.settle();
    this.tally.event({ kind: 'line', input, level: cursor.number === 0 ? 0 : 1, line: this.line });
    return true;
  }

  /** A record of a form that is known, but not whole or with impossible numbers. */
  private damaged(): boolean {
    if (this.unfinished) {
      this.tally.cut(this.line, 'its last line is not whole');
      return true;
    }
    this.tally.problem(this.line, "a record of QEMU's log that is cut or damaged", this.cursor.at - this.lineStart + 1);
    return true;
  }

  private other(thread: number): boolean {
    const text = this.restOfLine(this.cursor.at);
    // Only the change of the run state shows that it is whole: it ends in a parenthesis.
    const isRecord = thread >= 0 || isRecordName(text.replace(/ .*/, ''));
    if (this.unfinished && isRecord && !text.endsWith(')')) return this.damaged();
    return this.rare.record(text, thread, this.line);
  }

  /** A line that is no record: `-d` text, perhaps with a record in its middle. */
  private text(start: number): void {
    const cursor = this.cursor;
    const bytes = cursor.bytes;
    cursor.at = start;
    let end = start;
    while (bytes[end] !== NEWLINE) end++;
    if (end - start > LINE_LENGTH) {
      cursor.at = end;
      this.tally.problem(this.line, LONG_LINE);
      return;
    }
    const text = lineText(bytes, start, end);
    const record = embeddedRecord(text);
    if (record >= 0) {
      if (record > 0) this.words(withoutStamp(text.slice(0, record)));
      this.embedded(text.slice(record));
      cursor.bytes = bytes;
    } else if (text !== '') {
      this.words(text);
    }
    cursor.at = end;
  }

  /** A record out of its place. Digits before it may belong to the text, so its thread is not known. */
  private embedded(text: string): void {
    const cursor = this.cursor;
    cursor.bytes = Buffer.from(`${text}\n`, 'latin1');
    cursor.at = 0;
    this.lineStart = 0;
    if (!this.record()) this.words(text);
  }

  private words(text: string): void {
    if (this.unfinished && looksCut(text)) this.tally.cut(this.line, 'its last line is not whole');
    else this.rare.words(text, this.line);
  }

  private restOfLine(start: number): string {
    const bytes = this.cursor.bytes;
    let end = start;
    while (bytes[end] !== NEWLINE) end++;
    return lineText(bytes, start, Math.min(end, start + LINE_LENGTH)).trimEnd();
  }
}
