/** What the source of a trace shows of interrupts, by the capabilities that it names (target protocol, `hello`). */

import type { MachineDescription } from '../../access/machine.ts';

export interface Shown {
  /** Every message stands right behind the access or event that caused it, so that none is on its way longer. */
  ordered: boolean;
  /** And what makes a vector send is shown too: a message that does not come is lost. */
  causes: boolean;
  /** Conditions behind INTx are shown, and what they make of levels stands right behind them. */
  conditions: boolean;
  /** Resets are complete when the access that starts them is answered: time does not pass by itself. */
  instant: boolean;
}

export function shownBy({ caps }: MachineDescription): Shown {
  const ordered = caps.includes('msi') && !caps.includes('async-msi');
  return {
    ordered,
    causes: ordered && caps.includes('fire'),
    instant: !caps.includes('clock'),
    conditions: caps.includes('intx') && !caps.includes('async-msi'),
  };
}
