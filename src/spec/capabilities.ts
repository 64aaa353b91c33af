/** The capabilities by their ids (PCI Code and ID Assignment Specification). */

import { advancedErrorReporting } from './aer.ts';
import { enhancedAllocation } from './enhanced-allocation.ts';
import {
  accessControlServices,
  addressTranslation,
  alternativeRouting,
  designatedVendorSpecific,
  deviceSerialNumber,
  extendedHeaderOnly,
  latencyTolerance,
  pageRequest,
  powerSubstates,
  precisionTime,
  processAddressSpaceId,
  vendorSpecificExtended,
  virtualChannel,
} from './extended-capabilities.ts';
import { msi } from './msi.ts';
import { msix } from './msix.ts';
import { pcie } from './pcie.ts';
import { powerManagement } from './power-management.ts';
import type { Layout } from './register.ts';
import { resizableBar } from './resizable-bar.ts';
import {
  advancedFeatures,
  headerOnly,
  slotNumbering,
  standardHotPlug,
  subsystemIds,
  vitalProductData,
} from './small-capabilities.ts';
import { singleRootVirtualization } from './sriov.ts';
import { vendorSpecific } from './vendor-specific.ts';

interface Kind {
  name: string;
  layout: Layout;
}

function kind(name: string, layout: Layout = headerOnly(name)): Kind {
  return { name, layout };
}

function extended(name: string, layout: Layout = extendedHeaderOnly(name)): Kind {
  return { name, layout };
}

const CAPABILITIES: ReadonlyMap<number, Kind> = new Map([
  [0x00, kind('Null Capability')],
  [0x01, kind('Power Management', powerManagement)],
  [0x02, kind('AGP')],
  [0x03, kind('Vital Product Data', vitalProductData)],
  [0x04, kind('Slot Numbering', slotNumbering)],
  [0x05, kind('MSI', msi)],
  [0x06, kind('CompactPCI Hot Swap')],
  [0x07, kind('PCI-X')],
  [0x08, kind('HyperTransport')],
  [0x09, kind('Vendor-Specific', vendorSpecific)],
  [0x0a, kind('Debug Port')],
  [0x0b, kind('CompactPCI Resource Control')],
  [0x0c, kind('Standard Hot-Plug Controller', standardHotPlug)],
  [0x0d, kind('Subsystem ID and Subsystem Vendor ID', subsystemIds)],
  [0x0e, kind('AGP 8x')],
  [0x0f, kind('Secure Device')],
  [0x10, kind('PCI Express', pcie)],
  [0x11, kind('MSI-X', msix)],
  [0x12, kind('Serial ATA Configuration')],
  [0x13, kind('Advanced Features', advancedFeatures)],
  [0x14, kind('Enhanced Allocation', enhancedAllocation)],
  [0x15, kind('Flattening Portal Bridge')],
]);

const EXTENDED_CAPABILITIES: ReadonlyMap<number, Kind> = new Map([
  [0x0000, extended('Null Extended Capability')],
  [0x0001, extended('Advanced Error Reporting', advancedErrorReporting)],
  [0x0002, extended('Virtual Channel', virtualChannel)],
  [0x0003, extended('Device Serial Number', deviceSerialNumber)],
  [0x0004, extended('Power Budgeting')],
  [0x0005, extended('Root Complex Link Declaration')],
  [0x0006, extended('Root Complex Internal Link Control')],
  [0x0007, extended('Root Complex Event Collector Endpoint Association')],
  [0x0008, extended('Multi-Function Virtual Channel')],
  [0x0009, extended('Virtual Channel', virtualChannel)],
  [0x000a, extended('RCRB Header')],
  [0x000b, extended('Vendor-Specific Extended Capability', vendorSpecificExtended)],
  [0x000d, extended('Access Control Services', accessControlServices)],
  [0x000e, extended('Alternative Routing-ID Interpretation', alternativeRouting)],
  [0x000f, extended('Address Translation Services', addressTranslation)],
  [0x0010, extended('Single Root I/O Virtualization', singleRootVirtualization)],
  [0x0012, extended('Multicast')],
  [0x0013, extended('Page Request Interface', pageRequest)],
  [0x0015, extended('Resizable BAR', resizableBar)],
  [0x0016, extended('Dynamic Power Allocation')],
  [0x0017, extended('TPH Requester')],
  [0x0018, extended('Latency Tolerance Reporting', latencyTolerance)],
  [0x0019, extended('Secondary PCI Express')],
  [0x001b, extended('Process Address Space ID', processAddressSpaceId)],
  [0x001d, extended('Downstream Port Containment')],
  [0x001e, extended('L1 PM Substates', powerSubstates)],
  [0x001f, extended('Precision Time Measurement', precisionTime)],
  [0x0022, extended('Readiness Time Reporting')],
  [0x0023, extended('Designated Vendor-Specific Extended Capability', designatedVendorSpecific)],
  [0x0024, extended('VF Resizable BAR')],
  [0x0025, extended('Data Link Feature')],
  [0x0026, extended('Physical Layer 16.0 GT/s')],
  [0x0027, extended('Lane Margining at the Receiver')],
  [0x0028, extended('Hierarchy ID')],
  [0x0029, extended('Native PCIe Enclosure Management')],
  [0x002a, extended('Physical Layer 32.0 GT/s')],
  [0x002e, extended('Data Object Exchange')],
]);

const UNKNOWN = kind('Unknown Capability');
const UNKNOWN_EXTENDED = extended('Unknown Extended Capability');

/** Layout of the capability with this id. Of an id that is not known it is the header alone. */
export function capabilityLayout(id: number): Layout {
  return (CAPABILITIES.get(id) ?? UNKNOWN).layout;
}

/** Layout of the extended capability with this id. Of an id that is not known it is the header alone. */
export function extendedCapabilityLayout(id: number): Layout {
  return (EXTENDED_CAPABILITIES.get(id) ?? UNKNOWN_EXTENDED).layout;
}

/** Name of a capability, also while its layout is not known. */
export function capabilityName(id: number): string {
  return (CAPABILITIES.get(id) ?? UNKNOWN).name;
}

/** Name of an extended capability. */
export function extendedCapabilityName(id: number): string {
  return (EXTENDED_CAPABILITIES.get(id) ?? UNKNOWN_EXTENDED).name;
}
