/** The common configuration of a correct virtio device in the most straightforward way, for the preamble `virtio-set-up`. */

import { expandLine, PREAMBLES } from '../../test/rules/expand.ts';
import type { Answers } from './guest.ts';
import { Guest } from './guest.ts';

export const COMMON = 0xc0040000n;
export const QUEUES = 3;
export const VECTORS = 3;
export const MOST = 256;

const VECTOR = 0x10;
const COUNT = 0x12;
const STATUS = 0x14;
const SELECT = 0x16;

interface Queue {
  size: number;
  vector: number;
  enable: number;
  halves: number[];
}

const newQueue = (): Queue => ({ size: MOST, vector: 0xffff, enable: 0, halves: [0, 0, 0, 0, 0, 0] });

export class CommonRegisters implements Answers {
  private vector = 0xffff;
  private status = 0x0b;
  private select = 1;
  private queues = Array.from({ length: QUEUES }, newQueue);
  /** Whether it has resources for vectors. */
  private readonly generous: boolean;

  constructor(generous: boolean) {
    this.generous = generous;
  }

  memoryRead(address: bigint): bigint {
    const offset = Number(address - COMMON);
    const queue = this.queues[this.select];
    if (offset === VECTOR) return BigInt(this.vector);
    if (offset === COUNT) return BigInt(QUEUES);
    if (offset === STATUS) return BigInt(this.status);
    if (offset === SELECT) return BigInt(this.select);
    if (queue === undefined) return 0n;
    if (offset === 0x18) return BigInt(queue.size);
    if (offset === 0x1a) return BigInt(queue.vector);
    if (offset === 0x1c) return BigInt(queue.enable);
    return BigInt(queue.halves[(offset - 0x20) / 4] ?? 0);
  }

  memoryWrite(address: bigint, _width: number, written: bigint): void {
    const offset = Number(address - COMMON);
    const data = Number(written);
    const queue = this.queues[this.select];
    const kept = data < VECTORS && this.generous ? data : 0xffff;
    if (offset === VECTOR) this.vector = kept;
    else if (offset === SELECT) this.select = data;
    else if (offset === STATUS) this.setStatus(data);
    else if (queue === undefined) return;
    else if (offset === 0x18) queue.size = data;
    else if (offset === 0x1a) queue.vector = kept;
    else if (offset === 0x1c) queue.enable = data;
    else if (offset >= 0x20) queue.halves[(offset - 0x20) / 4] = data;
  }

  private setStatus(data: number): void {
    this.status = data;
    if (data !== 0) return;
    this.vector = 0xffff;
    this.queues = Array.from({ length: QUEUES }, newQueue);
  }

  configRead(): number {
    throw new Error('the preamble reads configuration space');
  }

  configWrite(): void {
    throw new Error('the preamble writes configuration space');
  }

  portRead(): number {
    throw new Error('the device has no ports');
  }

  portWrite(): void {
    throw new Error('the device has no ports');
  }
}

/** A driver that has agreed with the device on features and has looked at queues 0 and 1; queue 1 is selected. */
export function driver(generous: boolean): Guest {
  const guest = new Guest(new CommonRegisters(generous));
  for (const line of (PREAMBLES['virtio-set-up'] ?? '').split('\n'))
    if (line.trim() !== '') for (const expanded of expandLine(line.trim())) guest.line(expanded);
  return guest;
}
