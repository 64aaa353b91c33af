import type { Access } from '../access/access.ts';
import type { Event, Located } from '../access/event.ts';
import type { ModelOptions, ModelStatistics } from './options.ts';

/** The reference model of one machine: fed with accesses and events in order, it reports what no rule allows. */
export class Model {
  constructor(options: ModelOptions) {
    void options;
  }
  access(access: Access): void {
    void access;
  }
  event(event: Located<Event>): void {
    void event;
  }
  /** Settles what is still open at the end of a trace. */
  finish(): void {}
  statistics(): ModelStatistics {
    throw new Error('under construction');
  }
}
