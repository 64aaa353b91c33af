/** Drivers and devices at work: registers behind BARs, messages, lines. */

import { formatBdf } from '../../access/bdf.ts';
import { plural } from '../wrap.ts';
import type { Annotation } from './annotation.ts';
import type { Story } from './story.ts';
import { countWords } from './story.ts';
import { atMost } from './words.ts';

const PLACES_AT_MOST = 3;

export class DeviceStory implements Story {
  /** By function and region. */
  private readonly regions = new Map<string, { read: number; write: number }>();
  private messages = 0;
  private lines = 0;
  private others = 0;

  add({ bdf, way, region, place }: Annotation): void {
    if (way === 'event') {
      if (place === 'message') this.messages++;
      else if (place.startsWith('interrupt') || place === 'INTx') this.lines++;
      else this.others++;
      return;
    }
    const name = `${formatBdf(bdf)} ${region?.name ?? ''}`;
    const counts = this.regions.get(name) ?? { read: 0, write: 0 };
    counts[way]++;
    this.regions.set(name, counts);
  }

  title(): string {
    const places = [...this.regions].map(([name, { read, write }]) => `${name} (${countWords(read, write, 0)})`);
    const parts = [
      ...(places.length === 0 ? [] : [`device registers: ${atMost(places, PLACES_AT_MOST)}`]),
      ...(this.messages === 0 ? [] : [plural(this.messages, 'message')]),
      ...(this.lines === 0 ? [] : [plural(this.lines, 'interrupt level')]),
      ...(this.others === 0 ? [] : [plural(this.others, 'cause')]),
    ];
    return parts.join(', ');
  }
}
