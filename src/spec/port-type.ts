/** Device/Port Types of the PCI Express capability (PCIe 7.5.3.2). */

export const ENDPOINT = 0;
export const LEGACY_ENDPOINT = 1;
export const ROOT_PORT = 4;
export const UPSTREAM_PORT = 5;
export const DOWNSTREAM_PORT = 6;
export const PCIE_TO_PCI_BRIDGE = 7;
export const PCI_TO_PCIE_BRIDGE = 8;
export const INTEGRATED_ENDPOINT = 9;
export const EVENT_COLLECTOR = 10;
