import type { Event } from '../../access/event.ts';
import type { Faulty } from './faults/ask.ts';

/** The inputs of the interrupt controller: each is up while any function drives it (wire-OR). */
export class Lines {
  private readonly drivers = new Map<number, number>();
  readonly faulty: Faulty;
  private readonly tell: (event: Event) => void;
  /** Levels from before, while changes are not told one by one. */
  private before: Map<number, number> | undefined;

  constructor(tell: (event: Event) => void, faulty: Faulty) {
    this.tell = tell;
    this.faulty = faulty;
  }

  /** One function begins or ends to drive an input. */
  drive(input: number, up: boolean): void {
    const before = this.drivers.get(input) ?? 0;
    const after = up ? before + 1 : this.faulty('intx-shared-line-drops') ? 0 : before - 1;
    this.drivers.set(input, after);
    if (this.before !== undefined || before > 0 === after > 0) return;
    this.tell({ kind: 'line', input, level: up ? 1 : 0 });
  }

  /** Tells only of the inputs whose level is another one after `work` than before. */
  quietly(work: () => void): void {
    this.before = new Map(this.drivers);
    work();
    const { before } = this;
    this.before = undefined;
    for (const [input, drivers] of [...this.drivers].toSorted(([one], [other]) => one - other)) {
      const level = drivers > 0;
      if (level !== (before.get(input) ?? 0) > 0) this.tell({ kind: 'line', input, level: level ? 1 : 0 });
    }
  }
}
