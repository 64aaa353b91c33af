/**
 * Deviations of QEMU that a profile accepts by an identity with vendor, device and class. A run that begins in the middle
 * may meet them before it has read these: then the identity has a `?` in their place, and is another one.
 */

import type { Finding } from '../../src/check/finding.ts';
import { kindOfFunction } from '../../src/check/finding.ts';

interface Deviation {
  rule: string;
  register: string;
  /** Where the shape names a field: the first one that is wrong. */
  field?: string;
  /** Devices that have it, as `vendor:device`. */
  devices: readonly string[];
  reason: string;
}

const PORTS = ['1b36:000c', '8086:3420'];

const DEVIATIONS: readonly Deviation[] = [
  {
    rule: 'PCIE-002',
    register: 'Root Control',
    field: 'PME Interrupt Enable',
    devices: PORTS,
    reason: 'root ports implement bits 2:0 of Root Control only',
  },
];

/** All reasons, each of which must occur. */
export const HALF_KNOWN = DEVIATIONS.map(({ reason }) => reason);

/** Why a finding is one of these deviations under an identity that is not whole; undefined: it is not. */
export function halfKnown({ rule, first }: Finding): string | undefined {
  const kind = kindOfFunction(first.function);
  if (!kind.includes('?')) return undefined;
  return DEVIATIONS.find(
    (one) =>
      one.rule === rule &&
      one.register === first.register &&
      (one.field === undefined || first.shape.startsWith(`${one.field}: `)) &&
      one.devices.some((device) => fits(kind, device)),
  )?.reason;
}

/** Whether a kind of function may be a device: what is known of `vendor:device` is the same. */
function fits(kind: string, device: string): boolean {
  const [told = ''] = kind.split(' ').slice(-1);
  const [vendor, number] = told.split(':');
  const [wantedVendor, wantedNumber] = device.split(':');
  return (vendor === '?' || vendor === wantedVendor) && (number === '?' || number === wantedNumber);
}
