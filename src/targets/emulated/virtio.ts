/** The state of a virtio device: features, status, queues, interrupt status (virtio 1.2 2.1, 4.1.4.3). */
import type { ResetKind } from './config-space.ts';
import type { DeviceFunction } from './device-function.ts';
import { CONDITION } from './interrupts.ts';
import type { VirtioLayout } from './layout.ts';
import { Part } from './part.ts';

export const NO_VECTOR = 0xffff;
/** Of a queue: low and high dword of its three addresses. */
const ADDRESS_DWORDS = 6;

export interface Queue {
  size: number;
  vector: number;
  enabled: number;
  addresses: Int32Array;
  /** Page number of the legacy interface. */
  page: number;
}

interface State {
  deviceFeatureSelect: number;
  driverFeatureSelect: number;
  driverFeatures: [number, number];
  configVector: number;
  status: number;
  queueSelect: number;
  isr: number;
  queues: Queue[];
}

export class Virtio extends Part {
  readonly layout: VirtioLayout;
  state: State;
  /** Device-specific configuration; keeps what is written. */
  readonly device: Uint8Array;
  /** Doorbell writes since the function was reset. */
  kicks = 0;
  /** Faults: whether the doorbells are listened for at a wrong address, and whether a snapshot was loaded. */
  astray = false;
  restored = false;

  constructor(fn: DeviceFunction, layout: VirtioLayout) {
    super(fn);
    this.layout = layout;
    this.device = new Uint8Array(layout.device.length);
    this.state = this.freshState();
    this.reset('power');
    fn.virtio = this;
  }

  private freshState(): State {
    return {
      deviceFeatureSelect: 0,
      driverFeatureSelect: 0,
      driverFeatures: [0, 0],
      configVector: this.faulty('msix-vector-default-zero') ? 0 : NO_VECTOR,
      status: 0,
      queueSelect: 0,
      isr: 0,
      queues: this.layout.queues.map((size) => ({
        size,
        vector: this.faulty('msix-vector-default-zero') ? 0 : NO_VECTOR,
        enabled: 0,
        addresses: new Int32Array(ADDRESS_DWORDS),
        page: 0,
      })),
    };
  }

  /** The queue that is selected; undefined when there is none of this number. */
  get selected(): Queue | undefined {
    return this.state.queues[this.state.queueSelect];
  }

  /** 64 feature bits, half by half: some of a device, and VIRTIO_F_VERSION_1 as bit 32. */
  deviceFeatures(half: number): number {
    return half === 0 ? 0x30000020 : half === 1 ? 1 : 0;
  }

  /** A vector that exists, else none (virtio 1.2 4.1.5.1.2). */
  acceptedVector(vector: number): number {
    if (this.faulty('msix-vector-oob-stored')) return vector;
    return vector < (this.fn.interrupts.msix?.vectors ?? 0) ? vector : NO_VECTOR;
  }

  /** Writing 0 resets the device, but none of the registers of PCI (virtio 1.2 2.4). */
  setStatus(status: number): void {
    if (status === 0 && this.faulty('reset-virtio-selectors')) this.state.queueSelect = 0;
    else if (status === 0) {
      this.state = this.freshState();
      if (this.faulty('virtio-reset-clears-bars')) {
        this.fn.config.reset('soft');
        this.fn.remap();
      }
      this.fn.interrupts.setSource(CONDITION, false);
    }
    this.state.status = status === 0 && this.faulty('reset-status-nonzero') ? 0x80 : status;
  }

  kick(queue: number): void {
    if (queue < this.state.queues.length) this.kicks = (this.kicks + 1) | 0;
  }

  /** Faults: whose vector register is meant. */
  get vectorQueue(): Queue | undefined {
    return this.selected ?? (this.faulty('msix-invalid-queue-select') ? this.state.queues.at(-1) : undefined);
  }

  /** Faults: doorbells go on to be heard at an address that the BAR has left. */
  leaveDoorbells(baseHi: number, baseLo: number): void {
    const { notify, queues, multiplier } = this.layout;
    for (const queue of queues.keys()) {
      const lo = baseLo + notify.offset + queue * multiplier;
      const key = `${baseHi + Math.floor(lo / 2 ** 32)}:${lo % 2 ** 32}`;
      this.fn.machine.doorbells.set(key, () => this.kick(multiplier === 0 ? 0 : queue));
    }
  }

  /** Reading the interrupt status clears it and drops INTx (virtio 1.2 4.1.4.5). */
  takeIsr(): number {
    const { isr } = this.state;
    if (!this.faulty('virtio-isr-not-cleared')) this.setIsr(0);
    return isr;
  }

  setIsr(isr: number): void {
    this.state.isr = isr;
    this.fn.interrupts.setSource(CONDITION, isr !== 0);
  }

  override reset(_kind: ResetKind): void {
    this.state = this.freshState();
    this.kicks = 0;
    for (let byte = 0; byte < this.device.length; byte++) this.device[byte] = 0xd0 + (byte & 0x1f);
  }

  override save(): unknown {
    return structuredClone({ state: this.state, device: this.device, kicks: this.kicks });
  }

  override restore(saved: unknown): void {
    const { state, device, kicks } = structuredClone(saved) as { state: State; device: Uint8Array; kicks: number };
    this.state = state;
    this.device.set(device);
    this.kicks = kicks;
    this.astray = this.faulty('snapshot-doorbells-not-reinstalled');
    this.restored = true;
  }
}
