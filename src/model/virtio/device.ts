/** What is known of one virtio device behind its BARs, and what accesses to them make of it (virtio 1.2, 4.1.4). */

import { PORT } from '../../access/access.ts';
import type { Access } from '../../access/access.ts';
import {
  COMMON_LENGTH,
  commonField,
  isReadOnlyCommon,
  LEGACY_CONFIG_VECTOR,
  LEGACY_CONFIGURATION_LENGTH,
  LEGACY_CONFIGURED,
  LEGACY_ISR,
  LEGACY_QUEUE_NOTIFY,
  LEGACY_STATUS,
  TYPE_COMMON,
  TYPE_DEVICE,
  TYPE_ISR,
  TYPE_NOTIFY,
} from '../../spec/virtio-common.ts';
import type { PciFunction } from '../function.ts';
import type { Region } from '../decode/region.ts';
import type { MachineState } from '../state.ts';
import { CommonConfiguration } from './common-configuration.ts';
import { IsrStatus } from './isr.ts';
import { KickCounter } from './kicks.ts';
import { LegacyConfiguration } from './legacy.ts';
import { isTransitional, mayBeHole, structureAt, structuresTouched } from './structures.ts';
import type { VirtioPlaces, VirtioStructure } from './structures.ts';

/** Offset of device_status in the common configuration. */
const STATUS = 0x14;

/** An access inside a structure. */
export interface Reached {
  write: boolean;
  /** Offset in the structure. */
  at: number;
  width: number;
  value: number;
  /** By an access to the BAR, and not through the window in configuration space. */
  direct: boolean;
}

export class VirtioDevice {
  places: VirtioPlaces;
  readonly isr: IsrStatus;
  readonly common: CommonConfiguration;
  private readonly owner: PciFunction;
  private readonly legacy: LegacyConfiguration;
  private readonly counters: KickCounter[] = [];

  constructor(owner: PciFunction, places: VirtioPlaces) {
    this.owner = owner;
    this.places = places;
    this.common = new CommonConfiguration(owner);
    this.isr = new IsrStatus(owner);
    this.legacy = new LegacyConfiguration(owner);
  }

  /** More of the capabilities became known; another structure of a type may now be the first one. */
  move(places: VirtioPlaces): void {
    const before = this.structure(TYPE_COMMON);
    this.places = places;
    const now = this.structure(TYPE_COMMON);
    if (before !== undefined && (before.bar !== now?.bar || before.offset !== now.offset)) this.forget();
  }

  /** A reset of the function, as opposed to that of the device by device_status. */
  reset(): void {
    this.forget();
    this.common.reset('function reset');
    this.isr.reset();
  }

  forget(): void {
    this.doubt();
    for (const counter of this.counters) counter.forget();
    this.common.forget();
  }

  /** Any register may have changed. */
  doubt(): void {
    this.common.disturb();
    this.isr.work();
    this.legacy.forget();
  }

  /** A write to a region that may not decode: were it to reach device_status, what a reset takes along might be gone. */
  perhapsReset(state: MachineState, region: Region, offset: number, { width, valueLo }: Access): void {
    const structure = structureAt(this.places, region.index, offset, width);
    if (
      structure?.type === TYPE_COMMON &&
      offset - structure.offset === STATUS &&
      width === 1 &&
      (valueLo & 0xff) === 0
    )
      this.noteReset(state, width);
  }

  /** A write that may have reached a region; whether it rang a doorbell of known place is looked after elsewhere. */
  perhapsWritten(region: Region, width: number): void {
    this.doubt();
    const mayRing = !this.places.complete || (region.index === 0 && isTransitional(this.owner));
    if (mayRing) this.perhapsNotified(width);
  }

  /** An access through a region that surely decodes and is alone. */
  claimed(state: MachineState, region: Region, offset: number, access: Access): void {
    const { write, width, valueLo } = access;
    const bar = region.index;
    if (write) this.isr.disturb();
    const counter = this.counterAt(state, bar, offset, width);
    if (counter !== undefined) {
      if (write || width !== 4 || counter.offset !== offset) counter.forget();
      else this.readCounter(state, counter, valueLo);
      return;
    }
    const structure = structureAt(this.places, bar, offset, width);
    if (structure !== undefined) {
      this.reach(state, structure, { write, at: offset - structure.offset, width, value: valueLo >>> 0, direct: true });
      return;
    }
    if (region.space === PORT && bar === 0 && isTransitional(this.owner)) {
      this.reachLegacy(state, offset, access);
      return;
    }
    const touched = structuresTouched(this.places, bar, offset, width);
    if (touched.length > 0) {
      if (write) this.doubt();
      // Whether a write that reaches beyond the doorbells rings one of them is open.
      if (write && touched.some(({ type }) => type === TYPE_NOTIFY)) this.perhapsNotified(width);
      this.isr.disturb();
    } else if (write && !this.places.complete) {
      this.doubt();
      this.perhapsNotified(width);
    }
  }

  private readCounter(state: MachineState, counter: KickCounter, answer: number): void {
    const doorbells = this.doorbells();
    if (doorbells !== undefined) counter.at(doorbells);
    counter.read(state, answer);
  }

  /** Region of the notification structure, if its place is known. */
  doorbells(): Region | undefined {
    const notify = this.structure(TYPE_NOTIFY);
    const region = notify === undefined ? undefined : this.owner.regions[notify.bar];
    return region?.located === true ? region : undefined;
  }

  structure(type: number): VirtioStructure | undefined {
    return this.places.structures.find((one) => one.type === type && one.first);
  }

  /** Bytes that the device configuration has for certain: as the capability says, else what all devices of the type have. */
  private get configurationLength(): number {
    const length = this.structure(TYPE_DEVICE)?.length;
    const id = this.owner.config.peek(2, 2) ?? 0;
    return length ?? (LEGACY_CONFIGURED.has(id) ? LEGACY_CONFIGURATION_LENGTH : 0);
  }

  /** A certain access to a structure, in whichever way. */
  reach(state: MachineState, structure: VirtioStructure, reached: Reached): void {
    switch (structure.type) {
      case TYPE_COMMON:
        this.reachCommon(state, structure, reached);
        return;
      case TYPE_NOTIFY:
        if (reached.write) this.notify(structure, reached);
        return;
      case TYPE_ISR:
        if (!reached.write && reached.at === 0 && reached.width === 1) this.isr.read(state, reached.value);
        else this.isr.disturb();
        return;
      default:
        if (reached.write) this.legacy.forget();
    }
  }

  private reachCommon(state: MachineState, structure: VirtioStructure, reached: Reached): void {
    const { write, at, width, value, direct } = reached;
    if (!structure.first) {
      if (write) this.doubt();
      return;
    }
    const found = commonField(at);
    const field = found?.size === width ? found : undefined;
    if (!write) {
      if (field?.kind === 'status') this.showStatus(state, value);
      else if (field !== undefined) this.common.read(state, field, value, direct, structure.length);
      if (field?.kind === 'notify') this.judgeNotifyOffset(state, value);
      return;
    }
    this.legacy.forget();
    if (field === undefined) {
      // Drivers access each field by its own width; what else a write does is the device's choice.
      if (at >= COMMON_LENGTH || isReadOnlyCommon(at, width)) return;
      this.doubt();
      if (at <= STATUS && at + width > STATUS) this.forgetCounters();
      return;
    }
    if (field.kind === 'status' && value === 0) this.beginReset(state, width);
    else this.common.write(field, value, direct ? 'write' : 'window');
  }

  private showStatus(state: MachineState, status: number): void {
    if (this.common.showStatus(state, status)) this.isr.reset();
  }

  private beginReset(state: MachineState, width: number): void {
    this.common.beginReset();
    this.isr.work();
    this.forgetCounters();
    this.noteReset(state, width);
  }

  private noteReset(state: MachineState, width: number): void {
    state.journal.add({
      step: state.step,
      kind: 'device reset',
      function: this.owner,
      d: -1,
      mask: 0,
      data: 0,
      width,
      roles: 0,
      open: false,
    });
  }

  /** The place of the doorbell of the selected queue lies in its structure (VIO-002). */
  private judgeNotifyOffset(state: MachineState, offset: number): void {
    const queue = this.common.selected;
    const notify = this.structure(TYPE_NOTIFY);
    const { multiplier } = this.places;
    if (queue === undefined || notify === undefined || multiplier === undefined || mayBeHole(state, offset, 2)) return;
    const common = this.owner.regions[this.structure(TYPE_COMMON)?.bar ?? -1];
    // A region that has not answered since it was moved or switched may be the matter, not what it holds.
    if (offset === 0xffff && common !== undefined && common.seenAt <= common.placedAt) return;
    state.reporter.count('VIO-002');
    const width = this.common.notification === 'data' ? 4 : 2;
    if (multiplier > 0 && multiplier < width) {
      state.reporter.diverge({
        rule: 'VIO-002',
        function: this.owner,
        register: 'Virtio capability',
        shape: width === 4 ? 'multiplier too small for NOTIFICATION_DATA' : 'multiplier too small',
        expected: `0 or a power of two of at least ${width}`,
        actual: String(multiplier),
        explanation: `A notification has ${width === 4 ? 'four bytes with NOTIFICATION_DATA' : 'two bytes'}.`,
      });
      return;
    }
    const end = offset * multiplier + width;
    if (end <= notify.length) return;
    state.reporter.diverge({
      rule: 'VIO-002',
      function: this.owner,
      register: 'Virtio queue_notify_off',
      shape: 'a doorbell beyond its structure',
      expected: `an end within ${notify.length} bytes`,
      actual: `an end at ${end}`,
      explanation:
        'The length of the structure is at least queue_notify_off * notify_off_multiplier + 2 (4 with NOTIFICATION_DATA).',
    });
  }

  private notify(structure: VirtioStructure, { at, width, value, direct }: Reached): void {
    this.isr.work();
    if (this.counters.every((counter) => !counter.followed)) return;
    const { common, places } = this;
    const form = common.notification;
    const offset = common.notifyOffset(value & 0xffff);
    const certain =
      structure.first &&
      places.multiplier !== undefined &&
      offset !== undefined &&
      offset * places.multiplier === at &&
      ((form === 'index' && width === 2) || (form === 'data' && width === 4));
    const region = this.doorbells();
    for (const counter of this.counters) {
      if (certain) counter.kick(!direct, region?.placedAt ?? -1);
      else counter.perhaps(width);
      if (direct && region !== undefined) counter.at(region);
    }
  }

  /** A write of which it is open whether it reached a doorbell. */
  perhapsNotified(kicks: number): void {
    this.isr.work();
    for (const counter of this.counters) counter.perhaps(kicks);
  }

  /** The counters that hold something to compare with. */
  *followed(): Generator<KickCounter> {
    for (const counter of this.counters) if (counter.followed) yield counter;
  }

  forgetCounters(): void {
    for (const counter of this.counters) counter.forget();
  }

  private counterAt(state: MachineState, bar: number, offset: number, width: number): KickCounter | undefined {
    const { kicks } = state.machine;
    if (kicks.length === 0) return undefined;
    const { bdf } = this.owner.identity();
    const entry = kicks.find(
      (one) => one.bdf === bdf && one.bar === bar && offset < one.offset + 4 && offset + width > one.offset,
    );
    if (entry === undefined || state.firstOf(bdf, this.owner) !== this.owner) return undefined;
    let counter = this.counters.find((one) => one.bar === bar && one.offset === entry.offset);
    if (counter === undefined) this.counters.push((counter = new KickCounter(this.owner, bar, entry.offset)));
    return counter;
  }

  private reachLegacy(state: MachineState, offset: number, access: Access): void {
    const { write, width, valueLo } = access;
    if (!write) {
      if (offset <= LEGACY_ISR && offset + width > LEGACY_ISR) {
        if (offset === LEGACY_ISR && width === 1) this.isr.read(state, valueLo & 0xff);
        else this.isr.disturb();
      } else if (offset === LEGACY_STATUS && width === 1) this.showStatus(state, valueLo & 0xff);
      else if (offset >= LEGACY_CONFIG_VECTOR)
        this.legacy.read(state, offset, access, this.common.configVector, this.configurationLength);
      return;
    }
    this.doubt();
    if (offset === LEGACY_STATUS && width === 1) {
      if (valueLo === 0) this.beginReset(state, width);
    } else if (offset <= LEGACY_STATUS && offset + width > LEGACY_STATUS) this.forgetCounters();
    else if (offset >= LEGACY_QUEUE_NOTIFY && offset < LEGACY_STATUS) this.perhapsNotified(width);
  }
}
