/** What is known of the registers of one queue (virtio 1.2, 4.1.4.3). */

import { NO_VECTOR } from '../../spec/virtio-common.ts';
import { Held } from './held.ts';
import type { Origin } from './held.ts';

export class Queue {
  /** It showed a size that is not 0. */
  exists = false;
  readonly size = new Held();
  readonly vector = new Held();
  readonly enable = new Held();
  readonly notify = new Held();
  /** Low and high halves of the three addresses. */
  readonly halves = Array.from({ length: 6 }, () => new Held());

  constructor(origin: Origin | undefined) {
    if (origin === undefined) return;
    this.vector.set(NO_VECTOR, origin);
    this.enable.set(0, origin);
  }

  /** Whether it is known not to be enabled, so that its registers are the driver's to set. */
  get open(): boolean {
    return this.enable.value === 0 && this.enable.other < 0;
  }
}
