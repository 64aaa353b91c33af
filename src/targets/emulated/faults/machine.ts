import type { Fault, Waiting } from './fault.ts';

export const MACHINE_FAULTS: readonly Fault[] = [];

export const MACHINE_WAITING: readonly Waiting[] = [];
