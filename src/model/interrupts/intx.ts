/** A function's own INTx, where the source tells of it (CMD-011, MSIX-022). */

import type { MachineState } from '../state.ts';

export function judgeIntx(state: MachineState, bdf: number, level: 0 | 1): void {
  const f = state.routing.bus(bdf >>> 8)?.functions[bdf & 0xff];
  if (f === undefined) return;
  f.intx = level;
  f.intxAt = state.step;
  if (level === 0) return;
  const { config } = f;
  const verdict = (rule: string, register: string, shape: string, explanation: string): void => {
    state.reporter.diverge({
      rule,
      function: f,
      register,
      shape,
      expected: 'INTx not asserted',
      actual: 'INTx asserted',
      explanation,
    });
  };
  state.reporter.count('CMD-011');
  if (config.bit(5, 2) === 1)
    verdict(
      'CMD-011',
      'Command',
      'INTx while disabled',
      'Interrupt Disable is set, so the function does not assert INTx.',
    );
  const msix = f.msixAt > 0 && config.bit(f.msixAt + 2, 15) === 1;
  const msi = f.msiAt > 0 && config.bit(f.msiAt + 2, 0) === 1;
  if (msix || msi) {
    verdict(
      'MSIX-022',
      msix ? 'MSI-X Message Control' : 'MSI Message Control',
      'INTx while messages are enabled',
      'With MSI or MSI-X enabled the function does not use INTx.',
    );
  }
}
