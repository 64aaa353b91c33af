/** Settings of a function: what an episode leaves behind. */

import { formatBdf } from '../../access/bdf.ts';
import { plural } from '../wrap.ts';
import type { Annotation } from './annotation.ts';
import { statusWords } from './regions.ts';
import type { Story } from './story.ts';
import { hex, listed } from './words.ts';

/** Enables of Command that decide what a function does; in the words of drivers. */
const ENABLES: Readonly<Record<string, string>> = {
  'I/O Space Enable': 'I/O decoding',
  'Memory Space Enable': 'memory decoding',
  'Bus Master Enable': 'bus mastering',
  'Interrupt Disable': 'INTx disabled',
};

/** Command and what lies beside it. */
export class CommandStory implements Story {
  private bdf = 0;
  private wrote = false;
  private readonly before = new Map<string, number>();
  private readonly after = new Map<string, number>();

  add({ bdf, way, fields }: Annotation): void {
    this.bdf = bdf;
    this.wrote ||= way === 'write';
    for (const { register, field, value, before } of fields) {
      if (register !== 'Command') continue;
      const first = way === 'write' ? before : value;
      if (!this.before.has(field) && first !== undefined) this.before.set(field, first);
      this.after.set(field, value);
    }
  }

  title(): string {
    const all = [...this.after].filter(([field]) => ENABLES[field] !== undefined);
    // Of what was not known before, only what is on now is news.
    const changed = all.filter(([field, value]) => (this.before.get(field) ?? 0) !== value);
    const on = all.filter(([, value]) => value === 1).map(([field]) => ENABLES[field] as string);
    const of = `Command of ${formatBdf(this.bdf)}`;
    if (this.after.size === 0) return `header of ${formatBdf(this.bdf)}`;
    if (!this.wrote) return `${of} looked at: ${on.length === 0 ? 'nothing on' : on.join(', ')}`;
    if (changed.length === 0) return `${of}: ${on.length === 0 ? 'nothing on' : on.join(', ')}, as before`;
    const words = changed.map(([field, value]) =>
      field === 'Interrupt Disable'
        ? value === 1
          ? 'INTx off'
          : 'INTx on'
        : `${ENABLES[field]} ${value === 1 ? 'on' : 'off'}`,
    );
    return `${of}: ${words.join(', ')}`;
  }
}

/** Bus numbers and windows of a bridge. */
export class BridgeStory implements Story {
  private bdf = 0;
  private wrote = false;
  private words = '';

  add({ bdf, way, f }: Annotation): void {
    this.bdf = bdf;
    this.wrote ||= way === 'write';
    if (f === undefined) return;
    const number = (offset: number): string => {
      const value = f.register(offset, 1);
      return value === undefined ? '??' : value.toString(16).padStart(2, '0');
    };
    const windows = f.windows().map(({ kind, range }) => {
      return range === undefined ? `${kind} closed` : `${kind} ${hex(range.base)} to ${hex(range.last)}`;
    });
    const [secondary, subordinate] = [f.register(0x19, 1), f.register(0x1a, 1)];
    const isNone = secondary !== undefined && subordinate !== undefined && secondary > subordinate;
    const buses = isNone ? 'forwards no buses' : `buses ${number(0x19)} to ${number(0x1a)} below`;
    this.words = listed([buses, ...windows]);
  }

  title(): string {
    return `bridge ${formatBdf(this.bdf)} ${this.wrote ? 'set up' : 'looked at'}: ${this.words}`;
  }
}

/** MSI, or MSI-X with its table. */
export class MessageStory implements Story {
  private readonly name: 'MSI' | 'MSI-X';
  private bdf = 0;
  private wrote = false;
  private readonly written = new Set<number>();
  private readonly masks = new Map<number, boolean>();
  private wasEnabled = false;
  private isSwitchedOn = false;
  private enabled: number | undefined;
  private masked: number | undefined;
  private offered: number | undefined;
  /** Whether something else than masks was written. */
  private wroteMore = false;
  /** The last change of Function Mask. */
  private whole: 'masked as a whole' | 'unmasked as a whole' | undefined;

  constructor(name: 'MSI' | 'MSI-X') {
    this.name = name;
  }

  add({ bdf, way, fields, entry }: Annotation): void {
    const write = way === 'write';
    this.bdf = bdf;
    this.wrote ||= write;
    if (write && entry?.hasContent === true) this.written.add(entry.vector);
    if (write && entry?.masked !== undefined) this.masks.set(entry.vector, entry.masked);
    if (write && entry?.masked === undefined)
      this.wroteMore ||= !this.isOfMaskBits(fields) && !this.isOfFunctionMask(fields);
    for (const { field, value, before } of fields) {
      if (field === `${this.name} Enable`) {
        this.isSwitchedOn ||= write && value === 1 && before !== 1;
        this.wasEnabled ||= value === 1 || before === 1;
        this.enabled = value;
      } else if (field === 'Function Mask') this.masked = value;
      else if (field === 'Table Size') this.offered = value + 1;
      else if (field === 'Multiple Message Enable') this.offered = 1 << value;
    }
  }

  /** Whether an access is of the mask bits of MSI, which it notes. */
  private isOfMaskBits(fields: Annotation['fields']): boolean {
    const bits = fields.find(({ field }) => field === 'Mask Bits');
    if (bits === undefined || fields.length > 1) return false;
    const { value, before = ~value, width } = bits;
    for (let vector = 0; vector < width; vector++)
      if ((((value ^ before) >>> vector) & 1) === 1) this.masks.set(vector, ((value >>> vector) & 1) === 1);
    return true;
  }

  /** Whether an access changes Function Mask and no other field, which way is noted. */
  private isOfFunctionMask(fields: Annotation['fields']): boolean {
    const changed = fields.filter(({ kind, value, before }) => kind === 'plain' && value !== before);
    const [only] = changed;
    if (only?.field !== 'Function Mask' || changed.length > 1) return false;
    this.whole = only.value === 1 ? 'masked as a whole' : 'unmasked as a whole';
    return true;
  }

  title(): string {
    const { enabled, masked, offered, written, masks } = this;
    const count = (number: number, what: string): string =>
      number === 0 ? '' : `${plural(number, 'vector')} ${what}`.trim();
    const inMask = [...masks.values()].filter((one) => one).length;
    const verb = this.verb(inMask);
    // What the verb says is not said again.
    const said = (word: string): string => (verb === word ? '' : word);
    const words = listed([
      count(written.size, 'written'),
      count(inMask, said('masked')),
      count(masks.size - inMask, said('unmasked')),
      offered === undefined ? '' : `${plural(offered, 'vector')} ${this.name === 'MSI' ? 'allocated' : 'in all'}`,
      enabled === undefined ? '' : enabled === 1 ? 'enabled' : 'off',
      masked === 1 ? said('masked as a whole') : '',
    ]);
    return `${this.name} of ${formatBdf(this.bdf)} ${verb}${words === '' ? '' : `: ${words}`}`;
  }

  private verb(inMask: number): string {
    const { masks, whole } = this;
    if (!this.wrote) return 'looked at';
    if (this.enabled === 0 && this.wasEnabled) return 'switched off';
    if (this.written.size > 0 || this.isSwitchedOn) return 'set up';
    if (this.wroteMore) return 'written';
    if (masks.size === 0) return whole ?? 'written';
    if (whole !== undefined) return 'masked and unmasked';
    return inMask === masks.size ? 'masked' : inMask === 0 ? 'unmasked' : 'masked and unmasked';
  }
}

/** Common and device configuration of a virtio device. */
export class VirtioStory implements Story {
  private bdf = 0;
  private status: number | undefined;
  private queue = -1;
  private readonly queues = new Set<number>();

  add({ bdf, place, value, way }: Annotation): void {
    this.bdf = bdf;
    const number = Number(value);
    if (way !== 'write') {
      if (place.startsWith('virtio device_status')) this.status = number;
      return;
    }
    if (place.startsWith('virtio device_status')) this.status = number;
    else if (place.startsWith('virtio queue_select')) this.queue = number;
    else if (place.startsWith('virtio queue_enable') && number === 1) this.queues.add(this.queue);
  }

  title(): string {
    const { status, queues } = this;
    const words = listed([
      queues.size === 0 ? '' : `${plural(queues.size, 'queue')} enabled`,
      status === undefined ? '' : `device_status ${hex(status)} (${statusWords(status)})`,
    ]);
    return `virtio configuration of ${formatBdf(this.bdf)}${words === '' ? '' : `: ${words}`}`;
  }
}
