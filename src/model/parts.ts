/** What a function has, or may have as far as nothing speaks against it. */

import { PARTS } from '../spec/needs.ts';
import type { Part } from '../spec/needs.ts';
import { ABSENT } from './function.ts';
import type { PciFunction } from './function.ts';
import { barCount, barSize, ROM_INDEX } from './layout/base-address.ts';

const INTERRUPT_PIN = 0x3d;
const ENHANCED_ALLOCATION = 0x14;
const VIRTIO_VENDOR = 0x1af4;

const NOTHING: readonly Part[] = [];
const OF_FUNCTIONS: readonly Part[] = PARTS.filter((part) => part !== 'CAM');

/** What somebody looked for and did not find is left out; what nobody looked for is not. */
export function partsOf(f: PciFunction): readonly Part[] {
  const { vendor } = f.identity();
  if (vendor < 0 && f.presence === ABSENT) return NOTHING;
  // Nobody has asked who answers there; headers of other types have their lists elsewhere.
  if (vendor < 0 || f.headerType < 0 || f.headerType > 1) return OF_FUNCTIONS;
  const inList = (at: number): boolean => at > 0 || !f.listComplete;
  const inExtendedList = (at: number): boolean => at > 0 || (f.express !== false && !f.extendedComplete);
  const bars = Array.from({ length: barCount(f) }, (_, index) => f.barKinds[index] ?? 'unknown');
  const hasBar = (kind: string): boolean => bars.some((one) => one === kind || one === 'unknown');
  const has: Readonly<Record<Exclude<Part, 'CAM'>, boolean>> = {
    bridge: f.headerType === 1,
    'I/O BAR': hasBar('io'),
    '64-bit BAR': hasBar('memory64'),
    'expansion ROM': f.headerType < 2 && !barSize(f, ROM_INDEX).none,
    'interrupt pin': f.config.peek(INTERRUPT_PIN, 1) !== 0,
    'Power Management': inList(f.powerAt),
    MSI: inList(f.msiAt),
    'MSI-X': inList(f.msixAt),
    'PCI Express': inList(f.expressAt),
    'Advanced Features': inList(f.afAt),
    'Enhanced Allocation': !f.listComplete || f.capabilities.some(({ id }) => id === ENHANCED_ALLOCATION),
    AER: inExtendedList(f.aerAt),
    'Resizable BAR': inExtendedList(f.resizeAt),
    'SR-IOV': inExtendedList(f.singleRootAt),
    virtio: vendor === VIRTIO_VENDOR,
  };
  return OF_FUNCTIONS.filter((part) => part !== 'CAM' && has[part]);
}
