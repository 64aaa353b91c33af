/** Faults of addresses and configuration space. */
import { BAR_DECODING_FAULTS } from './bar-decoding.ts';
import { BAR_REGISTER_FAULTS } from './bar-registers.ts';
import { BRIDGE_FAULTS } from './bridges.ts';
import { CONFIGURATION_FAULTS } from './configuration.ts';
import { CONFIGURATION_ACCESS_FAULTS } from './configuration-access.ts';
import { ROM_FAULTS } from './roms-and-others.ts';
import type { Fault } from './fault.ts';

export { ADDRESSES_WAITING } from './addresses-waiting.ts';

export const ADDRESS_FAULTS: readonly Fault[] = [
  ...BAR_REGISTER_FAULTS,
  ...BAR_DECODING_FAULTS,
  ...ROM_FAULTS,
  ...BRIDGE_FAULTS,
  ...CONFIGURATION_FAULTS,
  ...CONFIGURATION_ACCESS_FAULTS,
];
