/** A device model as a team might have it: one function, 4 KiB of memory behind BAR 0, reached by ECAM. */
import { MEMORY, parseMachine } from 'barometer';
import type { Access, Command, CommandResult, Event, Target, TargetDescription } from 'barometer';

const ECAM = 0xb0000000;
/** The function is 00:01.0. */
const CONFIGURATION = ECAM + (1 << 15);
const CONFIGURATION_SIZE = 0x1000;
const MEMORY_SIZE = 0x1000;

const COMMAND = 0x04;
const MEMORY_SPACE_ENABLE = 2;
const BAR0 = 0x10;
const INTERRUPT_LINE = 0x3c;

export class ToyDevice implements Target {
  readonly description: TargetDescription = {
    name: 'toy',
    machine: parseMachine(`cam=0 ecam=0x${ECAM.toString(16)},0,0 mem32=0xc0000000-0xcfffffff caps=reset`),
    functions: [],
  };
  /** Configuration space; what is behind the header reads zero. */
  protected readonly registers = new DataView(new ArrayBuffer(CONFIGURATION_SIZE));
  /** What lies behind BAR 0. */
  private readonly memory = new DataView(new ArrayBuffer(MEMORY_SIZE));

  constructor() {
    this.registers.setUint32(0x00, 0x0001_1af0, true); // Device ID and Vendor ID
    this.registers.setUint32(0x08, 0xff0000_01, true); // class code: of no known class; revision 1
    this.powerOn();
  }

  access(access: Access): void {
    const { write, width, valueLo, valueHi } = access;
    if (write) {
      for (let at = 0; at < width; at += 4)
        this.write(access, at, Math.min(4, width - at), at === 0 ? valueLo : valueHi);
      return;
    }
    access.valueLo = this.read(access, 0, Math.min(4, width));
    access.valueHi = width === 8 ? this.read(access, 4, 4) : 0;
  }

  command(command: Command): CommandResult {
    if (command.kind !== 'reset') return { done: false, reason: `the device does not know '${command.kind}'` };
    this.powerOn();
    return { done: true };
  }

  /** It sends no interrupts. */
  takeEvents(): readonly Event[] {
    return [];
  }

  private powerOn(): void {
    for (const register of [COMMAND, BAR0, INTERRUPT_LINE]) this.registers.setUint32(register, 0, true);
  }

  /** A part of an access: up to four bytes from `at` on. */
  private read({ space, addressHi, addressLo }: Access, at: number, width: number): number {
    const address = (addressLo >>> 0) + at;
    if (space !== MEMORY || addressHi !== 0) return ones(width);
    const offset = address - CONFIGURATION;
    if (offset >= 0 && offset + width <= CONFIGURATION_SIZE) return load(this.registers, offset, width);
    const place = address - this.base();
    if (this.decodes() && place >= 0 && place + width <= MEMORY_SIZE) return load(this.memory, place, width);
    return ones(width);
  }

  private write({ space, addressHi, addressLo }: Access, at: number, width: number, value: number): void {
    const address = (addressLo >>> 0) + at;
    if (space !== MEMORY || addressHi !== 0) return;
    const offset = address - CONFIGURATION;
    if (offset >= 0 && offset + width <= CONFIGURATION_SIZE) {
      this.writeRegister(offset, width, value);
      return;
    }
    const place = address - this.base();
    if (this.decodes() && place >= 0 && place + width <= MEMORY_SIZE) store(this.memory, place, width, value);
  }

  private writeRegister(offset: number, width: number, value: number): void {
    if (offset === COMMAND) this.registers.setUint8(COMMAND, value & MEMORY_SPACE_ENABLE);
    if (offset === INTERRUPT_LINE) this.registers.setUint8(INTERRUPT_LINE, value);
    if (offset >= BAR0 && offset < BAR0 + 4) this.writeBar(offset - BAR0, width, value);
  }

  /** `at`: the first byte of the register that is written. */
  protected writeBar(at: number, width: number, value: number): void {
    if (at === 0 && width === 4) this.registers.setUint32(BAR0, value & -MEMORY_SIZE, true);
  }

  private base(): number {
    return this.registers.getUint32(BAR0, true);
  }

  private decodes(): boolean {
    return (this.registers.getUint8(COMMAND) & MEMORY_SPACE_ENABLE) !== 0;
  }
}

/** What nobody answers reads ones. */
function ones(width: number): number {
  return width === 4 ? -1 : 2 ** (8 * width) - 1;
}

function load(from: DataView, at: number, width: number): number {
  let value = 0;
  for (let byte = width - 1; byte >= 0; byte--) value = (value << 8) | from.getUint8(at + byte);
  return value;
}

function store(to: DataView, at: number, width: number, value: number): void {
  for (let byte = 0; byte < width; byte++) to.setUint8(at + byte, value >>> (8 * byte));
}
