/** What an episode comes to: one kind of story for each subject, told when the episode is over. */

import { formatBdf } from '../../access/bdf.ts';
import { plural } from '../wrap.ts';
import type { Annotation, SubjectKind } from './annotation.ts';
import { classWords, identityWords } from './configuration.ts';
import { countWords } from './story.ts';
import type { Story } from './story.ts';
import { BarStory } from './story-bars.ts';
import { DeviceStory } from './story-device.ts';
import { BridgeStory, CommandStory, MessageStory, VirtioStory } from './story-settings.ts';
import { atMost, listed } from './words.ts';

/** Names that a title lists before it counts. */
const NAMES_AT_MOST = 4;

const STORIES: Readonly<Record<SubjectKind, () => Story>> = {
  identity: () => new IdentityStory(),
  capabilities: () => new CapabilitiesStory(),
  bars: () => new BarStory(),
  command: () => new CommandStory(),
  bridge: () => new BridgeStory(),
  'interrupt pin': () => new CountStory(({ bdf }) => `interrupt pin and line of ${formatBdf(bdf)}`),
  msi: () => new MessageStory('MSI'),
  'msi-x': () => new MessageStory('MSI-X'),
  structure: () => new CountStory(({ bdf, structure }) => `${structure} of ${formatBdf(bdf)}`, true),
  'device-specific': () => new CountStory(({ bdf }) => `device-specific registers of ${formatBdf(bdf)}`),
  dump: () => new DumpStory(),
  rom: () => new CountStory(({ bdf }) => `expansion ROM of ${formatBdf(bdf)}`),
  virtio: () => new VirtioStory(),
  device: () => new DeviceStory(),
  index: () => new CountStory(() => 'index of the configuration ports'),
  mechanism: () => new CountStory(() => 'configuration ports'),
  elsewhere: () => new CountStory(() => 'elsewhere, where no function is'),
  machine: () => new MachineStory(),
};

export function storyOf(subject: SubjectKind): Story {
  return STORIES[subject]();
}

class CountStory implements Story {
  private readonly name: (first: Annotation) => string;
  private first: Annotation | undefined;
  private readonly counts = { read: 0, write: 0, event: 0 };
  private readonly namesWritten: boolean;
  private readonly written = new Set<string>();

  /** `namesWritten`: the title lists the registers that were written. */
  constructor(name: (first: Annotation) => string, namesWritten = false) {
    this.name = name;
    this.namesWritten = namesWritten;
  }

  add(annotation: Annotation): void {
    this.first ??= annotation;
    this.counts[annotation.way]++;
    if (annotation.way !== 'write' || !this.namesWritten) return;
    for (const { register } of annotation.fields) this.written.add(register);
  }

  title(): string {
    const { read, write, event } = this.counts;
    if (this.first === undefined) return '';
    const written = this.written.size === 0 ? '' : ` (${atMost([...this.written], NAMES_AT_MOST)})`;
    return `${this.name(this.first)}: ${countWords(read, write, event)}${written}`;
  }
}

/** Who is there, and where nobody is. */
class IdentityStory implements Story {
  private readonly found = new Map<number, string>();
  private readonly missing = new Set<number>();
  private bus = -1;
  private lastBus = 0;

  add({ bdf, f }: Annotation): void {
    this.lastBus = bdf >>> 8;
    if (this.bus < 0) this.bus = this.lastBus;
    if (f === undefined) {
      if (!this.found.has(bdf)) this.missing.add(bdf);
      return;
    }
    this.missing.delete(bdf);
    this.found.set(bdf, listed([classWords(f), identityWords(f)]));
  }

  title(): string {
    const { found, missing, bus, lastBus } = this;
    const [one] = found;
    if (one !== undefined && found.size === 1 && missing.size === 0)
      return `${formatBdf(one[0])} identified: ${one[1]}`;
    const number = (one: number): string => formatBdf(one << 8).slice(0, -5);
    const name =
      bus === lastBus ? `bus ${number(bus)} searched` : `buses ${number(bus)} to ${number(lastBus)} searched`;
    const names = atMost(
      [...found.keys()].map((bdf) => formatBdf(bdf)),
      NAMES_AT_MOST,
    );
    const here = found.size === 0 ? 'no function found' : `${plural(found.size, 'function')} found (${names})`;
    return `${name}: ${here}${missing.size === 0 ? '' : `, ${plural(missing.size, 'number')} without one`}`;
  }
}

class CapabilitiesStory implements Story {
  private bdf = 0;
  private names: readonly string[] = [];

  add({ bdf, f }: Annotation): void {
    this.bdf = bdf;
    if (f !== undefined) this.names = f.capabilities;
  }

  title(): string {
    const { names } = this;
    return `capability list of ${formatBdf(this.bdf)}: ${names.length === 0 ? 'nothing found yet' : names.join(', ')}`;
  }
}

class DumpStory implements Story {
  private bdf = 0;
  private first = -1;
  private end = 0;

  add({ bdf, offset, width }: Annotation): void {
    this.bdf = bdf;
    if (this.first < 0) this.first = offset;
    this.end = offset + width;
  }

  title(): string {
    const { bdf, first, end } = this;
    const range = `0x${first.toString(16)} to 0x${(end - 1).toString(16)}`;
    return `configuration space of ${formatBdf(bdf)} read through, ${range}`;
  }
}

class MachineStory implements Story {
  private words = '';

  add({ bdf, place, meaning }: Annotation): void {
    const name = bdf < 0 ? place : `${formatBdf(bdf)} ${place}`;
    this.words = meaning === '' ? name : `${name}: ${meaning}`;
  }

  title(): string {
    return this.words;
  }
}
