/** From a bound step to accesses and commands, by the state at this moment. */

import type { Via } from '../topology/mechanism.ts';
import type { MachineDescription } from '../access/machine.ts';
import type { Binding } from './bind.ts';
import { BAR_STEPS } from './expand-bars.ts';
import { CONFIGURATION_STEPS } from './expand-configuration.ts';
import { INTERRUPT_STEPS } from './expand-interrupts.ts';
import { MACHINE_STEPS } from './expand-machine.ts';
import { SERVICE_STEPS } from './expand-service.ts';
import { VIRTIO_STEPS } from './expand-virtio.ts';
import { Driver } from './driver.ts';
import type { Action, Actions } from './driver.ts';
import { messagesOf } from './messages.ts';
import type { Messages } from './messages.ts';
import type { StateView } from './state-view.ts';
import { OPERATIONS, STEP_WORDS } from './steps.ts';
import type { OperationName, Program } from './steps.ts';

export type { Action } from './driver.ts';

/** What the expansion of one step works with. `words`: the operands, the operation's number in front. */
export interface StepContext {
  readonly driver: Driver;
  readonly binding: Binding;
  readonly messages: Messages;
  readonly words: Int32Array;
}

export type StepHandler = (context: StepContext) => Actions;

const HANDLERS: Readonly<Record<OperationName, StepHandler>> = {
  ...CONFIGURATION_STEPS,
  ...BAR_STEPS,
  ...INTERRUPT_STEPS,
  ...MACHINE_STEPS,
  ...VIRTIO_STEPS,
  ...SERVICE_STEPS,
  // Binding has taken care of it.
  *need() {},
};

const BY_NUMBER: readonly StepHandler[] = OPERATIONS.map(({ name }) => HANDLERS[name as OperationName]);

/** Expands the steps of a bound program, one after the other. It remembers where BARs were before they moved. */
export class Expansion {
  /** That of the program whose steps are expanded: all programs of one machine go by one memory. */
  binding: Binding;
  private readonly driver: Driver;
  private readonly messages: Messages;

  /**
   * `messages`: what the content numbers of `program` steps stand for; by default what the machine can show.
   * `preferred`: mechanism of the steps to which any is right.
   */
  constructor(
    binding: Binding,
    view: StateView,
    machine: Partial<MachineDescription>,
    messages: Messages = messagesOf(machine),
    preferred: Via = 'any',
  ) {
    this.binding = binding;
    this.driver = new Driver(binding.topology, view, machine, preferred);
    this.messages = messages;
  }

  /**
   * The accesses and commands of one step, in order. They must be carried out one by one: an access that is yielded is
   * the same object each time, and after a read its answer is expected in it, for what follows may depend on it. A
   * step that asks for what the function does not have yields nothing.
   */
  expand(program: Program, step: number): Generator<Action, void, void> {
    const words = program.subarray(step * STEP_WORDS, (step + 1) * STEP_WORDS);
    const { binding, driver, messages } = this;
    return BY_NUMBER[words[0]!]!({ driver, binding, messages, words });
  }
}
