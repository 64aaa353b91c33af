/** The machine of the properties as a target: ports and memory, with both configuration mechanisms decoded. */

import { MEMORY, PORT } from '../../src/access/access.ts';
import type { Access } from '../../src/access/access.ts';
import type { Event } from '../../src/access/event.ts';
import type { Command, CommandResult, Target } from '../../src/access/target.ts';
import type { Machine } from './machine.ts';
import { ECAM_BASE, machine as description } from './judge.ts';

export class MachineTarget implements Target {
  readonly description = { name: 'machine of the properties', machine: description(), functions: [] };
  private readonly machine: Machine;
  private selector = 0;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  access(access: Access): void {
    const { space, width, addressLo, addressHi } = access;
    const address = BigInt.asUintN(32, BigInt(addressLo)) + (BigInt.asUintN(32, BigInt(addressHi)) << 32n);
    const value = BigInt.asUintN(32, BigInt(access.valueLo)) + (BigInt.asUintN(32, BigInt(access.valueHi)) << 32n);
    const answer = (given: bigint | number): void => {
      access.valueLo = Number(BigInt.asIntN(32, BigInt(given)));
      access.valueHi = width === 8 ? Number(BigInt.asIntN(32, BigInt(given) >> 32n)) : 0;
    };
    const ecam = address - ECAM_BASE;
    if (space === MEMORY && ecam >= 0n && ecam < 0x10000000n) this.configuration(access, Number(ecam), answer, value);
    else if (space === MEMORY) {
      if (access.write) this.machine.memoryWrite(address, width, value);
      else answer(this.machine.memoryRead(address, width));
    } else if (space === PORT) this.port(access, answer, Number(value));
  }

  /** By bytes, as the specification sees an access that is no aligned dword. */
  private configuration(access: Access, ecam: number, answer: (given: bigint) => void, value: bigint): void {
    let read = 0n;
    for (let byte = 0; byte < access.width; byte++) {
      const at = ecam + byte;
      const data = Number((value >> BigInt(8 * byte)) & 0xffn);
      if ((ecam & 3) + access.width <= 4) break;
      if (access.write) this.machine.configWrite(at >>> 12, at & 0xfff, 1, data);
      else read |= BigInt(this.machine.configRead(at >>> 12, at & 0xfff, 1)) << BigInt(8 * byte);
    }
    if ((ecam & 3) + access.width > 4) {
      if (!access.write) answer(read);
    } else if (access.write) this.machine.configWrite(ecam >>> 12, ecam & 0xfff, access.width, Number(value));
    else answer(BigInt(this.machine.configRead(ecam >>> 12, ecam & 0xfff, access.width)));
  }

  private port(access: Access, answer: (given: number) => void, value: number): void {
    const { addressLo: port, width } = access;
    if (port === 0xcf8 && width === 4) {
      if (access.write) this.selector = (value & 0x80ffffff & ~3) >>> 0;
      else answer(this.selector);
      return;
    }
    const offset = (this.selector & 0xfc) + (port - 0xcfc);
    if (port >= 0xcfc && port + width <= 0xd00 && this.selector >= 0x80000000) {
      const bdf = (this.selector >>> 8) & 0xffff;
      if (access.write) this.machine.configWrite(bdf, offset, width, value);
      else answer(this.machine.configRead(bdf, offset, width));
    } else if (port >= 0xcf8 && port < 0xd00) {
      if (!access.write) answer(2 ** (8 * width) - 1);
    } else if (access.write) this.machine.portWrite(port, width, value);
    else answer(this.machine.portRead(port, width));
  }

  command(command: Command): CommandResult {
    if (command.kind !== 'reset') return { done: false, reason: 'the machine of the properties has resets only' };
    this.machine.reset();
    this.selector = 0;
    return { done: true };
  }

  takeEvents(): readonly Event[] {
    return [];
  }
}
