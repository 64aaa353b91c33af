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
    rule: 'STS-004',
    register: 'Status',
    field: '66 MHz Capable',
    devices: ['1b36:000e'],
    reason: 'pcie-pci-bridge shows bits 5 and 7 of Status (00B0h), which a PCI Express function has hardwired to 0',
  },
  {
    rule: 'PCIE-002',
    register: 'Root Control',
    field: 'PME Interrupt Enable',
    devices: PORTS,
    reason: 'root ports implement bits 2:0 of Root Control only',
  },
  {
    rule: 'PCIE-002',
    register: 'Slot Control',
    field: 'Data Link Layer State Changed Enable',
    devices: PORTS,
    reason: 'bit 12 cannot be written though Link Capabilities bit 20 is set',
  },
  {
    rule: 'PCIE-002',
    register: 'Device Control',
    field: 'Correctable Error Reporting Enable',
    devices: ['8086:10d3'],
    reason: 'e1000e does not implement the four error reporting enables',
  },
  {
    rule: 'HP-004',
    register: 'Link Status',
    devices: PORTS,
    reason: 'Data Link Layer Link Active stays 0 over a boot with hot plug by ACPI though the card below answers',
  },
  {
    rule: 'HDR-004',
    register: 'Latency Timer',
    field: 'Latency Timer',
    devices: ['15ad:07c0'],
    reason: 'pvscsi shows FFh though it is a PCI Express function, where the byte is hardwired to 0',
  },
];

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
