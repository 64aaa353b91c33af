/** BAR registers in words: probes for the size, sizes, addresses. */

import type { Access } from '../../access/access.ts';
import type { AccessStep } from '../../check/trace-steps.ts';
import type { ConfigurationPlace } from '../../model/decoder/decoder.ts';
import type { KnownBar, KnownFunction } from '../../model/decoder/known-function.ts';
import { hex, listed, sizeWords } from './words.ts';

const ROM = 6;

/** A BAR behind an access; `probe`: one of its registers holds the ones with which software asks for the size. */
export type FollowedBar = KnownBar & { probe: boolean };

/** Remembers which registers hold all ones, or what was read back for them. */
export class BarProbes {
  private readonly probed = new Map<number, Set<number>>();

  follow({ access }: AccessStep, { bdf, offset }: ConfigurationPlace, f: KnownFunction, index: number): FollowedBar {
    const bar = f.bar(index);
    let dwords = this.probed.get(bdf);
    if (access.write) {
      if (dwords === undefined) this.probed.set(bdf, (dwords = new Set()));
      const d = offset >>> 2;
      if (isProbe(access, f.dword(d), index)) dwords.add(d);
      else dwords.delete(d);
    }
    const d = registerOf(f, index);
    const probe = dwords !== undefined && (dwords.has(d) || (bar.kind === 'memory64' && dwords.has(d + 1)));
    return { ...bar, probe };
  }
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

/** `BAR 2`, `upper half of BAR 2`, `Expansion ROM Base Address`. */
export function barPlace(bar: KnownBar, offset: number): string {
  if (bar.index === ROM) return 'Expansion ROM Base Address';
  return isUpper(bar, offset) ? `BAR ${bar.index}, upper half` : `BAR ${bar.index}`;
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
    if (write) return 'all ones: what is the size?';
    if (bar.none) return 'not implemented';
    return barKind(bar);
  }
  const { address } = bar;
  const place = address === undefined ? '' : address === 0n ? 'no address' : `address ${hex(address)}`;
  return write ? place : listed([barKind(bar), bar.none ? '' : place]);
}
