/** All deliberate bugs, and the real ones that wait for other views of a machine. */

import { ADDRESS_FAULTS, ADDRESSES_WAITING } from './addresses.ts';
import type { Fault, Waiting } from './fault.ts';
import { INTERRUPT_FAULTS, INTERRUPTS_WAITING } from './interrupts.ts';
import { MACHINE_FAULTS, MACHINE_WAITING } from './machine.ts';

export const FAULTS: readonly Fault[] = [...ADDRESS_FAULTS, ...INTERRUPT_FAULTS, ...MACHINE_FAULTS];

export const WAITING: readonly Waiting[] = [...ADDRESSES_WAITING, ...INTERRUPTS_WAITING, ...MACHINE_WAITING];
