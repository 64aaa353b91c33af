/** A guest of a target in this process, for tests: short words for accesses and commands, and a simple enumeration. */
import { Access, MEMORY, PORT } from '../../src/access/access.ts';
import type { Space, Width } from '../../src/access/access.ts';
import { parseBdf } from '../../src/access/bdf.ts';
import type { Event } from '../../src/access/event.ts';
import type { EcamRange } from '../../src/access/machine.ts';
import type { CommandResult, Target } from '../../src/access/target.ts';

export class Guest {
  readonly target: Target;
  private readonly reused = new Access();

  constructor(target: Target) {
    this.target = target;
  }

  read(space: Space, address: number, width: Width): bigint {
    const access = this.fill(space, address, width);
    access.write = false;
    this.target.access(access);
    return (BigInt(access.valueHi >>> 0) << 32n) | BigInt(access.valueLo >>> 0);
  }

  write(space: Space, address: number, width: Width, value: number | bigint): void {
    const access = this.fill(space, address, width);
    const bits = BigInt.asUintN(width * 8, BigInt(value));
    access.write = true;
    access.valueLo = Number(bits & 0xffffffffn) | 0;
    access.valueHi = Number(bits >> 32n) | 0;
    this.target.access(access);
  }

  private fill(space: Space, address: number, width: Width): Access {
    const access = this.reused;
    access.space = space;
    access.addressHi = Math.floor(address / 2 ** 32) | 0;
    access.addressLo = (address % 2 ** 32) | 0;
    access.width = width;
    return access;
  }

  /** Reads of memory and ports as numbers. */
  mr(address: number, width: Width = 4): number {
    return Number(this.read(MEMORY, address, width));
  }

  mw(address: number, value: number | bigint, width: Width = 4): void {
    this.write(MEMORY, address, width, value);
  }

  pr(port: number, width: Width = 4): number {
    return Number(this.read(PORT, port, width));
  }

  pw(port: number, value: number, width: Width = 4): void {
    this.write(PORT, port, width, value);
  }

  /** Configuration space through ECAM. */
  cr(bdf: string, register: number, width: Width = 4): number {
    return this.mr(this.ecam(bdf) + register, width);
  }

  cw(bdf: string, register: number, value: number, width: Width = 4): void {
    this.mw(this.ecam(bdf) + register, value, width);
  }

  /** Where the configuration space of a function lies in memory. */
  ecam(text: string): number {
    const bdf = parseBdf(text) as number;
    const window = this.target.description.machine.ecam?.find((one) => one.segment === bdf >>> 16) as EcamRange;
    const base = (window.baseHi >>> 0) * 2 ** 32 + (window.baseLo >>> 0);
    return base + ((bdf & 0xffff) - (window.firstBus << 8)) * 4096;
  }

  fire(bdf: string, vector: number): CommandResult {
    return this.target.command({ kind: 'fire', bdf: parseBdf(bdf) as number, vector });
  }

  condition(bdf: string, level: 0 | 1): CommandResult {
    return this.target.command({ kind: 'condition', bdf: parseBdf(bdf) as number, level });
  }

  command(kind: 'reset' | 'save' | 'restore'): CommandResult {
    return this.target.command({ kind });
  }

  slot(kind: 'plug' | 'unplug', bdf: string): CommandResult {
    return this.target.command({ kind, bdf: parseBdf(bdf) as number });
  }

  events(): readonly Event[] {
    return this.target.takeEvents();
  }

  /** Messages since the last call, as `address data`. */
  messages(): string[] {
    return this.events()
      .filter((event) => event.kind === 'message')
      .map((event) => `${(event.addressLo >>> 0).toString(16)} ${event.data.toString(16)}`);
  }

  /** Changes of lines since the last call, as `input level`. */
  lines(): string[] {
    return this.events()
      .filter((event) => event.kind === 'line')
      .map((event) => `${event.input} ${event.level}`);
  }

  /** Offset of a capability; 0: there is none. `skip`: that many of the same id are passed over. */
  capability(bdf: string, id: number, skip = 0): number {
    let left = skip;
    let at = this.cr(bdf, 0x34, 1);
    while (at !== 0 && (this.cr(bdf, at, 1) !== id || left-- > 0)) at = this.cr(bdf, at + 1, 1);
    return at;
  }

  extended(bdf: string, id: number): number {
    let at = 0x100;
    while (at !== 0 && this.cr(bdf, at, 2) !== id) at = this.cr(bdf, at, 4) >>> 20;
    return at;
  }
}
