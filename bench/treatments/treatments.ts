/** All treatments, in the order of the report. */

import { LIFE_CYCLE } from './life-cycle.ts';
import { IMPORTER, PLACES } from './places.ts';
import { REGISTERS } from './registers.ts';
import type { Treatment } from './treatment.ts';

export const TREATMENTS: readonly Treatment[] = [...REGISTERS, ...LIFE_CYCLE, ...PLACES, ...IMPORTER];
