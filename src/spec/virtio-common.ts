/** The common configuration of a virtio device over PCI, and what else of its regions has a fixed layout (virtio 1.2, 4.1.4). */

/** `cfg_type` of the structures that lie in BARs, and of the window into them. */
export const TYPE_COMMON = 1;
export const TYPE_NOTIFY = 2;
export const TYPE_ISR = 3;
export const TYPE_DEVICE = 4;
export const TYPE_PCI_CONFIGURATION = 5;
export const TYPE_SHARED_MEMORY = 8;

/**
 * What a register is, as far as the model follows it:
 * - `selector`: holds the number of a group of 32 feature bits;
 * - `features`: feature bits that the driver accepts, behind their selector;
 * - `vector`: an MSI-X vector number, or NO_VECTOR;
 * - `queues`: how many queues there are at most;
 * - `status`: device status; a write of 0 resets the device;
 * - `select`: the queue whose registers show below;
 * - `size`, `enable`, `notify`, `address`: of the selected queue;
 * - `queue reset`: resets the selected queue.
 */
export type CommonKind =
  | 'selector'
  | 'features'
  | 'vector'
  | 'queues'
  | 'status'
  | 'select'
  | 'size'
  | 'enable'
  | 'notify'
  | 'address'
  | 'queue reset';

export interface CommonField {
  name: string;
  offset: number;
  size: 1 | 2 | 4;
  kind: CommonKind;
  /** Whether it belongs to the selected queue. */
  queue: boolean;
  /** Number among the halves of the three addresses. */
  half?: number;
  /** Bits of a half that the alignment of the area leaves to the driver (virtio 1.2, 2.7, 2.8). */
  aligned?: number;
}

const device = (name: string, offset: number, size: 1 | 2 | 4, kind: CommonKind): CommonField => ({
  name,
  offset,
  size,
  kind,
  queue: false,
});
const queue = (name: string, offset: number, size: 2 | 4, kind: CommonKind): CommonField => ({
  name,
  offset,
  size,
  kind,
  queue: true,
});
const address = (name: string, offset: number, half: number, aligned: number): CommonField[] => [
  { ...queue(`${name}, low half`, offset, 4, 'address'), half, aligned },
  { ...queue(`${name}, high half`, offset + 4, 4, 'address'), half: half + 1, aligned: 0xffffffff },
];

/** Registers that are followed (4.1.4.3). Those that the device may change as it likes are left out. */
const FIELDS: readonly CommonField[] = [
  device('device_feature_select', 0x00, 4, 'selector'),
  device('driver_feature_select', 0x08, 4, 'selector'),
  device('driver_feature', 0x0c, 4, 'features'),
  device('config_msix_vector', 0x10, 2, 'vector'),
  device('num_queues', 0x12, 2, 'queues'),
  device('device_status', 0x14, 1, 'status'),
  device('queue_select', 0x16, 2, 'select'),
  queue('queue_size', 0x18, 2, 'size'),
  queue('queue_msix_vector', 0x1a, 2, 'vector'),
  queue('queue_enable', 0x1c, 2, 'enable'),
  queue('queue_notify_off', 0x1e, 2, 'notify'),
  ...address('queue_desc', 0x20, 0, 0xfffffff0),
  ...address('queue_driver', 0x28, 2, 0xfffffffc),
  ...address('queue_device', 0x30, 4, 0xfffffffc),
  queue('queue_reset', 0x3a, 2, 'queue reset'),
];

/** Bytes of the common configuration as of virtio 1.2; what lies behind them belongs to later versions. */
export const COMMON_LENGTH = 0x3c;
/** Bytes of a common configuration that can tell of administration queues (virtio 1.3). */
export const COMMON_LENGTH_ADMINISTRATION = 0x40;

const BY_OFFSET: ReadonlyMap<number, CommonField> = new Map(FIELDS.map((field) => [field.offset, field]));

/** The field that begins at an offset. */
export function commonField(offset: number): CommonField | undefined {
  return BY_OFFSET.get(offset);
}

/** Registers that are not followed, for what calls them by name. */
const OTHERS: readonly (readonly [offset: number, size: number, name: string])[] = [
  [0x04, 4, 'device_feature'],
  [0x15, 1, 'config_generation'],
  [0x38, 2, 'queue_notify_data'],
  [0x3c, 2, 'admin_queue_index'],
  [0x3e, 2, 'admin_queue_num'],
];

/** Registers of the legacy interface (4.1.4.10); the last two while MSI-X is enabled. */
const LEGACY: readonly (readonly [offset: number, size: number, name: string])[] = [
  [0x00, 4, 'device_feature'],
  [0x04, 4, 'driver_feature'],
  [0x08, 4, 'queue_address'],
  [0x0c, 2, 'queue_size'],
  [0x0e, 2, 'queue_select'],
  [0x10, 2, 'queue_notify'],
  [0x12, 1, 'device_status'],
  [0x13, 1, 'isr_status'],
  [0x14, 2, 'config_msix_vector'],
  [0x16, 2, 'queue_msix_vector'],
];

/** The register of the common configuration that holds a byte, and where it begins. */
export function commonRegister(offset: number): { name: string; offset: number } | undefined {
  const found = FIELDS.find((one) => offset >= one.offset && offset < one.offset + one.size) ?? named(OTHERS, offset);
  return found === undefined ? undefined : { name: found.name, offset: found.offset };
}

/** The register of the legacy interface that holds a byte; `msix`: MSI-X is enabled. */
export function legacyRegister(offset: number, msix: boolean): { name: string; offset: number } | undefined {
  return offset >= LEGACY_CONFIG_VECTOR && !msix ? undefined : named(LEGACY, offset);
}

function named(list: typeof LEGACY, offset: number): { name: string; offset: number } | undefined {
  const found = list.find(([at, size]) => offset >= at && offset < at + size);
  return found === undefined ? undefined : { name: found[2], offset: found[0] };
}

/** Bits of device_status by name (2.1), lowest first; empty: not defined. */
export const STATUS_BITS = [
  'ACKNOWLEDGE',
  'DRIVER',
  'DRIVER_OK',
  'FEATURES_OK',
  '',
  '',
  'DEVICE_NEEDS_RESET',
  'FAILED',
];

/** Registers that the driver only reads, at least one byte of which an access of `width` bytes covers. */
export function isReadOnlyCommon(offset: number, width: number): boolean {
  return READ_ONLY.some(([at, size]) => offset >= at && offset + width <= at + size);
}

/** device_feature, num_queues, config_generation, queue_notify_off, queue_notify_data. */
const READ_ONLY = [
  [0x04, 4],
  [0x12, 2],
  [0x15, 1],
  [0x1e, 2],
  [0x38, 2],
] as const;

/** What a vector register reads that no vector is mapped to (4.1.5.1.2). */
export const NO_VECTOR = 0xffff;

/** Bits of feature bits 63:32 that change what a notification looks like, and that give queues beyond num_queues. */
export const NOTIFICATION_DATA = 1 << (38 - 32);
export const NOTIFICATION_CONFIG_DATA = 1 << (39 - 32);
export const ADMINISTRATION_QUEUES = 1 << (41 - 32);

export const STATUS_FEATURES_OK = 8;
/** The device may set it at any time (2.1). */
export const STATUS_NEEDS_RESET = 0x40;

/** Bits of ISR status that have a meaning: queue and device configuration interrupt (4.1.4.5). */
export const ISR_DEFINED = 3;

/** The legacy interface in I/O BAR 0 of a transitional device (4.1.4.10). */
export const LEGACY_QUEUE_NOTIFY = 0x10;
export const LEGACY_STATUS = 0x12;
export const LEGACY_ISR = 0x13;
/** Where the vector registers lie while MSI-X is enabled, and the device configuration while it is not. */
export const LEGACY_CONFIG_VECTOR = 0x14;
export const LEGACY_VECTORS_LENGTH = 4;
/** Network, block, balloon, console and SCSI devices, by the transitional numbers: all have at least so much configuration (virtio 1.2, 5). */
export const LEGACY_CONFIGURED: ReadonlySet<number> = new Set([0x1000, 0x1001, 0x1002, 0x1003, 0x1004]);
export const LEGACY_CONFIGURATION_LENGTH = 8;
