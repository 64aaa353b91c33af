/** What the harness can ask of the machine beside accesses (the optional commands of the target protocol). */
import type { Command, CommandResult } from '../../access/target.ts';
import { formatBdf } from '../../access/bdf.ts';
import { rootFunctions } from './build.ts';
import type { Bus } from './bus.ts';
import type { DeviceFunction } from './device-function.ts';
import { runFirmware } from './firmware.ts';
import { CONDITION } from './interrupts.ts';
import type { Machine } from './machine.ts';
import { restoreSnapshot, takeSnapshot } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';

const DONE: CommandResult = { done: true };

export class Commands {
  private readonly machine: Machine;
  private snapshot: Snapshot | undefined;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  carryOut(command: Command): CommandResult {
    switch (command.kind) {
      case 'fire':
        return this.withFunction(command.bdf, (fn) => fn.interrupts.fire(command.vector));
      case 'condition':
        return this.withFunction(command.bdf, (fn) => setCondition(fn, command.level === 1));
      case 'reset':
        return this.reset();
      case 'plug':
        return this.plug(command.bdf);
      case 'unplug':
        return this.unplug(command.bdf);
      case 'save':
        this.snapshot = takeSnapshot(this.machine);
        return DONE;
      case 'restore':
        if (this.snapshot === undefined) return refused('nothing was saved');
        restoreSnapshot(this.machine, this.snapshot);
        return DONE;
    }
  }

  private withFunction(bdf: number, work: (fn: DeviceFunction) => string | undefined): CommandResult {
    const fn = this.busOf(bdf)?.answering(bdf & 0xff);
    if (fn === undefined) return refused(`there is no function ${formatBdf(bdf)}`);
    const problem = work(fn);
    return problem === undefined ? DONE : refused(problem);
  }

  private busOf(bdf: number): Bus | undefined {
    return this.machine.segments.get(bdf >>> 16)?.named((bdf >>> 8) & 0xff) ?? undefined;
  }

  /** A conventional reset of the whole hierarchy. Memory and what is plugged in stay; firmware runs again. */
  private reset(): CommandResult {
    this.machine.cam.index = 0;
    for (const fn of rootFunctions(this.machine)) fn.reset('conventional');
    if (this.machine.layout.assigned) runFirmware(this.machine);
    return DONE;
  }

  private plug(bdf: number): CommandResult {
    const bus = this.busOf(bdf);
    const problem = slotProblem(bus, bdf);
    if (bus === undefined || problem !== undefined) return refused(problem ?? 'no slot');
    if (bus.functions[0] === undefined) return refused(`the layout has no device for the slot at ${formatBdf(bdf)}`);
    if (bus.functions[0].there) return refused(`the slot at ${formatBdf(bdf)} is occupied`);
    setPresence(bus, bdf, true);
    return DONE;
  }

  private unplug(bdf: number): CommandResult {
    const bus = this.busOf(bdf);
    const problem = slotProblem(bus, bdf);
    if (bus === undefined || problem !== undefined) return refused(problem ?? 'no slot');
    if (bus.functions[0]?.there !== true) return refused(`the slot at ${formatBdf(bdf)} is empty`);
    setPresence(bus, bdf, false);
    return DONE;
  }
}

function refused(reason: string): CommandResult {
  return { done: false, reason };
}

function slotProblem(bus: Bus | undefined, bdf: number): string | undefined {
  const slot = bus?.owner?.slot;
  return slot === undefined || (bdf & 0xf8) !== 0 ? `${formatBdf(bdf)} is no slot` : undefined;
}

/** A virtio device tells of its condition by its interrupt status, which the driver clears by reading it. */
function setCondition(fn: DeviceFunction, active: boolean): string | undefined {
  if (fn.layout.pin === 0 || fn.virtual !== undefined) return 'the function has no interrupt pin';
  if (fn.virtio !== undefined) fn.virtio.setIsr(active ? 1 : 0);
  else fn.interrupts.setSource(CONDITION, active);
  return undefined;
}

/**
 * The device of a slot comes or goes with all its functions, and begins as it is when power comes on. Events tell of
 * the functions that the command did not name.
 */
function setPresence(bus: Bus, named: number, there: boolean): void {
  for (const fn of bus.present()) {
    if (fn.virtual !== undefined) continue;
    // Function 0 goes alone.
    if (fn.bdf !== named && !there && fn.machine.faulty('function-without-function0')) continue;
    fn.there = there;
    if (fn.bdf !== named) fn.machine.tell({ kind: there ? 'plug' : 'unplug', bdf: fn.bdf });
    const { faulty } = fn.machine;
    if (faulty('assign-state-not-reinitialised') || faulty('plugged-keeps-registers')) fn.refresh();
    else fn.reset('power');
    if (there) plugged(fn);
  }
  bus.owner?.slot?.presenceChanged();
}

/** How many interrupt routes the faulty machine that never frees any has for devices that are plugged in. */
const ROUTES = 2;

/** What faulty machines do about a device that has come. */
function plugged(fn: DeviceFunction): void {
  const { machine } = fn;
  if (machine.faulty('hotplug-resource-leak-irq')) fn.routed = ++machine.routes <= ROUTES;
  if (!machine.faulty('hotplug-visible-before-ready')) return;
  fn.ready = false;
  machine.later(200, () => {
    fn.ready = true;
    fn.remap();
  });
}
