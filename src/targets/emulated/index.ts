/** The emulated target: a PCI machine as an emulator has it, with deliberate bugs to be switched on. */
import type { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import type { MachineDescription } from '../../access/machine.ts';
import type { Command, CommandResult, Target, TargetDescription } from '../../access/target.ts';
import { buildMachine } from './build.ts';
import { Commands } from './commands.ts';
import { runFirmware } from './firmware.ts';
import type { Layout } from './layout.ts';
import type { Machine } from './machine.ts';

export { DEFAULT_LAYOUT } from './default-layout.ts';
export type { Layout } from './layout.ts';
export { FAULTS, WAITING } from './faults/catalogue.ts';
export type { Fault, Waiting } from './faults/fault.ts';
export { recordedSteps } from './faults/records.ts';
export { LayoutError, parseLayout } from './parse-layout.ts';
export { randomLayout } from './random-layout.ts';

export interface EmulatedOptions {
  layout: Layout;
  faults?: ReadonlySet<string>;
}

/** Builds the machine of a layout and switches it on. */
export function createEmulated({ layout, faults = new Set() }: EmulatedOptions): Target {
  return new Emulated(layout, faults);
}

class Emulated implements Target {
  private readonly machine: Machine;
  private readonly commands: Commands;
  private readonly configuration: string;

  constructor(layout: Layout, faults: ReadonlySet<string>) {
    this.machine = buildMachine(layout, faults);
    if (layout.assigned) runFirmware(this.machine);
    this.commands = new Commands(this.machine);
    this.configuration = [layout.name, ...[...faults].toSorted()].join(',');
  }

  /** By the bus numbers as they are programmed now. */
  get description(): TargetDescription {
    const here = this.machine.functions.filter((fn) => this.machine.reaches(fn));
    return {
      name: 'emulated',
      machine: describeMachine(this.machine, here),
      functions: here.filter((fn) => fn.virtual !== undefined).map((fn) => fn.bdf),
      configuration: this.configuration,
      lines: { first: this.machine.firstLine, last: this.machine.firstLine + 3 },
      bars: 'ram',
    };
  }

  access(access: Access): void {
    this.machine.access(access);
  }

  command(command: Command): CommandResult {
    return this.commands.carryOut(command);
  }

  takeEvents(): readonly Event[] {
    return this.machine.takeEvents();
  }

  images(bdfs: readonly number[]): (Uint8Array | undefined)[] {
    return bdfs.map((bdf) => {
      const bus = this.machine.segments.get(bdf >>> 16)?.bus((bdf >>> 8) & 0xff);
      return bus?.answering(bdf & 0xff)?.config.bytes;
    });
  }
}

function describeMachine(machine: Machine, here: Machine['functions']): Partial<MachineDescription> {
  const { cam, ecam, io, mem32, mem64, ram, reserved } = machine.layout.machine;
  const lines = here.flatMap((fn) =>
    fn.interrupts.line === undefined ? [] : [{ bdf: fn.bdf, line: fn.interrupts.line }],
  );
  const kicks = here.flatMap((fn) => {
    const place = fn.virtio?.layout.kicks;
    return place === undefined ? [] : [{ bdf: fn.bdf, bar: place.bar, offset: place.offset }];
  });
  const caps = ['fire', 'intx', 'reset', 'unplug', 'msi', 'snapshot'];
  return { name: machine.layout.name, cam, ecam, io, mem32, mem64, ram, reserved, caps, irq: lines, kicks };
}
