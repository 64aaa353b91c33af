/** A stock QEMU with interrupts: vectors are fired through the registers of its devices, and messages are seen in its RAM. */

import type { Access } from '../../access/access.ts';
import type { Command, CommandResult } from '../../access/target.ts';
import type { Link } from '../wire/link.ts';
import { valueIn } from '../wire/lines.ts';
import { placeEcam } from '../wire/q35.ts';
import { WireTarget } from '../wire/wire-target.ts';
import { Device, refused } from './drivers/device.ts';
import type { Accesses, Completion, InterruptDriver, Outcome } from './drivers/device.ts';
import { driverOf } from './drivers/index.ts';
import { MessageObserver } from './observer.ts';
import type { MessagePlace } from './observer.ts';

/** Looks at guest RAM until a device must have done its work. */
const LOOKS_AT_MOST = 2000;

export class QemuTarget extends WireTarget {
  private readonly drivers: readonly InterruptDriver[];
  private readonly observer: MessageObserver;
  private outcome: Outcome = refused('nothing was tried');

  /** `place`: where messages are looked for. Throws a TargetDied when there is no machine. */
  constructor(link: Link, drivers: readonly InterruptDriver[], place: MessagePlace) {
    const observer = new MessageObserver(place);
    super(link, placeEcam, observer);
    this.drivers = drivers;
    this.observer = observer;
    this.ask(observer.begin(this.description.machine.ecam ?? []));
  }

  /** The accesses that make an event happen. Messages are looked for afterwards, by the command itself. */
  *recipe(command: Command): Generator<Access, void, void> {
    if (command.kind !== 'fire') return;
    this.observer.pause();
    this.outcome = yield* this.attempt(command.bdf, command.vector);
  }

  private *attempt(bdf: number, vector: number): Accesses<Outcome> {
    if (bdf >>> 16 !== 0) return refused('it is in another segment than 0');
    const device = new Device(bdf);
    const driver = driverOf(this.drivers, yield* device.config(0, 4));
    return driver === undefined ? refused('there is no driver for this function') : yield* driver.fire(device, vector);
  }

  override command(command: Command): CommandResult {
    if (command.kind !== 'fire') return super.command(command);
    const { outcome, observer } = this;
    const result: CommandResult = !outcome.fired
      ? { done: false, reason: outcome.reason }
      : outcome.until === undefined || this.isCompleted(outcome.until)
        ? { done: true }
        : { done: false, reason: 'the device did not do its work in time' };
    this.outcome = refused('nothing was tried');
    this.report(observer.seen(this.ask(observer.look())));
    return result;
  }

  private isCompleted({ address, mask, value }: Completion): boolean {
    for (let look = 0; look < LOOKS_AT_MOST; look++) {
      const [answer = ''] = this.ask([`readl 0x${address.toString(16)}\n`]);
      if ((((valueIn(answer)?.lo ?? 0) ^ value) & mask) === 0) return true;
    }
    return false;
  }
}
