/** A stock QEMU with interrupts: vectors are fired through the registers of its devices, and messages are seen in its RAM. */

import { Access } from '../../access/access.ts';
import type { Command, CommandResult } from '../../access/target.ts';
import type { Link } from '../wire/link.ts';
import { valueIn } from '../wire/lines.ts';
import { placeEcam } from '../wire/q35.ts';
import { WireTarget } from '../wire/wire-target.ts';
import { Device, EVENT } from './drivers/device.ts';
import type { Accesses, Completion, InterruptDriver, Refusal, Rest } from './drivers/device.ts';
import { driverOf } from './drivers/index.ts';
import { MessageObserver } from './observer.ts';
import type { MessagePlace } from './observer.ts';

/** Looks at guest RAM until a device must have done its work. */
const LOOKS_AT_MOST = 2000;

const UNTRIED = 'its recipe was not carried out';

export class QemuTarget extends WireTarget {
  private readonly drivers: readonly InterruptDriver[];
  private readonly observer: MessageObserver;
  /** Nobody wakes who sleeps here. */
  private readonly asleep = new Int32Array(new SharedArrayBuffer(4));
  /** What became of the last recipe. */
  private refusal: Refusal = UNTRIED;

  /** `place`: where messages are looked for. Throws a TargetDied when there is no machine. */
  constructor(link: Link, drivers: readonly InterruptDriver[], place: MessagePlace) {
    const observer = new MessageObserver(place);
    super(link, { prepare: placeEcam, follower: observer, bulk: true });
    this.drivers = drivers;
    this.observer = observer;
    this.ask(observer.begin(this.description.machine.ecam ?? []));
  }

  /**
   * The accesses that make an event happen. Messages of the event are looked for afterwards, by the command itself. Looks
   * at memory while a device works are nobody's accesses: how many there are differs from run to run.
   */
  *recipe(command: Command): Generator<Access, void, void> {
    if (command.kind !== 'fire') return;
    this.refusal = UNTRIED;
    const steps = this.attempt(command.bdf, command.vector);
    let next = steps.next();
    while (next.done !== true) {
      if (next.value instanceof Access) {
        yield next.value;
        next = steps.next(true);
      } else if (next.value === EVENT) {
        this.observer.pause();
        next = steps.next(true);
      } else if ('milliseconds' in next.value) {
        this.rest(next.value);
        next = steps.next(true);
      } else next = steps.next(this.isCompleted(next.value));
    }
    this.refusal = next.value;
  }

  private *attempt(bdf: number, vector: number): Accesses<Refusal> {
    if (bdf >>> 16 !== 0) return 'it is in another segment than 0';
    const device = new Device(bdf);
    const driver = driverOf(this.drivers, yield* device.config(0, 4));
    return driver === undefined ? 'there is no driver for this function' : yield* driver.fire(device, vector);
  }

  override command(command: Command): CommandResult {
    if (command.kind !== 'fire') return super.command(command);
    const { refusal, observer } = this;
    this.refusal = UNTRIED;
    this.report(observer.seen(this.ask(observer.look())));
    return refusal === undefined ? { done: true } : { done: false, reason: refusal };
  }

  /**
   * QEMU's clock is that of this machine. What is due runs behind the first command of a later time, so it has run before
   * the second is answered.
   */
  private rest({ milliseconds }: Rest): void {
    Atomics.wait(this.asleep, 0, 0, milliseconds);
    for (let times = 0; times < 2; times++) this.ask([this.observer.poll(0)]);
    this.observer.endPoll();
  }

  private isCompleted({ address, mask, value }: Completion): boolean {
    const line = this.observer.poll(address);
    let came = false;
    for (let look = 0; look < LOOKS_AT_MOST && !came; look++) {
      const [answer = ''] = this.ask([line]);
      came = (((valueIn(answer)?.lo ?? 0) ^ value) & mask) === 0;
    }
    this.observer.endPoll();
    return came;
  }
}
