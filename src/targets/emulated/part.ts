import type { ResetKind } from './config-space.ts';
import type { DeviceFunction } from './device-function.ts';

/** One idea of a function: a header, a capability, a slot. Its registers live in the function's configuration space. */
export abstract class Part {
  readonly fn: DeviceFunction;

  constructor(fn: DeviceFunction) {
    this.fn = fn;
    fn.parts.push(this);
  }

  /** Whether a deliberate bug is switched on; asked at the place where such a bug would sit. */
  protected faulty(id: string): boolean {
    return this.fn.machine.faulty(id);
  }

  /** The function's registers have just gone back to their reset values. */
  reset(_kind: ResetKind): void {}

  /** Command has changed, and decoders are about to follow. `lanes`: the bytes that were written. */
  commandWritten(_after: number, _lanes: number): void {}

  /** The function's registers were replaced as a whole: works out again what hangs on them. */
  refresh(): void {}

  /** State beside configuration space, to be kept in a snapshot. */
  save(): unknown {
    return undefined;
  }

  restore(_state: unknown): void {}
}
