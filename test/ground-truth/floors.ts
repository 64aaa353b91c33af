export const MEASURES = [
  'configuration space: known bits below 0x100',
  'configuration space: known bits above',
  'query-pci: BAR sizes',
  'query-pci: BAR addresses',
  'query-pci: windows',
  'MSI-X: mask bits',
  'MSI-X: whole dwords',
  'mtree: regions that are on',
  'lspci -vvv: words',
] as const;
export const FLOORS: Readonly<Record<string, readonly number[]>> = {};
