/** The legacy interface of a transitional device: its device configuration moves with MSI-X Enable (virtio 1.2, 4.1.4.10). */

import type { Access } from '../../access/access.ts';
import { formatHex } from '../../core/hex.ts';
import { LEGACY_CONFIG_VECTOR, LEGACY_VECTORS_LENGTH, NO_VECTOR } from '../../spec/virtio-common.ts';
import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';

/** A value of the device configuration. */
interface Seen {
  value: number;
  reads: number;
}

const VALUES_AT_MOST = 64;

export class LegacyConfiguration {
  private readonly owner: PciFunction;
  /** By place in the device configuration and width. */
  private readonly values = new Map<number, Seen>();

  constructor(owner: PciFunction) {
    this.owner = owner;
  }

  /** The device may have changed its configuration. */
  forget(): void {
    this.values.clear();
  }

  /** A read behind the common registers; `vector`: what config_msix_vector surely holds; `length`: of the device configuration. */
  read(state: MachineState, offset: number, access: Access, vector: number | undefined, length: number): void {
    const { msixAt, listComplete, config } = this.owner;
    const enabled = msixAt > 0 ? config.bit(msixAt + 2, 15) : listComplete ? 0 : -1;
    const { width, valueLo } = access;
    if (enabled < 0 || (width !== 2 && width !== 4)) return;
    const answer = valueLo >>> 0;
    const shift = enabled === 1 ? LEGACY_VECTORS_LENGTH : 0;
    const at = offset - LEGACY_CONFIG_VECTOR - shift;
    // What the answer is if the configuration has not moved.
    const unmoved = this.stable(at + (enabled === 1 ? LEGACY_VECTORS_LENGTH : -LEGACY_VECTORS_LENGTH), width);
    if (at < 0) {
      if (enabled === 1 && offset === LEGACY_CONFIG_VECTOR && width === 2 && vector === NO_VECTOR) {
        state.reporter.count('VIO-010');
        if (answer !== vector) this.report(state, 'vector registers do not appear', formatHex(0, vector), answer, true);
      }
      return;
    }
    // What lies behind it may be anything, and stays where it is.
    if (at + width > length) return;
    const expected = this.stable(at, width);
    if (expected !== undefined && unmoved !== undefined && expected !== unmoved) {
      state.reporter.count('VIO-010');
      if (answer === unmoved && isTelling(answer, width)) {
        this.report(state, 'device configuration does not move', formatHex(0, expected | 0), answer, enabled === 1);
        this.forget();
        return;
      }
    }
    this.remember(at, width, answer);
  }

  private remember(at: number, width: number, answer: number): void {
    const seen = this.values.get(at * 8 + width);
    if (seen?.value === answer) {
      seen.reads++;
      return;
    }
    if (seen === undefined && this.values.size >= VALUES_AT_MOST) this.values.clear();
    this.values.set(at * 8 + width, { value: answer, reads: 1 });
  }

  /** A value that was read twice. */
  private stable(at: number, width: number): number | undefined {
    const seen = at < 0 ? undefined : this.values.get(at * 8 + width);
    return seen !== undefined && seen.reads >= 2 ? seen.value : undefined;
  }

  private report(state: MachineState, shape: string, expected: string, answer: number, enabled: boolean): void {
    state.reporter.diverge({
      rule: 'VIO-010',
      function: this.owner,
      register: 'Virtio legacy registers',
      shape,
      expected,
      actual: formatHex(0, answer | 0),
      explanation: enabled
        ? 'With MSI-X enabled the vector registers lie at 20 and 22, and the device configuration begins at 24.'
        : 'With MSI-X disabled there are no vector registers, and the device configuration begins at 20.',
    });
  }
}

/** Whether a value can prove anything: neither zeros nor ones. */
function isTelling(value: number, width: number): boolean {
  return value !== 0 && value !== (width === 2 ? 0xffff : 0xffffffff);
}
