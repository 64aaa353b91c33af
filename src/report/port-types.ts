/** Device/Port Types of the PCI Express capability (PCIe 7.5.3.2). */
export const PORT_TYPES: Readonly<Record<number, string>> = {
  0: 'endpoint',
  1: 'legacy endpoint',
  4: 'root port',
  5: 'upstream port',
  6: 'downstream port',
  7: 'bridge to conventional PCI',
  8: 'bridge from conventional PCI',
  9: 'integrated endpoint',
  10: 'event collector',
};
