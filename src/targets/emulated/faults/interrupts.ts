import type { Fault, Waiting } from './fault.ts';

export const INTERRUPT_FAULTS: readonly Fault[] = [];

export const INTERRUPTS_WAITING: readonly Waiting[] = [];
