/**
 * The time between a restore and the first thing that is done to the machine after it: for the guest nothing has
 * happened, so no interrupt comes and every line has its level of before (SNAP-003, SNAP-004).
 */

import type { Event } from '../../access/event.ts';
import { VIRTIO_VENDOR } from '../../spec/virtio.ts';
import { PRESENT } from '../function.ts';
import type { PciFunction } from '../function.ts';
import { formatHex } from '../../core/hex.ts';
import type { MachineState } from '../state.ts';
import { wrongDriver } from './lines.ts';

type Message = Extract<Event, { kind: 'message' }>;
type Level = 0 | 1;

/** Inputs of an interrupt controller whose levels are kept. */
const INPUTS_AT_MOST = 4096;

/** Virtio devices may interrupt without need after a restore: the driver looks at its queues and finds nothing. */
function isVirtio({ config }: PciFunction): boolean {
  return (config.peek(0, 2) ?? VIRTIO_VENDOR) === VIRTIO_VENDOR;
}

/** Whether every message comes before the answer of what caused it. */
export function isSynchronous({ machine }: MachineState): boolean {
  return machine.caps.includes('msi') && !machine.caps.includes('async-msi');
}

export class Quiet {
  private readonly state: MachineState;
  private on = false;
  /** Level of each input of the interrupt controller, as events tell it. */
  private readonly inputs = new Map<number, Level>();
  /** Levels at the snapshot of what has changed since the restore; undefined: nobody knows. */
  private readonly before = new Map<number | PciFunction, Level | undefined>();

  constructor(state: MachineState) {
    this.state = state;
  }

  begin(): void {
    this.on = true;
    this.before.clear();
  }

  /** Something is done to the machine: what changed until now had no cause. */
  end(): void {
    if (!this.on) return;
    this.on = false;
    for (const [line, level] of this.before) if (level !== undefined) this.judgeLevel(line, level);
    this.before.clear();
  }

  /** An input of the interrupt controller goes to a level. */
  input(input: number, level: Level): void {
    const { inputs } = this;
    const now = inputs.get(input);
    if (now === undefined && inputs.size >= INPUTS_AT_MOST) return;
    if (this.on && !this.before.has(input)) this.before.set(input, now);
    inputs.set(input, level);
  }

  /** A function is about to change its own INTx. */
  intx(f: PciFunction | undefined): void {
    if (f === undefined) return;
    const now = f.intx ?? (this.state.powerOn ? 0 : undefined);
    if (this.on && !this.before.has(f)) this.before.set(f, now);
  }

  private judgeLevel(line: number | PciFunction, before: Level): void {
    const { reporter, machine, routing } = this.state;
    // Else the device may have had a reason of its own.
    if (!machine.caps.includes('intx')) return;
    const drivers =
      typeof line === 'number'
        ? machine.irq
            .filter((one) => one.line === line)
            .map(({ bdf }) => routing.surely(bdf >>> 8)?.functions[bdf & 0xff])
        : [line];
    if (drivers.length === 0 || (before === 0 && drivers.some((one) => one === undefined || isVirtio(one)))) return;
    const f = drivers.length === 1 ? drivers[0] : undefined;
    const now = typeof line === 'number' ? this.inputs.get(line) : line.intx;
    const rule = before === 1 ? 'SNAP-003' : 'SNAP-004';
    reporter.count(rule);
    if (now === before) return;
    const say = (level: Level): string => (level === 1 ? 'INTx asserted' : 'INTx not asserted');
    // The level may have been wrong before, and right now.
    const wrong = before === 1 && typeof line === 'number' ? wrongDriver(this.state, line) : undefined;
    reporter.diverge({
      rule: wrong?.rule ?? rule,
      function: wrong?.function ?? f,
      register: 'INTx',
      shape: wrong?.shape ?? (before === 1 ? 'level lost by a restore' : 'asserted by a restore'),
      expected: wrong === undefined ? `${say(before)}, as at the snapshot` : say(0),
      actual: wrong === undefined ? say(before === 1 ? 0 : 1) : `${say(1)} until the machine went back to its snapshot`,
      explanation:
        wrong?.why ??
        'Nothing was done to the machine since it went back to its snapshot, so its lines have the levels of then.',
    });
  }

  /** A message that a vector may send, but that nothing has caused (SNAP-004). */
  message(event: Message): void {
    const { state } = this;
    if (!this.on || event.bdf === undefined || !state.machine.caps.includes('fire') || !isSynchronous(state)) return;
    const f = state.routing.surely(event.bdf >>> 8)?.functions[event.bdf & 0xff];
    if (f === undefined || f.presence !== PRESENT || f.doubt !== 'none' || f.vectors.uncertain) return;
    if (f.restoredAt < 0 || isVirtio(f)) return;
    if (!maySend(f, event, state.machine.iommu)) return;
    state.reporter.diverge({
      rule: 'SNAP-004',
      function: f,
      register: 'Message',
      shape: 'message by a restore',
      expected: 'no message',
      actual: `message to address ${formatHex(event.addressHi, event.addressLo)} with data ${formatHex(0, event.data)}`,
      explanation:
        'The machine went back to its snapshot, at which nothing was due, and nothing has happened inside the function since.',
    });
  }
}

/** Whether a vector of the function is known to be free to send this message; else the ledger has judged it. */
function maySend(f: PciFunction, event: Message, iommu: boolean): boolean {
  const { config, vectors, msix, msixAt, msiAt, powerAt } = f;
  if (config.bit(4, 2) !== 1) return false;
  if (powerAt > 0 && ((config.peek(powerAt + 4, 1) ?? 3) & 3) !== 0) return false;
  const fits = (content: ReturnType<typeof vectors.entry>, open: number): boolean =>
    content !== undefined &&
    ((content.data ^ event.data) & event.dataMask & ~open) === 0 &&
    (iommu || (content.addressHi === event.addressHi && (content.addressLo ^ event.addressLo) >>> 2 === 0));
  if (msix !== undefined && config.bit(msixAt + 2, 15) === 1) {
    for (let index = 0; index < msix.size; index++)
      if (vectors.masked(index) === 0 && fits(vectors.entry(index), 0)) return true;
  }
  const one =
    msiAt > 0 && config.bit(msiAt + 2, 0) === 1 && config.bit(msiAt + 3, 0) === 0 ? vectors.message() : undefined;
  return one !== undefined && fits(one, one.replaces);
}
