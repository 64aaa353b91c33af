/** What one register of a virtio device is known to hold. */

/** Where a value comes from; `window`: by way of the configuration window and not seen in the BAR yet. */
export type Origin = 'read' | 'write' | 'window' | 'function reset' | 'device reset';

const UNKNOWN = -1;

export class Held {
  /** Unsigned; -1: not known. */
  value = UNKNOWN;
  /** Another value that is allowed as well; -1: none. */
  other = UNKNOWN;
  /** Bits that are expected to read back. */
  mask = 0xffffffff;
  origin: Origin = 'read';
  /** Whether it was read in its BAR since it last changed. */
  confirmed = false;

  forget(): void {
    this.value = UNKNOWN;
    this.other = UNKNOWN;
    this.confirmed = false;
  }

  /** A write or a reset gives it a value. */
  set(value: number, origin: Origin, other = UNKNOWN, mask = 0xffffffff): void {
    this.value = value;
    this.other = other;
    this.mask = mask;
    this.origin = origin;
    this.confirmed = false;
  }

  get known(): boolean {
    return this.value >= 0;
  }

  /** Whether an answer is neither of the values that are allowed. */
  contradicts(answer: number): boolean {
    const differs = (value: number): boolean => ((value ^ answer) & this.mask) !== 0;
    return this.known && differs(this.value) && (this.other < 0 || differs(this.other));
  }

  /** Takes over what was read. */
  learn(answer: number, direct: boolean): void {
    const same = this.known && !this.contradicts(answer) && this.value === answer;
    if (direct) {
      this.origin = 'read';
      this.confirmed = true;
    } else if (!same || !this.confirmed) {
      this.origin = 'window';
      this.confirmed = false;
    }
    this.value = answer;
    this.other = UNKNOWN;
    this.mask = 0xffffffff;
  }

  /** Takes over a wrong answer; what was believed before stays allowed. */
  adopt(answer: number): void {
    this.other = this.value;
    this.value = answer;
  }
}

/** What a value that does not fit is called, by where the expected one came from. */
export const SHAPES: Readonly<Record<Origin, string>> = {
  read: 'changed by itself',
  write: 'does not read back',
  window: 'does not read back',
  'function reset': 'not at its reset value',
  'device reset': 'not at its reset value',
};
