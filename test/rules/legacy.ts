/** Bridges: what ISA Enable and VGA Enable make of the ranges that they forward. */

import type { RuleCase } from './case.ts';

/** Low memory of a machine whose RAM begins behind the VGA range. */
const MACHINE = 'ram=0x100000-0x7fffffff';

/** VGA Enable of the conventional bridge, and the memory BAR below it in the range that it forwards. */
const BELOW_VGA = `
  cw 2 00:1e.0 0x3e <- 0x0008
  cr 2 00:1e.0 0x3e -> 0x0008
  cw 4 02:01.0 0x10 <- 0x000a0000
  cr 4 02:01.0 0x10 -> 0x000a0000
  mr 4 0xa0100 -> 0x5a5a1234
  mr 4 0xa0100 -> 0x5a5a1234
`;

/** The same of the root port, and an I/O BAR whose port differs from 3C0h in bits 15:10 only. */
const BELOW_ALIAS = `
  cw 2 00:1c.0 0x3e <- 0x0008
  cr 2 00:1c.0 0x3e -> 0x0008
  cw 4 01:00.0 0x18 <- 0x0000abc0
  cr 4 01:00.0 0x18 -> 0x0000abc1
  pr 4 0xabd0 -> 0x11223344
  pr 4 0xabd0 -> 0x11223344
`;

/** The I/O BAR below the conventional bridge in the part of a KiB that ISA Enable takes out. */
const BELOW_ISA = `
  cw 4 02:01.0 0x14 <- 0x0000e140
  cr 4 02:01.0 0x14 -> 0x0000e141
  pr 4 0xe150 -> 0x11223344
  pr 4 0xe150 -> 0x11223344
`;

const bridgeControl = (bdf: string, value: string) => `
  cw 2 ${bdf} 0x3e <- ${value}
  cr 2 ${bdf} 0x3e -> ${value}
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'BRG-008',
    title: 'memory of VGA is still forwarded after VGA Enable was cleared',
    machine: MACHINE,
    given: ['power-on', 'pci-bridge', 'behind-bridge'],
    steps: `
      ${BELOW_VGA}
      ${bridgeControl('00:1e.0', '0x0000')}
      mr 4 0xa0100 -> 0xffffffff || 0x00000000 | 0x5a5a1234
    `,
  },
  {
    rule: 'BRG-008',
    title: 'memory of VGA is no longer forwarded after VGA Enable was cleared and set',
    machine: MACHINE,
    given: ['power-on', 'pci-bridge', 'behind-bridge'],
    steps: `
      ${BELOW_VGA}
      ${bridgeControl('00:1e.0', '0x0000')}
      ${bridgeControl('00:1e.0', '0x0008')}
      mr 4 0xa0100 -> 0x5a5a1234 | 0xffffffff
    `,
  },
  {
    rule: 'BRG-008',
    title: 'memory of VGA is no longer forwarded after the window was written, on which it does not depend',
    machine: MACHINE,
    given: ['power-on', 'pci-bridge', 'behind-bridge'],
    steps: `
      ${BELOW_VGA}
      cw 4 00:1e.0 0x20 <- 0xc8f0c800
      cr 4 00:1e.0 0x20 -> 0xc8f0c800
      mr 4 0xa0100 -> 0x5a5a1234 | 0xffffffff
    `,
  },
  {
    rule: 'BRG-008',
    title: 'a port that is one of VGA in its lower ten bits is still forwarded after 16-bit decode was set',
    machine: MACHINE,
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${BELOW_ALIAS}
      ${bridgeControl('00:1c.0', '0x0018')}
      pr 4 0xabd0 -> 0xffffffff || 0x00000000 | 0x11223344
    `,
  },
  {
    rule: 'BRG-008',
    title: 'a port that is one of VGA in its lower ten bits is not forwarded after 16-bit decode was cleared',
    machine: MACHINE,
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${BELOW_ALIAS}
      ${bridgeControl('00:1c.0', '0x0018')}
      ${bridgeControl('00:1c.0', '0x0008')}
      pr 4 0xabd0 -> 0x11223344 | 0xffffffff
    `,
  },
  {
    rule: 'BRG-008',
    title: 'a port that is one of VGA in its lower ten bits is not forwarded after the BAR came there',
    machine: MACHINE,
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${BELOW_ALIAS}
      cw 4 01:00.0 0x18 <- 0x0000a7c0
      cr 4 01:00.0 0x18 -> 0x0000a7c1
      pr 4 0xa7d0 -> 0x11223344 | 0xffffffff
    `,
  },
  {
    rule: 'BRG-009',
    title: 'a port behind the first 256 of its KiB is still forwarded after ISA Enable was set',
    given: ['power-on', 'pci-bridge', 'behind-bridge'],
    steps: `
      ${BELOW_ISA}
      ${bridgeControl('00:1e.0', '0x0004')}
      pr 4 0xe150 -> 0xffffffff || 0x00000000 | 0x11223344
    `,
  },
  {
    rule: 'BRG-009',
    title: 'a port that ISA Enable shuts off, and that was never read before, reads 0',
    choices: { hole: 'ones', preassigned: 'off' },
    given: ['power-on', 'host', 'pci-bridge', 'behind-bridge'],
    steps: `
      ${BELOW_ISA}
      ${bridgeControl('00:1e.0', '0x0004')}
      pr 4 0xe158 -> 0xffffffff | 0x00000000
    `,
  },
  {
    rule: 'BRG-009',
    title: 'a port behind the first 256 of its KiB is no longer forwarded after ISA Enable was set and cleared',
    given: ['power-on', 'pci-bridge', 'behind-bridge'],
    steps: `
      ${BELOW_ISA}
      ${bridgeControl('00:1e.0', '0x0004')}
      ${bridgeControl('00:1e.0', '0x0000')}
      pr 4 0xe150 -> 0x11223344 | 0xffffffff
    `,
  },
];
