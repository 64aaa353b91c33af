/** Bridge windows: which ranges a bridge forwards from above (PCIe 7.5.1.3.6 to 7.5.1.3.11). */

import { PORT } from '../../access/access.ts';
import { atMost } from '../../core/pair.ts';
import type { PciFunction } from '../function.ts';
import { classCodeOf } from '../function.ts';
import type { Extent } from './place.ts';
import { MAYBE, OFF, ON } from './region.ts';
import type { Decode, OffReason } from './region.ts';
import { isaDecode, lacksVga, vgaDecode } from './legacy-forwarding.ts';

/** A window's range, inclusive. `undefined`: its registers are not known; `closed`: base above limit, or none. */
interface Window {
  baseHi: number;
  baseLo: number;
  lastHi: number;
  lastLo: number;
  closed: boolean;
}

/**
 * Whether a bridge forwards a region's range downstream, and what keeps it from doing so. `wholeIsClosed`: the profile
 * declares that a window over the whole of 64 bits forwards nothing.
 */
export function windowDecode(
  bridge: PciFunction,
  region: Extent,
  wholeIsClosed: boolean,
): { decode: Decode; why: OffReason } {
  const prefetchable = (): Window | undefined =>
    wholeIsClosed && prefetchableIsWhole(bridge) ? NO_WINDOW : prefetchableWindow(bridge);
  const windows = region.space === PORT ? [ioWindow(bridge)] : [memoryWindow(bridge), prefetchable()];
  let decode: Decode = OFF;
  for (const window of windows) {
    const one = window === undefined ? MAYBE : holds(window, region);
    if (one > decode) decode = one;
  }
  let why: OffReason = windows[0]?.closed === true ? 'window closed' : 'window';
  // What ISA Enable takes out of the I/O window (PCIe 7.5.1.3.13).
  const isa = region.space === PORT && decode !== OFF ? isaDecode(bridge, region) : ON;
  if (isa === OFF) why = 'isa range';
  if (isa < decode) decode = isa;
  // What VGA Enable adds, whatever the windows and ISA Enable say.
  const vga = decode === ON ? OFF : vgaDecode(bridge, region);
  if (vga > decode) decode = vga;
  if (decode === OFF && why !== 'isa range' && lacksVga(bridge, region)) why = 'vga range';
  // A subtractive bridge also passes what nobody else claims.
  if (decode === OFF && (classCodeOf(bridge.config) & 0xff) === 1) decode = MAYBE;
  return { decode, why };
}

/** Whether nothing but VGA Enable of the bridge forwards the region. */
export function isForwardedForVga(bridge: PciFunction, region: Extent): boolean {
  if (vgaDecode(bridge, region) !== ON) return false;
  const windows = region.space === PORT ? [ioWindow(bridge)] : [memoryWindow(bridge), prefetchableWindow(bridge)];
  return windows.every((window) => window !== undefined && holds(window, region) === OFF);
}

function holds(window: Window, region: Extent): Decode {
  if (window.closed) return OFF;
  const from = atMost(window.baseHi, window.baseLo, region.baseHi, region.baseLo);
  const to = atMost(region.lastHi, region.lastLo, window.lastHi, window.lastLo);
  if (from && to) return ON;
  const apart =
    !atMost(window.baseHi, window.baseLo, region.lastHi, region.lastLo) ||
    !atMost(region.baseHi, region.baseLo, window.lastHi, window.lastLo);
  return apart ? OFF : MAYBE;
}

function make(baseHi: number, baseLo: number, lastHi: number, lastLo: number): Window {
  return { baseHi, baseLo, lastHi, lastLo, closed: !atMost(baseHi, baseLo, lastHi, lastLo) };
}

const NO_WINDOW: Window = { baseHi: 0, baseLo: 0, lastHi: 0, lastLo: 0, closed: true };

function memoryWindow(bridge: PciFunction): Window | undefined {
  const base = bridge.config.peek(0x20, 2);
  const limit = bridge.config.peek(0x22, 2);
  if (base === undefined || limit === undefined) return undefined;
  return make(0, (base & 0xfff0) << 16, 0, ((limit & 0xfff0) << 16) | 0xfffff);
}

function prefetchableWindow(bridge: PciFunction): Window | undefined {
  const { config } = bridge;
  // Read-only zeros in both: there is no such window, not one that is open at 0.
  if ((config.isHardwired[9]! & 0xfff0fff0) === (0xfff0fff0 | 0) && config.peek(0x24, 4) === 0) return NO_WINDOW;
  const base = config.peek(0x24, 2);
  const limit = config.peek(0x26, 2);
  if (base === undefined || limit === undefined) return undefined;
  const wide = (base & 0xf) === 1;
  const baseHi = wide ? config.peek(0x28, 4) : 0;
  const lastHi = wide ? config.peek(0x2c, 4) : 0;
  if (baseHi === undefined || lastHi === undefined) return undefined;
  return make(baseHi | 0, (base & 0xfff0) << 16, lastHi | 0, ((limit & 0xfff0) << 16) | 0xfffff);
}

/** Whether the prefetchable window goes from address 0 to the last one of 64 bits. */
function prefetchableIsWhole(bridge: PciFunction): boolean {
  const { baseHi, baseLo, lastHi, lastLo } = prefetchableWindow(bridge) ?? NO_WINDOW;
  return (baseHi | baseLo) === 0 && (lastHi & lastLo) === -1;
}

function ioWindow(bridge: PciFunction): Window | undefined {
  const { config } = bridge;
  if ((config.isHardwired[7]! & 0xf0f0) === 0xf0f0 && config.peek(0x1c, 2) === 0) return NO_WINDOW;
  const base = config.peek(0x1c, 1);
  const limit = config.peek(0x1d, 1);
  if (base === undefined || limit === undefined) return undefined;
  const wide = (base & 0xf) === 1;
  const baseUpper = wide ? config.peek(0x30, 2) : 0;
  const limitUpper = wide ? config.peek(0x32, 2) : 0;
  if (baseUpper === undefined || limitUpper === undefined) return undefined;
  const last = (limitUpper << 16) | ((limit & 0xf0) << 8) | 0xfff;
  return make(0, (baseUpper << 16) | ((base & 0xf0) << 8), 0, last);
}

/** A window as it stands in the registers of a bridge. */
export interface ForwardedRange {
  kind: 'I/O' | 'memory' | 'prefetchable';
  /** Both ends inclusive; undefined: the bridge has no such window, or it is closed. */
  range: { base: bigint; last: bigint } | undefined;
}

/** The windows of a bridge whose registers are known, whatever its enables say. */
export function windowsOf(bridge: PciFunction): ForwardedRange[] {
  const whole = (hi: number, lo: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
  return knownWindows(bridge).map(({ kind, baseHi, baseLo, lastHi, lastLo, closed }) => {
    return { kind, range: closed ? undefined : { base: whole(baseHi, baseLo), last: whole(lastHi, lastLo) } };
  });
}

/** Those of them that are open. `wholeIsClosed` as above. */
export function openWindows(
  bridge: PciFunction,
  wholeIsClosed: boolean,
): (Omit<Extent, 'space'> & Pick<ForwardedRange, 'kind'>)[] {
  return knownWindows(bridge)
    .filter(({ kind, closed }) => !closed && !(kind === 'prefetchable' && wholeIsClosed && prefetchableIsWhole(bridge)))
    .map(({ kind, baseHi, baseLo, lastHi, lastLo }) => ({ kind, baseHi, baseLo, lastHi, lastLo }));
}

function knownWindows(bridge: PciFunction): (Window & Pick<ForwardedRange, 'kind'>)[] {
  const found: [ForwardedRange['kind'], Window | undefined][] = [
    ['I/O', ioWindow(bridge)],
    ['memory', memoryWindow(bridge)],
    ['prefetchable', prefetchableWindow(bridge)],
  ];
  return found.flatMap(([kind, window]) => (window === undefined ? [] : [{ kind, ...window }]));
}

/** Whether an address is or may be inside a memory window of the bridge, so that requests from below do not go up. */
export function windowHolds(bridge: PciFunction, hi: number, lo: number): boolean {
  return [memoryWindow(bridge), prefetchableWindow(bridge)].some(
    (window) =>
      window === undefined ||
      (!window.closed && atMost(window.baseHi, window.baseLo, hi, lo) && atMost(hi, lo, window.lastHi, window.lastLo)),
  );
}
