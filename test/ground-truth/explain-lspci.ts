/** What `explain` said of registers when they were last read, against the words of the guest's `lspci -vvv`. */

import type { Annotation } from '../../src/report/explain/annotation.ts';
import { parseDecoded } from './lspci.ts';
import { NUMBERS, POWER, REGISTERS, VIRTIO } from './lspci-fields.ts';
import type { Flags } from './lspci-fields.ts';

/** Values by function, structure, register and field, as they were last read. */
export class LastReads {
  private readonly byFunction = new Map<number, Map<string, number>>();
  private readonly bars = new Map<number, Map<number, string>>();

  add({ bdf, way, structure, fields, bar }: Annotation): void {
    if (way !== 'read' || bdf < 0) return;
    let values = this.byFunction.get(bdf);
    if (values === undefined) this.byFunction.set(bdf, (values = new Map()));
    for (const { register, field, value } of fields) values.set(`${structure}/${register}/${field}`, value);
    if (bar === undefined || bar.probe || bar.address === undefined || bar.address === 0n || bar.none) return;
    let mine = this.bars.get(bdf);
    if (mine === undefined) this.bars.set(bdf, (mine = new Map()));
    const kind = bar.kind === 'io' ? 'io' : bar.kind === 'memory64' ? '64-bit' : '32-bit';
    mine.set(bar.index, `${bar.address.toString(16)} ${kind} ${bar.prefetchable === true}`);
  }

  value(bdf: number, key: string): number | undefined {
    return this.byFunction.get(bdf)?.get(key);
  }

  bar(bdf: number, index: number): string | undefined {
    return this.bars.get(bdf)?.get(index);
  }
}

export interface Difference {
  bdf: number;
  words: string;
}

/** Fields that both sides have, and where they differ. */
export function compareFields(guest: string, reads: LastReads): { count: number; differences: Difference[] } {
  const comparison = new FieldComparison(reads);
  for (const [bdf, fields] of parseDecoded(guest)) comparison.compare(bdf, fields);
  return comparison;
}

class FieldComparison {
  count = 0;
  readonly differences: Difference[] = [];
  private readonly reads: LastReads;

  constructor(reads: LastReads) {
    this.reads = reads;
  }

  compare(bdf: number, fields: ReadonlyMap<string, string>): void {
    for (const [key, text] of fields) {
      const section = key.slice(0, key.indexOf('/'));
      const label = key.slice(section.length + 1);
      const known = REGISTERS[label];
      // The power management capability has a `Status` of its own.
      if (label === 'Status' && section !== '') this.power(bdf, text);
      else if (known !== undefined) this.flags(bdf, known.register, known.flags, text, label);
      if (known !== undefined) this.numbers(bdf, label, text);
      if (label === 'capability') this.capability(bdf, text);
      const region = /^Region (\d)$/.exec(label);
      if (region !== null) this.region(bdf, Number(region[1]), text);
    }
  }

  private flags(bdf: number, register: string, flags: Flags, text: string, label: string): void {
    for (const word of text.split(/[\s,;]+/)) {
      const field = flags[word.slice(0, -1)];
      const sign = word.at(-1);
      if (field === undefined || (sign !== '+' && sign !== '-')) continue;
      this.value(bdf, `${register}/${field}`, sign === '+' ? 1 : 0, `${label} ${word}`);
    }
  }

  private numbers(bdf: number, label: string, text: string): void {
    for (const { of, field, pattern, code } of NUMBERS) {
      const theirs = of === label ? pattern.exec(text)?.[1] : undefined;
      if (theirs !== undefined) this.value(bdf, `${REGISTERS[label]?.register}/${field}`, code(theirs), text);
    }
  }

  private power(bdf: number, text: string): void {
    const register = 'Power Management/Power Management Control/Status';
    this.flags(bdf, register, POWER, text, 'Status');
    for (const [word, field] of [
      ['DSel', 'Data_Select'],
      ['DScale', 'Data_Scale'],
    ] as const) {
      const theirs = new RegExp(`${word}=(\\d+)`).exec(text)?.[1];
      if (theirs !== undefined) this.value(bdf, `${register}/${field}`, Number(theirs), text);
    }
    const state = /^D([0-3])/.exec(text)?.[1];
    if (state !== undefined) this.value(bdf, `${register}/PowerState`, Number(state), text);
  }

  private capability(bdf: number, text: string): void {
    const msix = /^MSI-X: Enable([+-]) Count=(\d+) Masked([+-])/.exec(text);
    if (msix !== null) {
      this.value(bdf, 'MSI-X/Message Control/MSI-X Enable', msix[1] === '+' ? 1 : 0, text);
      this.value(bdf, 'MSI-X/Message Control/Table Size', Number(msix[2]) - 1, text);
      this.value(bdf, 'MSI-X/Message Control/Function Mask', msix[3] === '+' ? 1 : 0, text);
    }
    const virtio = /VirtIO: (\w+) BAR=(\d) offset=([0-9a-f]+) size=([0-9a-f]+)/.exec(text);
    const structure = virtio === null ? undefined : VIRTIO[virtio[1] as string];
    if (virtio !== null && structure !== undefined) {
      this.value(bdf, `${structure}/bar/bar`, Number(virtio[2]), text);
      this.value(bdf, `${structure}/offset/offset`, Number.parseInt(virtio[3] as string, 16), text);
      this.value(bdf, `${structure}/length/length`, Number.parseInt(virtio[4] as string, 16), text);
    }
    const msi = /^MSI: Enable([+-]) Count=(\d+)\/(\d+) Maskable([+-]) 64bit([+-])/.exec(text);
    if (msi === null) return;
    this.value(bdf, 'MSI/Message Control/MSI Enable', msi[1] === '+' ? 1 : 0, text);
    this.value(bdf, 'MSI/Message Control/Multiple Message Enable', Math.log2(Number(msi[2])), text);
    this.value(bdf, 'MSI/Message Control/Multiple Message Capable', Math.log2(Number(msi[3])), text);
    this.value(bdf, 'MSI/Message Control/Per-Vector Masking Capable', msi[4] === '+' ? 1 : 0, text);
    this.value(bdf, 'MSI/Message Control/64 Bit Address Capable', msi[5] === '+' ? 1 : 0, text);
  }

  /** Kind and address. The size is the kernel's, and so is an address of 0; neither is among the bytes. */
  private region(bdf: number, index: number, text: string): void {
    const memory = /^Memory at ([0-9a-f]+) \((32|64)-bit, (non-)?prefetchable\)/.exec(text);
    const io = /^I\/O ports at ([0-9a-f]+)/.exec(text);
    const address = BigInt(`0x${memory?.[1] ?? io?.[1] ?? '0'}`);
    const mine = this.reads.bar(bdf, index);
    if (address === 0n || mine === undefined) return;
    const kind = memory === null ? 'io' : `${memory[2]}-bit`;
    const theirs = `${address.toString(16)} ${kind} ${memory !== null && memory[3] === undefined}`;
    this.count++;
    if (mine !== theirs) this.differences.push({ bdf, words: `BAR ${index}: explain says ${mine}; lspci ${theirs}` });
  }

  private value(bdf: number, key: string, theirs: number, text: string): void {
    // The common registers have the name of the header that they are in.
    const keys = key.startsWith('header/') ? [0, 1].map((type) => `Type ${type} ${key}`) : [key];
    for (const one of keys) {
      const mine = this.reads.value(bdf, one);
      if (mine === undefined) continue;
      this.count++;
      if (mine !== theirs) this.differences.push({ bdf, words: `${one}: explain says ${mine}; lspci ${text}` });
    }
  }
}
