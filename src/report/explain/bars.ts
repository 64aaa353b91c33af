/** BAR registers in words: probes for the size, sizes, addresses. */

import type { Access } from '../../access/access.ts';
import type { AccessStep } from '../../check/trace-steps.ts';
import type { ConfigurationPlace } from '../../model/decoder/decoder.ts';
import type { KnownBar, KnownFunction } from '../../model/decoder/known-function.ts';
import { hex, listed, sizeWords } from './words.ts';

const ROM = 6;

type Size = Pick<KnownBar, 'exponent' | 'none'>;

export type FollowedBar = KnownBar & {
  /** One of its registers holds the ones with which software asks for the size. */
  probe: boolean;
  /** The access writes them. */
  asks: boolean;
  /** Of the expansion ROM: its enable bit; undefined: not known. */
  enabled: boolean | undefined;
};

/** Remembers which registers hold all ones, and what was read back for them. */
export class BarProbes {
  /** By function and dword: the answer; undefined: nothing was read back. */
  private readonly answers = new Map<number, number | undefined>();
  /** By function and index: what the answers tell, for the model is sure only of what it saw change. */
  private readonly sizes = new Map<number, Size>();

  follow({ access }: AccessStep, place: ConfigurationPlace, f: KnownFunction, index: number): FollowedBar {
    const { bdf, offset, width } = place;
    const { answers, sizes } = this;
    const bar = f.bar(index);
    const touched = offset >>> 2;
    if (access.write) {
      if (isProbe(access, f.dword(touched), index)) answers.set(bdf * 16 + touched, undefined);
      else answers.delete(bdf * 16 + touched);
    } else if (width === 4 && answers.has(bdf * 16 + touched)) answers.set(bdf * 16 + touched, access.valueLo);
    const d = bdf * 16 + registerOf(f, index);
    const probe = answers.has(d) || (bar.kind === 'memory64' && answers.has(d + 1));
    const size = sizeOf(bar, answers.get(d), answers.get(d + 1)) ?? sizes.get(bdf * 8 + index);
    if (size !== undefined) sizes.set(bdf * 8 + index, size);
    const isKnown = bar.none || bar.exponent >= 0;
    const { value, known } = f.dword(registerOf(f, index));
    const enabled = index === ROM && (known & 1) === 1 ? (value & 1) === 1 : undefined;
    const asks = access.write && answers.has(bdf * 16 + touched);
    return { ...bar, ...(isKnown ? {} : size), probe, asks, enabled };
  }

  /** After something that may leave other contents in the registers, or another function under a number. */
  clear(): void {
    this.answers.clear();
    this.sizes.clear();
  }

  /** After a reset of one function. */
  forget(bdf: number): void {
    for (const key of this.answers.keys()) if (Math.floor(key / 16) === bdf) this.answers.delete(key);
    for (const key of this.sizes.keys()) if (Math.floor(key / 8) === bdf) this.sizes.delete(key);
  }
}

/** Size by what was read back for ones; undefined: not told. */
function sizeOf({ index, kind }: KnownBar, low: number | undefined, high: number | undefined): Size | undefined {
  if (low === undefined || kind === 'unknown') return undefined;
  const bits = low & (index === ROM ? ~0x7ff : kind === 'io' ? ~3 : ~0xf);
  if (bits !== 0) return { exponent: lowestBit(bits), none: false };
  if (kind !== 'memory64') return low === 0 ? { exponent: -1, none: true } : undefined;
  return high === undefined || high === 0 ? undefined : { exponent: 32 + lowestBit(high), none: false };
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/** Whether all address bits of a register are written 1, at once or by its parts. */
function isProbe({ width, valueLo }: Access, after: { value: number; known: number }, index: number): boolean {
  const low = index === ROM ? 0x7ff : 0xf;
  if (width === 4 || width === 0) return (valueLo | low) === -1;
  return after.known === -1 && (after.value | low) === -1;
}

function registerOf(f: KnownFunction, index: number): number {
  return index === ROM ? (f.headerType === 1 ? 0x38 : 0x30) >>> 2 : 4 + index;
}

function isUpper({ index, kind }: KnownBar, offset: number): boolean {
  return kind === 'memory64' && offset >>> 2 === 5 + index;
}

/** `BAR 2`, `BAR 2, upper half`, `Expansion ROM Base Address`, `BAR 2, bits 31:24`. A width of 0 is not known. */
export function barPlace(bar: KnownBar, offset: number, width: number): string {
  const low = 8 * (offset & 3);
  return listed([
    bar.index === ROM ? 'Expansion ROM Base Address' : `BAR ${bar.index}`,
    isUpper(bar, offset) ? 'upper half' : '',
    width === 1 || width === 2 ? `bits ${low + 8 * width - 1}:${low}` : '',
  ]);
}

/** `BAR 2`, `expansion ROM`. */
export function barName(index: number): string {
  return index === ROM ? 'expansion ROM' : `BAR ${index}`;
}

/** `16 KiB, memory, 64-bit, prefetchable`, as far as it is known. */
export function barKind(bar: KnownBar): string {
  const size = bar.exponent < 0 ? '' : sizeWords(1n << BigInt(bar.exponent));
  if (bar.none) return 'not implemented';
  if (bar.index === ROM) return size;
  const kind = bar.kind === 'io' ? 'I/O' : bar.kind === 'unknown' ? '' : 'memory';
  return listed([size, kind, bar.kind === 'memory64' ? '64-bit' : '', bar.prefetchable === true ? 'prefetchable' : '']);
}

/** What a read or a write of one of its registers says. */
export function barWords(bar: FollowedBar, write: boolean): string {
  if (bar.probe) {
    // While the other half holds ones, there is no address.
    if (write) return bar.asks ? 'all ones: what is the size?' : '';
    if (bar.none) return 'not implemented';
    return barKind(bar);
  }
  const { address, enabled } = bar;
  const place = listed([
    address === undefined ? '' : `address ${address === 0n ? '0' : hex(address)}`,
    enabled === undefined ? '' : enabled ? 'enabled' : 'disabled',
  ]);
  return write ? place : listed([barKind(bar), bar.none ? '' : place]);
}
