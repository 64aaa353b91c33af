/** The registers of the common configuration of one device, judged and followed (virtio 1.2, 4.1.4.3). */

import { formatHex } from '../../core/hex.ts';
import {
  ADMINISTRATION_QUEUES,
  COMMON_LENGTH_ADMINISTRATION,
  NO_VECTOR,
  NOTIFICATION_CONFIG_DATA,
  NOTIFICATION_DATA,
  STATUS_FEATURES_OK,
  STATUS_NEEDS_RESET,
} from '../../spec/virtio-common.ts';
import type { CommonField } from '../../spec/virtio-common.ts';
import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { mayBeHole } from './structures.ts';
import { Held, SHAPES } from './held.ts';
import type { Origin } from './held.ts';
import { Queue } from './queue.ts';

/** Queues followed; more than any driver sets up. */
const QUEUES_AT_MOST = 1024;

/** What a notification of a device looks like, as far as the features tell. */
export type Notification = 'index' | 'data' | 'unknown';

export class CommonConfiguration {
  /** Vector that was written last since a reset where no existing queue was selected; -1: none. */
  private strayVector = -1;
  private readonly owner: PciFunction;
  private readonly deviceSelector = new Held();
  private readonly driverSelector = new Held();
  /** Feature bits 63:32 that the driver has accepted. */
  private readonly driverFeatures = new Held();
  private readonly vector = new Held();
  private readonly count = new Held();
  private readonly select = new Held();
  private readonly queues = new Map<number, Queue>();
  /** The reset since which a queue that nobody touched holds its reset values; undefined: not known. */
  private since: Origin | undefined;
  private featuresAgreed = false;
  /** How something was written last. */
  private lastOrigin: 'write' | 'window' = 'write';
  /** 0 was written to device_status and did not read back yet; `disturbed`: something was written meanwhile. */
  private resetting: 'no' | 'clean' | 'disturbed' = 'no';
  /** Bits that device_status may have; undefined: not known. */
  private status: number | undefined;

  constructor(owner: PciFunction) {
    this.owner = owner;
  }

  /** The values that a reset gives (4.1.4.3.1, 4.1.5.1.2). */
  reset(origin: Origin): void {
    this.forget();
    this.since = origin;
    this.vector.set(NO_VECTOR, origin);
    this.driverFeatures.set(0, origin);
    this.status = 0;
  }

  forget(): void {
    for (const held of [this.deviceSelector, this.driverSelector, this.driverFeatures, this.vector]) held.forget();
    this.count.forget();
    this.select.forget();
    this.forgetQueues();
    this.strayVector = -1;
    this.featuresAgreed = false;
    this.resetting = 'no';
    this.status = undefined;
  }

  private forgetQueues(): void {
    this.queues.clear();
    this.since = undefined;
  }

  /** MSI-X was enabled or disabled: a device may then drop its mappings. */
  afterEnable(): void {
    for (const held of [this.vector, ...[...this.queues.values()].map(({ vector }) => vector)])
      if (held.known && held.value !== NO_VECTOR) held.other = NO_VECTOR;
  }

  /** How the driver notifies, and so how wide a notification is. */
  get notification(): Notification {
    const { driverFeatures } = this;
    if (!driverFeatures.known || (driverFeatures.value & NOTIFICATION_CONFIG_DATA) !== 0) return 'unknown';
    if ((driverFeatures.value & NOTIFICATION_DATA) === 0) return 'index';
    return this.featuresAgreed ? 'data' : 'unknown';
  }

  /** queue_notify_off of a queue; undefined while not known. */
  notifyOffset(index: number): number | undefined {
    const queue = this.queues.get(index);
    return queue !== undefined && queue.exists && queue.notify.known ? queue.notify.value : undefined;
  }

  /** The value that config_msix_vector surely has. */
  get configVector(): number | undefined {
    return this.vector.known && this.vector.other < 0 ? this.vector.value : undefined;
  }

  /** 0 was written to device_status, here or by the legacy interface. */
  beginReset(): void {
    const { status } = this;
    this.forget();
    this.resetting = 'clean';
    this.status = status;
  }

  /** Something was written that the registers here share, but not through them. */
  disturb(): void {
    if (this.resetting === 'no') this.forget();
    else this.disturbReset();
  }

  /** Something was written before the reset was seen to have ended: status bits among it, perhaps. */
  private disturbReset(): void {
    this.resetting = 'disturbed';
    this.status = undefined;
  }

  /** device_status was read. Returns whether this shows the end of a reset that nothing came between. */
  showStatus(state: MachineState, status: number): boolean {
    this.judgeStatus(state, status);
    this.status = status;
    this.featuresAgreed = (status & STATUS_FEATURES_OK) !== 0;
    if (this.resetting === 'no' || status !== 0) return false;
    const clean = this.resetting === 'clean';
    if (clean) this.reset('device reset');
    this.resetting = 'no';
    return clean;
  }

  /** While it is being reset, it shows what it showed before, until it shows 0. */
  private judgeStatus(state: MachineState, status: number): void {
    const before = this.status;
    if (this.resetting !== 'clean' || before === undefined || mayBeHole(state, status, 1)) return;
    state.reporter.count('VIO-011');
    if ((status & ~(before | STATUS_NEEDS_RESET)) === 0) return;
    this.report(state, 'VIO-011', 'device_status', 'bits set by a reset', formatHex(0, 0), status, [
      'Writing 0 resets the device: device_status then reads 0, or until that what it was before.',
    ]);
  }

  write(field: CommonField, data: number, origin: 'write' | 'window'): void {
    this.lastOrigin = origin;
    if (field.kind === 'status' && data === 0) {
      this.beginReset();
      return;
    }
    if (this.resetting !== 'no') {
      this.disturbReset();
      return;
    }
    if (field.queue) {
      this.writeQueue(field, data, origin);
      return;
    }
    switch (field.kind) {
      case 'selector':
        this.writeSelector(field, data, origin);
        return;
      case 'features':
        if (this.driverSelector.value === 1) this.driverFeatures.set(data, origin);
        else if (this.driverSelector.value !== 0) this.driverFeatures.forget();
        this.featuresAgreed = false;
        this.count.forget();
        this.forgetSizes();
        return;
      case 'status':
        if (this.status !== undefined) this.status |= data;
        this.featuresAgreed = false;
        this.count.forget();
        this.forgetSizes();
        return;
      case 'vector':
        this.writeVector(this.vector, data, origin);
        return;
      case 'select':
        this.select.set(data, origin);
        return;
      default:
        return;
    }
  }

  /** Features may change how many queues there are and how long they may be. */
  private forgetSizes(): void {
    for (const queue of this.queues.values()) {
      queue.exists = false;
      queue.size.forget();
      for (const half of queue.halves) half.forget();
    }
  }

  private writeSelector(field: CommonField, data: number, origin: Origin): void {
    const held = field.offset === 0 ? this.deviceSelector : this.driverSelector;
    // There are 64 feature bits; what a device makes of other groups is open.
    if (data <= 1) held.set(data, origin);
    else held.forget();
  }

  private writeVector(held: Held, data: number, origin: Origin): void {
    const size = this.vectors;
    if (data === NO_VECTOR || (size !== undefined && data >= size)) held.set(NO_VECTOR, origin);
    else held.set(data, origin, NO_VECTOR);
  }

  /** How many vectors the function has; undefined while not known. */
  private get vectors(): number | undefined {
    const { msixAt, listComplete, msix, config } = this.owner;
    if (msixAt === 0) return listComplete ? 0 : undefined;
    const control = config.peek(msixAt + 2, 2);
    return msix?.size ?? (control === undefined ? undefined : (control & 0x7ff) + 1);
  }

  private writeQueue(field: CommonField, data: number, origin: Origin): void {
    const queue = this.current();
    if (field.kind === 'vector' && queue?.exists !== true) this.strayVector = data;
    if (queue === undefined) {
      // Without a queue there is nothing to write to; else whichever the device takes for the selected one.
      if (!this.select.confirmed || !this.beyond(0)) this.forgetQueues();
      return;
    }
    switch (field.kind) {
      case 'size': {
        const { size, open } = queue;
        // A driver may only reduce it, to a power of two.
        const judged = open && size.known && size.other < 0 && data > 0 && data <= size.value && isPowerOfTwo(data);
        if (judged) size.set(data, origin);
        else size.forget();
        return;
      }
      case 'vector':
        this.writeVector(queue.vector, data, origin);
        return;
      case 'enable':
        queue.enable.forget();
        queue.size.forget();
        for (const half of queue.halves) half.forget();
        return;
      case 'address': {
        const half = queue.halves[field.half ?? 0]!;
        if (queue.open) half.set(data, origin, undefined, field.aligned);
        else half.forget();
        return;
      }
      case 'queue reset':
        this.forgetQueues();
        return;
      default:
        return;
    }
  }

  read(state: MachineState, field: CommonField, answer: number, direct: boolean, length: number): void {
    if (this.resetting !== 'no') return;
    if (field.queue) {
      this.readQueue(state, field, answer, direct, length);
      return;
    }
    switch (field.kind) {
      case 'selector':
        // A device that was not told a group may hold any.
        if (this.selector(field).known) this.judge(state, field, this.selector(field), answer, direct, 'VIO-012');
        return;
      case 'vector':
        this.readVector(state, field, this.vector, answer, direct);
        return;
      case 'queues':
        this.judge(state, field, this.count, answer, direct, undefined);
        return;
      case 'select':
        // Whether a number that no queue has is kept is the device's choice.
        if (direct) this.select.learn(answer, true);
        else if (this.select.confirmed) this.judge(state, field, this.select, answer, direct, undefined);
        return;
      default:
        return;
    }
  }

  private selector(field: CommonField): Held {
    return field.offset === 0 ? this.deviceSelector : this.driverSelector;
  }

  private readQueue(state: MachineState, field: CommonField, answer: number, direct: boolean, length: number): void {
    if (field.kind === 'size' && this.beyond(length)) {
      this.judgeBeyond(state, answer);
      return;
    }
    const queue = this.current();
    if (queue === undefined) return;
    switch (field.kind) {
      case 'size':
        this.judge(state, field, queue.size, answer, direct, queue.size.origin === 'read' ? undefined : 'VIO-012');
        if (answer !== 0) queue.exists = true;
        return;
      case 'vector':
        if (queue.exists) this.readVector(state, field, queue.vector, answer, direct);
        return;
      case 'enable':
        if (!queue.exists) return;
        this.judge(
          state,
          field,
          queue.enable,
          answer,
          direct,
          queue.enable.origin === 'device reset' ? 'VIO-011' : undefined,
        );
        return;
      case 'notify':
        this.judge(state, field, queue.notify, answer, direct, undefined);
        return;
      case 'address':
        if (queue.exists && queue.open)
          this.judge(state, field, queue.halves[field.half ?? 0]!, answer, direct, 'VIO-012');
        return;
      default:
        return;
    }
  }

  /** The selected queue, if it is certain which one the device takes for it. */
  private current(): Queue | undefined {
    const { select, count } = this;
    const certain = select.confirmed || (count.known && count.other < 0 && select.value < count.value);
    if (!select.known || select.other >= 0 || !certain) return undefined;
    let queue = this.queues.get(select.value);
    if (queue === undefined) {
      // Those that make room are no longer known, nor is it whether they were touched since the reset.
      if (this.queues.size >= QUEUES_AT_MOST) this.forgetQueues();
      this.queues.set(select.value, (queue = new Queue(this.since)));
    }
    return queue;
  }

  /** Index of the selected queue, if it is certain and exists. */
  get selected(): number | undefined {
    return this.current()?.exists === true ? this.select.value : undefined;
  }

  /** Whether a queue is selected that surely does not exist. */
  private beyond(length: number): boolean {
    const { select, count } = this;
    if (!select.known || select.other >= 0 || !count.known || count.other >= 0 || select.value < count.value)
      return false;
    // Administration queues lie beyond num_queues (virtio 1.3).
    const features = this.driverFeatures;
    return length < COMMON_LENGTH_ADMINISTRATION || (features.known && (features.value & ADMINISTRATION_QUEUES) === 0);
  }

  private judgeBeyond(state: MachineState, answer: number): void {
    state.reporter.count('VIO-009');
    if (answer === 0 || mayBeHole(state, answer, 2)) return;
    this.report(state, 'VIO-009', 'queue_size', 'a queue that does not exist has a size', '0', answer, [
      `The device has ${this.count.value} queues, and a queue beyond them is selected.`,
    ]);
  }

  private readVector(state: MachineState, field: CommonField, held: Held, answer: number, direct: boolean): void {
    const vectors = this.vectors;
    const impossible = vectors !== undefined && answer !== NO_VECTOR && answer >= vectors;
    if (direct && impossible && !mayBeHole(state, answer, 2)) {
      this.report(state, 'VIO-008', field.name, 'a vector that does not exist', formatHex(0, NO_VECTOR), answer, [
        `The function has ${vectors} vectors.`,
      ]);
      held.forget();
      return;
    }
    this.judge(
      state,
      field,
      held,
      answer,
      direct,
      held.origin === 'device reset' && answer !== this.strayVector ? 'VIO-011' : 'VIO-008',
    );
  }

  /** `rule`: the rule of a value that must be there; undefined: only the two ways to the register are compared. */
  private judge(
    state: MachineState,
    field: CommonField,
    held: Held,
    answer: number,
    direct: boolean,
    rule: string | undefined,
  ): void {
    // By one way it was right, or written, and by the other one it is not.
    const window = held.known && (direct ? held.origin === 'window' && !held.confirmed : held.confirmed);
    const named = window ? 'VIO-005' : rule;
    if (held.known && named !== undefined) {
      state.reporter.count(named);
      if (held.contradicts(answer)) {
        if (mayBeHole(state, answer, field.size)) {
          held.forget();
          return;
        }
        const expected = formatHex(0, held.value) + (held.other < 0 ? '' : ` or ${formatHex(0, held.other)}`);
        const how = window ? 'window and BAR differ' : SHAPES[held.origin];
        if (this.lastOrigin === 'window' && held.confirmed && !window)
          this.report(state, 'VIO-005', field.name, 'changed beside a write through the window', expected, answer, [
            'An access through the window is one of as many bytes as its length field says.',
          ]);
        else this.report(state, named, field.name, how, expected, answer, [WHY[named] ?? '']);
        held.adopt(answer);
        return;
      }
    }
    held.learn(answer, direct);
  }

  private report(
    state: MachineState,
    rule: string,
    register: string,
    shape: string,
    expected: string,
    answer: number,
    [explanation = '']: readonly string[],
  ): void {
    state.reporter.diverge({
      rule,
      function: this.owner,
      register: `Virtio ${register}`,
      shape,
      expected,
      actual: formatHex(0, answer | 0),
      explanation,
    });
  }
}

const WHY: Readonly<Record<string, string>> = {
  'VIO-005': 'An access to the data field of the window is an access to that place in the BAR.',
  'VIO-008':
    'A vector register holds an existing vector that was written to it, or FFFFh; after a reset it reads FFFFh.',
  'VIO-011': 'A reset by device_status takes away the vectors and disables the queues.',
  'VIO-012':
    'A register of the common configuration reads back what was written to it, and each half of an address by itself.',
};

function isPowerOfTwo(value: number): boolean {
  return value > 0 && (value & (value - 1)) === 0;
}
