/** Names of class codes as lspci prints them (PCI Code and ID Assignment Specification, chapter 1). */

/** By base class and sub-class: the upper 16 bits of a class code. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x0000, 'Non-VGA unclassified device'],
  [0x0001, 'VGA compatible unclassified device'],
  [0x0100, 'SCSI storage controller'],
  [0x0101, 'IDE interface'],
  [0x0102, 'Floppy disk controller'],
  [0x0104, 'RAID bus controller'],
  [0x0105, 'ATA controller'],
  [0x0106, 'SATA controller'],
  [0x0107, 'Serial Attached SCSI controller'],
  [0x0108, 'Non-Volatile memory controller'],
  [0x0200, 'Ethernet controller'],
  [0x0300, 'VGA compatible controller'],
  [0x0301, 'XGA compatible controller'],
  [0x0302, '3D controller'],
  [0x0400, 'Multimedia video controller'],
  [0x0401, 'Multimedia audio controller'],
  [0x0403, 'Audio device'],
  [0x0500, 'RAM memory'],
  [0x0501, 'FLASH memory'],
  [0x0600, 'Host bridge'],
  [0x0601, 'ISA bridge'],
  [0x0602, 'EISA bridge'],
  [0x0604, 'PCI bridge'],
  [0x0605, 'PCMCIA bridge'],
  [0x0607, 'CardBus bridge'],
  [0x0609, 'Semi-transparent PCI-to-PCI bridge'],
  [0x0700, 'Serial controller'],
  [0x0701, 'Parallel controller'],
  [0x0800, 'PIC'],
  [0x0801, 'DMA controller'],
  [0x0802, 'Timer'],
  [0x0803, 'RTC'],
  [0x0804, 'PCI Hot-plug controller'],
  [0x0805, 'SD Host controller'],
  [0x0806, 'IOMMU'],
  [0x0c00, 'FireWire (IEEE 1394)'],
  [0x0c03, 'USB controller'],
  [0x0c04, 'Fibre Channel'],
  [0x0c05, 'SMBus'],
  [0x0c06, 'InfiniBand'],
  [0x0c07, 'IPMI Interface'],
]);

/** By base class, for what has no name of its own. */
const BASE_NAMES = [
  'Unclassified device',
  'Mass storage controller',
  'Network controller',
  'Display controller',
  'Multimedia controller',
  'Memory controller',
  'Bridge',
  'Communication controller',
  'Generic system peripheral',
  'Input device controller',
  'Docking station',
  'Processor',
  'Serial bus controller',
  'Wireless controller',
  'Intelligent controller',
  'Satellite communications controller',
  'Encryption controller',
  'Signal processing controller',
  'Processing accelerators',
  'Non-Essential Instrumentation',
] as const;

/** Classes whose programming interface 00 means something of its own, so that lspci shows it too. */
export const NAMED_INTERFACE_0: ReadonlySet<number> = new Set([0x0300, 0x0604, 0x0c03]);

/** Name of a class code of 24 bits; -1 stands for one that is not known. */
export function className(classCode: number): string {
  if (classCode < 0) return 'Unknown class';
  return NAMES.get(classCode >>> 8) ?? BASE_NAMES[classCode >>> 16] ?? 'Class';
}
