/** ISR status: reading clears it, and Interrupt Status in configuration space mirrors it (virtio 1.2, 4.1.4.5). */

import { ISR_DEFINED } from '../../spec/virtio-common.ts';
import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { formatBits } from '../text.ts';
import { mayBeHole } from './structures.ts';

/** Interrupt Status in the dword of Command and Status. */
const INTERRUPT_STATUS = 1 << 19;

export class IsrStatus {
  private readonly owner: PciFunction;
  /** It was read, and nothing has happened since. */
  private cleared = false;
  /** Interrupt Status as it was read, while nothing has happened since; -1: not known. */
  private status: 0 | 1 | -1 = -1;
  /** No queue was notified since a reset, so that the device has no work of its own that may end at any time. */
  private idle = false;
  /** MSI-X was switched since ISR status was read: bits from before need not be mirrored. */
  private stale = false;
  /** The source holds the condition behind INTx, perhaps past ISR status. */
  held = false;
  /** Step of the last read of one of the two. */
  private readAt = -1;

  constructor(owner: PciFunction) {
    this.owner = owner;
  }

  /** Something happened by which the device may have set or lost an interrupt. */
  disturb(): void {
    this.cleared = false;
    this.status = -1;
  }

  reset(): void {
    this.disturb();
    this.idle = true;
    this.stale = false;
    this.held = false;
  }

  /** MSI-X was enabled or disabled. */
  afterEnable(): void {
    this.disturb();
    this.stale = true;
  }

  /** A queue was notified, or it is not known whether one was. */
  work(): void {
    this.disturb();
    this.idle = false;
  }

  /** ISR status was read by an access of its own width. */
  read(state: MachineState, answer: number): void {
    this.settle(state);
    if (!this.usesPin() || (answer === 0xff && mayBeHole(state, answer, 1))) {
      this.disturb();
      return;
    }
    state.reporter.count('VIO-007');
    const reserved = answer & 0xff & ~ISR_DEFINED;
    if (reserved !== 0)
      this.report(state, 'ISR Status', 'reserved bits set', formatBits(0, 0xff & ~ISR_DEFINED), answer, {
        why: 'ISR status has two bits: queue interrupt and device configuration interrupt.',
      });
    else if (this.cleared && answer !== 0)
      this.report(state, 'ISR Status', 'not cleared by reading', '0', answer, {
        why: 'Reading ISR status clears it, and nothing has happened in the device since.',
      });
    else if (this.differs(answer))
      this.report(state, 'ISR Status', 'Interrupt Status differs', this.status === 1 ? 'not 0' : '0', answer, {
        why: `Interrupt Status in configuration space, which mirrors it, was ${this.status} just before.`,
        excusedBy: this.status === 0 ? 'intx_status=absent' : undefined,
      });
    this.stale = false;
    const told = this.isTold(state);
    this.cleared = told;
    this.status = told ? 0 : -1;
  }

  /** The dword of Command and Status was read. */
  readStatus(state: MachineState, data: number): void {
    this.settle(state);
    if (!this.isTold(state) || !this.usesPin() || !this.hasPin()) return;
    const status = (data & INTERRUPT_STATUS) === 0 ? 0 : 1;
    if (this.cleared) {
      state.reporter.count('VIO-007');
      if (status === 1 && !this.held) {
        this.report(
          state,
          'Status',
          'Interrupt Status stays when ISR status is read',
          'Interrupt Status 0',
          undefined,
          {
            why: 'Interrupt Status mirrors ISR status, which reading has cleared; nothing has happened since.',
          },
        );
        this.disturb();
        return;
      }
    }
    this.status = status;
  }

  /** Whether Interrupt Status was something else than its mirror shows. */
  private differs(answer: number): boolean {
    if (this.status < 0 || this.stale || !this.hasPin()) return false;
    return this.status === 1 ? answer === 0 && !this.held : answer !== 0;
  }

  /** An event may have been one of this device. */
  private settle(state: MachineState): void {
    if (state.lastEventAt > this.readAt) this.disturb();
    this.readAt = state.step;
  }

  /** Whether nothing happens in the device of which the source does not tell. */
  private isTold(state: MachineState): boolean {
    return this.idle && state.machine.caps.includes('intx');
  }

  /** Whether the device surely signals by its pin; with messages ISR status is open. */
  private usesPin(): boolean {
    const { config, msixAt, msiAt, listComplete } = this.owner;
    if (!listComplete || (msixAt > 0 && config.bit(msixAt + 2, 15) !== 0)) return false;
    return msiAt === 0 || config.bit(msiAt + 2, 0) === 0;
  }

  private hasPin(): boolean {
    return (this.owner.config.peek(0x3d, 1) ?? 0) !== 0;
  }

  private report(
    state: MachineState,
    register: string,
    shape: string,
    expected: string,
    answer: number | undefined,
    { why, excusedBy }: { why: string; excusedBy?: string | undefined },
  ): void {
    state.reporter.diverge({
      rule: 'VIO-007',
      function: this.owner,
      register,
      shape,
      expected,
      actual: answer === undefined ? 'Interrupt Status 1' : formatBits(answer, 0xff),
      explanation: why,
      excusedBy,
    });
  }
}
