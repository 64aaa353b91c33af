/** Where configuration space lies in memory (PCIe 7.2.2). */

import type { Verdicts } from './check-verdicts.ts';
import { covered, ecamRanges, formatAddressRange, overlap, shared } from './check-ranges.ts';
import type { AddressRange, EcamWindow, HostRanges } from './device-tree.ts';

const MIB = 1n << 20n;

export function checkEcam(host: HostRanges, verdicts: Verdicts): void {
  const ranges = ecamRanges(host);
  for (const [index, window] of host.ecam.entries()) {
    const range = ranges[index]!;
    checkAlignment(window, range, verdicts);
    checkReserved(range, host, verdicts);
    const other = ranges.slice(0, index).find((one, at) => overlap(one, range) && !isSame(host.ecam[at]!, window));
    if (other === undefined) continue;
    verdicts.add('ECAM-002', undefined, 'ECAM', 'too small for its buses', {
      expected: `room for buses ${window.firstBus} to ${window.lastBus} apart from ${formatAddressRange(other)}`,
      actual: formatAddressRange(range),
      explanation: 'A window has 1 MiB for each bus that it announces, so two windows do not overlap.',
    });
  }
}

/**
 * ECAM-002: n bus bits make 2^(20+n) bytes, and the base is a multiple of that. Firmware states the base either of bus 0
 * or of the first bus; where they differ, one that fits is enough.
 */
function checkAlignment({ base, firstBus, lastBus }: EcamWindow, range: AddressRange, verdicts: Verdicts): void {
  verdicts.count('ECAM-002');
  const own = sizeFor(lastBus - firstBus + 1);
  const whole = sizeFor(lastBus + 1);
  const zero = base - BigInt(firstBus) * MIB;
  if (base % own !== 0n && (zero < 0n || zero % whole !== 0n)) {
    verdicts.add('ECAM-002', undefined, 'ECAM', 'base not aligned to its size', {
      expected: `a multiple of 0x${own.toString(16)}`,
      actual: `0x${base.toString(16)}`,
      explanation: 'The window of configuration space is aligned to its size, a power of two.',
    });
  } else if (range.last >> 64n !== 0n) {
    verdicts.add('ECAM-002', undefined, 'ECAM', 'beyond the address space', {
      expected: 'an end below 2^64',
      actual: formatAddressRange(range),
      explanation: 'The window of configuration space has room for every bus that it announces.',
    });
  }
}

/** Whether two windows lead to some bus both: then they may be one, told twice. */
function isSame(one: EcamWindow, other: EcamWindow): boolean {
  return one.segment === other.segment && one.firstBus <= other.lastBus && other.firstBus <= one.lastBus;
}

/** Bytes of the smallest window for so many buses. */
function sizeFor(buses: number): bigint {
  let size = MIB;
  while (size < BigInt(buses) * MIB) size *= 2n;
  return size;
}

/** ECAM-009: neither RAM nor an aperture; a part of an aperture that is declared as reserved is none. */
function checkReserved(range: AddressRange, host: HostRanges, verdicts: Verdicts): void {
  verdicts.count('ECAM-009');
  const report = (shape: string, what: string, hit: AddressRange): void =>
    verdicts.add('ECAM-009', undefined, 'ECAM', shape, {
      expected: `apart from ${what} (${formatAddressRange(hit)})`,
      actual: formatAddressRange(range),
      explanation: 'The range of configuration space is reserved: neither RAM nor devices lie in it.',
    });
  const ram = host.ram.find((one) => overlap(one, range));
  if (ram !== undefined) report('over RAM', 'RAM', ram);
  const aperture = [...host.mem32, ...host.mem64].find(
    (one) => overlap(one, range) && !covered(shared(one, range), host.reserved),
  );
  if (aperture !== undefined) report('in an aperture', 'the aperture', aperture);
}
