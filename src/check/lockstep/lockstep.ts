/** A target and the reference model under the same accesses: each answer and each event is compared as it comes. */

import type { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import { emptyMachine } from '../../access/machine.ts';
import type { MachineDescription } from '../../access/machine.ts';
import type { Command, CommandResult, Target } from '../../access/target.ts';
import { Model } from '../../model/model.ts';
import type { ModelQueries } from '../../model/queries.ts';
import type { Divergence } from '../../model/verdict.ts';
import { modelView } from '../../scenario/model-view.ts';
import type { StateView } from '../../scenario/state-view.ts';
import { enumerate } from '../../topology/enumerate.ts';
import { configurationOf } from '../../topology/mechanism.ts';
import type { Topology } from '../../topology/topology.ts';

export interface LockstepOptions {
  /** Choices and deviations in force. Default: none. */
  choices?: Readonly<Record<string, string>> | undefined;
  /** Rules that are switched off. Default: none. */
  skip?: ReadonlySet<string> | undefined;
  divergence(divergence: Divergence): void;
  /** Sees everything that happens, in the order of a trace; the access is reused. */
  watch?(what: Access | Event): void;
}

export class Lockstep {
  readonly model: Model;
  readonly view: StateView;
  readonly machine: MachineDescription;
  /** Accesses and commands so far, sweeps and enumeration among them. */
  accesses = 0;
  readonly queries: ModelQueries;
  private readonly target: Target;
  private readonly options: LockstepOptions;
  private found: Topology | undefined;

  constructor(target: Target, options: LockstepOptions) {
    this.target = target;
    this.options = options;
    this.machine = { ...emptyMachine(), ...target.description.machine };
    this.model = new Model({
      machine: this.machine,
      choices: options.choices,
      skip: options.skip,
      divergence: (divergence) => options.divergence(divergence),
    });
    this.queries = this.model.queries();
    this.view = modelView(this.model);
    this.tell({ kind: 'power-on' });
  }

  /** The functions of the target, found on first use. */
  get topology(): Topology {
    if (this.found === undefined) {
      const { functions } = this.target.description;
      this.found = enumerate(configurationOf(this, this.machine), this.machine, { functions });
      // Behind bridges functions have their numbers now.
      const { irq, kicks } = this.target.description.machine;
      this.machine.irq = irq ?? this.machine.irq;
      this.machine.kicks = kicks ?? this.machine.kicks;
    }
    return this.found;
  }

  /** Carries an access out; the answer of a read stands in it afterwards. */
  access(access: Access): void {
    this.target.access(access);
    this.carried(access);
  }

  /** Carries out accesses of which none depends on the answer of another; each is judged as if it had come alone. */
  accessAll(accesses: readonly Access[]): void {
    if (this.target.accessAll !== undefined) this.target.accessAll(accesses, (access) => this.carried(access));
    else for (const access of accesses) this.access(access);
  }

  private carried(access: Access): void {
    this.accesses++;
    this.options.watch?.(access);
    this.model.access(access);
    this.drain();
  }

  command(command: Command): CommandResult {
    this.accesses++;
    for (const access of this.target.recipe?.(command) ?? []) this.access(access);
    const result = this.target.command(command);
    if (result.done)
      this.tell(command.kind === 'plug' && result.bdf !== undefined ? { ...command, bdf: result.bdf } : command);
    this.drain();
    return result;
  }

  /** What the model still expects of the last cause. */
  finish(): void {
    this.model.finish();
  }

  private drain(): void {
    for (const event of this.target.takeEvents()) this.tell(event);
  }

  private tell(event: Event): void {
    this.options.watch?.(event);
    this.model.event({ ...event, line: 0 });
  }

  /** See Target. */
  images(bdfs: readonly number[]): readonly (Uint8Array | undefined)[] {
    return this.target.images?.(bdfs) ?? [];
  }

  get hasImages(): boolean {
    return this.target.images !== undefined;
  }
}
