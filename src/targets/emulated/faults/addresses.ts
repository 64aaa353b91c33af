import type { Fault, Waiting } from './fault.ts';

export const ADDRESS_FAULTS: readonly Fault[] = [];

export const ADDRESSES_WAITING: readonly Waiting[] = [];
