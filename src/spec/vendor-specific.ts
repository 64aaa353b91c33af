/** Vendor-specific capability (09h; PCIe 7.9.4): a length byte, and a body of which only its vendor knows more. */

import { whole } from './build.ts';
import type { LayoutContext, Structure } from './register.ts';
import { capabilityHeader } from './small-capabilities.ts';
import { VIRTIO_VENDOR, virtio } from './virtio.ts';

const LENGTH_MIN = 3;

export function vendorSpecific(context: LayoutContext): Structure {
  const known = context.vendor === VIRTIO_VENDOR ? virtio(context) : undefined;
  if (known !== undefined) return known;
  const length = context.peek(0x02, 1) ?? LENGTH_MIN;
  return {
    name: 'Vendor-Specific',
    length: Math.max(length, LENGTH_MIN),
    registers: [...capabilityHeader(), whole('Capability Length', 0x02, 1, 'RO', 'CAP-003')],
  };
}
