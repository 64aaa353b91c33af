/** Words of the scenario language. The order of each list is part of the integer encoding: only append. */

/** Header registers by name. Where two names share an offset the first is the one that is printed. */
export const HEADER_REGISTERS: ReadonlyMap<string, number> = new Map([
  ['vendor', 0x00],
  ['device', 0x02],
  ['cmd', 0x04],
  ['status', 0x06],
  ['revision', 0x08],
  ['class', 0x09],
  ['cache-line', 0x0c],
  ['latency', 0x0d],
  ['header', 0x0e],
  ['bist', 0x0f],
  ['bar0', 0x10],
  ['bar1', 0x14],
  ['bar2', 0x18],
  ['bar3', 0x1c],
  ['bar4', 0x20],
  ['bar5', 0x24],
  ['subsystem', 0x2c],
  ['rom', 0x30],
  ['list', 0x34],
  ['line', 0x3c],
  ['pin', 0x3d],
  ['bridge-control', 0x3e],
  ['bridge-rom', 0x38],
  ['buses', 0x18],
  ['io-base', 0x1c],
  ['secondary-status', 0x1e],
  ['memory-base', 0x20],
  ['prefetchable-base', 0x24],
  ['prefetchable-base-upper', 0x28],
  ['prefetchable-limit-upper', 0x2c],
  ['io-base-upper', 0x30],
]);

/** What a register's offset counts from: configuration space itself, or a capability by its id. */
export const BASES = [
  { name: 'config', id: -1, extended: false },
  { name: 'pm', id: 0x01, extended: false },
  { name: 'msi', id: 0x05, extended: false },
  { name: 'msix', id: 0x11, extended: false },
  { name: 'pcie', id: 0x10, extended: false },
  { name: 'vendor-specific', id: 0x09, extended: false },
  { name: 'af', id: 0x13, extended: false },
  { name: 'ea', id: 0x14, extended: false },
  { name: 'shpc', id: 0x0c, extended: false },
  { name: 'vpd', id: 0x03, extended: false },
  { name: 'ssid', id: 0x0d, extended: false },
  { name: 'aer', id: 0x0001, extended: true },
  { name: 'sriov', id: 0x0010, extended: true },
  { name: 'rbar', id: 0x0015, extended: true },
  { name: 'ari', id: 0x000e, extended: true },
  { name: 'acs', id: 0x000d, extended: true },
  { name: 'ats', id: 0x000f, extended: true },
  { name: 'pri', id: 0x0013, extended: true },
  { name: 'pasid', id: 0x001b, extended: true },
  // Virtio's window into its structures: the vendor-specific capability of type 5.
  { name: 'virtio-window', id: 0x09, extended: false },
] as const;

/** BARs by index, and by what they are; of several the first. */
export const BARS = [
  'bar0',
  'bar1',
  'bar2',
  'bar3',
  'bar4',
  'bar5',
  'rom',
  'memory',
  'wide',
  'narrow',
  'io',
  'prefetchable',
  'table-bar',
] as const;

/** Ranges of addresses that belong to a function: its BARs, and structures and windows. */
export const REGIONS = [
  ...BARS,
  'table',
  'pba',
  'common',
  'notify',
  'isr',
  'device',
  'io-window',
  'memory-window',
  'prefetchable-window',
] as const;

/** From where an offset in a region counts; `former`: the address before the last move. */
export const ANCHORS = ['start', 'end', 'former', 'former-end'] as const;

/** Which other function a routing step aims at. */
export const RELATIONS = ['peer', 'below', 'beyond', 'vf', 'at'] as const;

export const VIAS = ['any', 'cam', 'ecam'] as const;
export const WIDTHS = ['1', '2', '4', '8'] as const;

/** In which pieces and order an address register is written. */
export const ORDERS = [
  'low-high',
  'high-low',
  'low',
  'high',
  'words',
  'words-down',
  'bytes',
  'bytes-down',
  'qword',
  'twice',
] as const;

/** Values of a size probe; `address`: ones without the attribute bits; `rom`: without bit 0. */
export const PATTERNS = ['ones', 'address', 'rom', 'zero', 'top', 'alternating'] as const;

/** Decoding around a change: switched off and back; left as it is; switched off and left off; switched on after it. */
export const DECODINGS = ['restored', 'kept', 'left-off', 'on'] as const;

/** Where a BAR goes. */
export const DESTINATIONS = [
  'free',
  'overlap',
  'before',
  'after',
  'former',
  'same',
  'bottom',
  'top',
  'zero',
  'top32',
  'top64',
  'high',
  'ram',
  'outside',
  'address',
] as const;

export const FACILITIES = ['all', 'memory', 'io', 'master', 'msix', 'msi', 'intx', 'rom', 'vf'] as const;
export const VECTOR_KINDS = ['msix', 'msi'] as const;
export const SPACES = ['all', 'memory', 'io'] as const;

/** How the message of a vector is written. */
export const ENTRY_ORDERS = ['up', 'down', 'qwords', 'data', 'address', 'masked', 'bytes'] as const;

export const SELECTIONS = ['enabled', 'disabled', 'junk', 'word-wise', 'byte-wise'] as const;

export const WINDOWS = ['io-window', 'memory-window', 'prefetchable-window'] as const;
export const WINDOW_PLACES = [
  'natural',
  'closed',
  'zeros',
  'all',
  'first',
  'last',
  'lower',
  'upper',
  'swapped',
  // Everything that base and limit can say with their upper halves, and one unit of these halves higher.
  'wide',
  'beyond',
] as const;
export const BUS_PLACES = ['natural', 'closed', 'all', 'shifted', 'same', 'swapped'] as const;
export const POWER_STATES = ['d0', 'd3', 'd1', 'd2'] as const;
export const RESETS = ['any', 'pcie', 'af'] as const;

/** What a function must have to fill an operand. The number beside is an amount, or another operand. */
export const NEEDS = [
  'endpoint',
  'bridge',
  'msix',
  'msi',
  'bar',
  'memory-bar',
  'wide-bar',
  'narrow-bar',
  'io-bar',
  'prefetchable-bar',
  'rom',
  'virtio',
  'slot',
  'express',
  'pm',
  'aer',
  'sriov',
  'rbar',
  'pin',
  'flr',
  'large-bar',
  'small-bar',
  'multifunction',
  'shared-table',
  'below',
  'beside',
  'behind',
  'root',
] as const;

/** Needs whose number names another operand. */
export const RELATIVE_NEEDS: ReadonlySet<string> = new Set(['below', 'beside']);

/** Needs that have a number, with what it means. */
export const COUNTED_NEEDS: ReadonlyMap<string, string> = new Map([
  ['msix', 'vectors'],
  ['msi', 'vectors'],
  ['bar', 'index'],
  ['large-bar', 'exponent'],
  ['small-bar', 'exponent'],
  ['sriov', 'virtual functions'],
]);
