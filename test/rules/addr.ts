/** Address assignment, judged at the end of a trace: what system software has left. */

import type { RuleCase } from './case.ts';

/** Writes a dword and reads it back with its type bits; the two forms of both lines. */
function program(bdf: string, register: string, conforming: string, violating: string, type = 0): string {
  const back = (values: string) =>
    values.replace(/0x[0-9a-f]+/g, (text) => `0x${((Number(text) | type) >>> 0).toString(16)}`);
  return `
      cw 4 ${bdf} ${register} <- ${conforming} | ${violating}
      cr 4 ${bdf} ${register} -> ${back(conforming)} | ${back(violating)}
  `;
}

/** The same for a function whose decoding is switched off meanwhile, as system software does it. */
function move(bdf: string, register: string, conforming: string, violating: string, type = 0): string {
  return `
      cw 2 ${bdf} 0x04 <- 0x0000
      ${program(bdf, register, conforming, violating, type)}
      cw 2 ${bdf} 0x04 <- 0x0007
      cr 2 ${bdf} 0x04 -> 0x0007
  `;
}

export const cases: readonly RuleCase[] = [
  {
    rule: 'ADDR-001',
    title: 'a BAR lies outside the windows of its bridge',
    atRest: true,
    given: ['power-on', 'pci-bridge', 'behind-bridge'],
    steps: move('02:01.0', '0x10', '0xc2001000 || 0xc2fff000', '0xc0100000'),
  },
  {
    rule: 'ADDR-001',
    title: 'a BAR that is not prefetchable lies in the prefetchable window',
    atRest: true,
    given: ['power-on', 'pci-bridge', 'behind-bridge'],
    steps: move('02:01.0', '0x10', '0xc2000000', '0xc3000000'),
  },
  {
    rule: 'ADDR-001',
    title: 'the memory window is closed above an enabled BAR',
    atRest: true,
    given: ['power-on', 'pci-bridge', 'behind-bridge'],
    steps: `
      ${program('00:1e.0', '0x20', '0xc200c200 || 0xc2f0c200 || 0x0000fff0', '0x0000fff0')}
      cw 2 02:01.0 0x04 <- 0x0007 || 0x0007 || 0x0005 | 0x0007
      cr 2 02:01.0 0x04 -> 0x0007 || 0x0007 || 0x0005 | 0x0007
    `,
  },
  {
    rule: 'ADDR-002',
    title: 'a prefetchable BAR lies in neither window; the memory window is as good as its own',
    atRest: true,
    given: ['power-on', 'pci-bridge', 'prefetchable'],
    steps: `
      cw 2 02:02.0 0x04 <- 0x0000
      ${program('02:02.0', '0x10', '0xc30f0000 || 0xc2000000', '0xc3100000', 8)}
      cw 2 02:02.0 0x04 <- 0x0006
      cr 2 02:02.0 0x04 -> 0x0006
    `,
  },
  {
    rule: 'ADDR-002',
    title: 'the prefetchable window reaches into the memory window',
    atRest: true,
    given: ['power-on', 'pci-bridge'],
    steps: program('00:1e.0', '0x24', '0xc300c300 || 0x0000fff0', '0xc300c2f0'),
  },
  {
    rule: 'ADDR-004',
    title: 'the windows of two bridges of one bus overlap',
    atRest: true,
    given: ['power-on', 'root-port', 'pci-bridge'],
    steps: program('00:1e.0', '0x20', '0xc2f0c200 || 0x0000fff0', '0xc2f0c1f0'),
  },
  {
    rule: 'ADDR-004',
    title: 'the I/O windows of two bridges of one bus overlap',
    atRest: true,
    given: ['power-on', 'root-port', 'pci-bridge'],
    steps: `
      cw 2 00:1e.0 0x1c <- 0xe0e0 || 0x00f0 | 0xe0d0
      cr 2 00:1e.0 0x1c -> 0xe0e0 || 0x00f0 | 0xe0d0
    `,
  },
  {
    rule: 'ADDR-004',
    title: 'a device lies in the window of a bridge beside it',
    atRest: true,
    given: ['power-on', 'conventional-assigned', 'pci-bridge'],
    steps: move('00:04.0', '0x10', '0xc0010000 || 0xc3100000', '0xc2800000'),
  },
  {
    rule: 'ADDR-004',
    title: 'the window of a bridge goes beyond those of the bridge above',
    atRest: true,
    given: ['power-on', 'nested'],
    steps: program('03:01.0', '0x20', '0xc4f0c400 || 0xc5f0c400', '0xc4f0c3f0'),
  },
  {
    rule: 'ADDR-004',
    title: 'a window lies in no aperture of the host',
    atRest: true,
    given: ['power-on', 'pci-bridge'],
    steps: program('00:1e.0', '0x20', '0xc2f0c200 || 0xd000d000', '0xb000b000'),
  },
  {
    rule: 'ADDR-004',
    title: 'a window lies over RAM',
    atRest: true,
    given: ['power-on', 'pci-bridge'],
    steps: program('00:1e.0', '0x20', '0xc2f0c200', '0x70007000'),
  },
  {
    rule: 'ADDR-004',
    title: 'a window lies over configuration space',
    atRest: true,
    machine: 'mem32=0xc0000000-0xefffffff reserved=0xe0000000-0xefffffff',
    given: ['power-on', 'pci-bridge'],
    steps: program('00:1e.0', '0x20', '0xc2f0c200 || 0xdff0df00', '0xe000df00'),
  },
  {
    rule: 'ADDR-005',
    title: 'two enabled BARs overlap',
    kind: 'note',
    atRest: true,
    given: ['power-on', 'endpoint-assigned', 'conventional-assigned'],
    steps: move('00:04.0', '0x10', '0xc0010000 || 0xc0004000', '0xc0003000'),
  },
  {
    rule: 'ADDR-005',
    title: 'two enabled BARs overlap in I/O space',
    kind: 'note',
    atRest: true,
    given: ['power-on', 'endpoint-assigned', 'conventional-assigned'],
    steps: move('00:04.0', '0x14', '0xc040', '0xc000', 1),
  },
  {
    rule: 'ADDR-005',
    title: 'a BAR lies over RAM, or outside the apertures',
    kind: 'note',
    atRest: true,
    given: ['power-on', 'conventional-assigned'],
    steps: move('00:04.0', '0x10', '0xc0010000 || 0xdffff000', '0x10000000'),
  },
  {
    rule: 'ADDR-005',
    title: 'a BAR lies in no aperture',
    kind: 'note',
    atRest: true,
    given: ['power-on', 'conventional-assigned'],
    steps: move('00:04.0', '0x10', '0xc0010000', '0xb0000000'),
  },
  {
    rule: 'ADDR-005',
    title: 'ports lie outside the I/O window of the bridge',
    kind: 'note',
    atRest: true,
    given: ['power-on', 'pci-bridge', 'behind-bridge'],
    steps: move('02:01.0', '0x14', '0xe040 || 0xefc0', '0xf000', 1),
  },
  {
    rule: 'ADDR-007',
    title: 'an I/O BAR lies over a serial port',
    atRest: true,
    machine: 'io=0x0-0xffff',
    given: ['power-on', 'conventional-assigned'],
    steps: move('00:04.0', '0x14', '0x0440 || 0x0380', '0x03c0', 1),
  },
  {
    rule: 'ADDR-007',
    title: 'an I/O BAR lies over the timer and the clock',
    atRest: true,
    machine: 'io=0x0-0xffff',
    given: ['power-on', 'conventional-assigned'],
    steps: move('00:04.0', '0x14', '0x0100', '0x0040', 1),
  },
  {
    rule: 'HP-005',
    title: 'a card in a hot-plug slot decodes outside the windows of its port',
    atRest: true,
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 2 01:00.0 0x04 <- 0x0000
      ${program('01:00.0', '0x10', '0xc1004000 || 0xc1ffc000 || 0xc5000000', '0xc5000000')}
      cw 2 01:00.0 0x04 <- 0x0007 || 0x0007 || 0x0005 | 0x0007
      cr 2 01:00.0 0x04 -> 0x0007 || 0x0007 || 0x0005 | 0x0007
    `,
  },
  {
    rule: 'HP-005',
    title: 'the same for ports and for prefetchable memory',
    atRest: true,
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${move('01:00.0', '0x18', '0xd000 || 0xdfe0', '0xe000', 1)}
      ${move('01:00.0', '0x24', '0x8', '0x9')}
    `,
  },
  {
    rule: 'HP-005',
    title: 'a 64-bit BAR may lie in either window on a path of PCI Express',
    atRest: true,
    given: ['power-on', 'root-port', 'wide'],
    steps: `
      cw 2 01:00.0 0x04 <- 0x0000
      cw 4 01:00.0 0x10 <- 0xc1010000 || 0x00000000 || 0x0fff0000 | 0x10000000
      cr 4 01:00.0 0x10 -> 0xc1010004 || 0x00000004 || 0x0fff0004 | 0x10000004
      cw 4 01:00.0 0x14 <- 0x00000000 || 0x00000008 || 0x00000008 | 0x00000008
      cr 4 01:00.0 0x14 -> 0x00000000 || 0x00000008 || 0x00000008 | 0x00000008
      cw 2 01:00.0 0x04 <- 0x0006
      cr 2 01:00.0 0x04 -> 0x0006
    `,
  },
  {
    rule: 'ECAM-002',
    title: 'the base is no multiple of the size of the window',
    atRest: true,
    machine: 'ecam=0xb0000000,0,255',
    violatingMachine: 'ecam=0xa8000000,0,255',
    given: ['power-on', 'host'],
    steps: 'cr 4 00:00.0 0x00 -> 0x29c08086',
  },
  {
    rule: 'ECAM-002',
    title: 'a window for few buses needs little alignment, but its own',
    atRest: true,
    machine: 'ecam=0xb0300000,0,0',
    violatingMachine: 'ecam=0xb0300000,0,1',
    given: ['power-on', 'host'],
    steps: 'cr 4 00:00.0 0x00 -> 0x29c08086',
  },
  {
    rule: 'ECAM-002',
    title: 'the windows of two segments overlap: the first is too small for its buses',
    atRest: true,
    machine: 'ecam=0xb0000000,0,15,0 ecam=0xb1000000,0,15,1',
    violatingMachine: 'ecam=0xb0000000,0,31,0 ecam=0xb1000000,0,15,1',
    given: ['power-on', 'host'],
    steps: 'cr 4 00:00.0 0x00 -> 0x29c08086',
  },
  {
    rule: 'ECAM-009',
    title: 'configuration space lies in RAM',
    atRest: true,
    machine: 'ram=0x0-0x7fffffff ram=0xf0000000-0xf0ffffff',
    violatingMachine: 'ram=0x0-0x7fffffff ram=0xef000000-0xf0ffffff',
    given: ['power-on', 'host'],
    steps: 'cr 4 00:00.0 0x00 -> 0x29c08086',
  },
  {
    rule: 'ECAM-009',
    title: 'configuration space lies in an aperture that does not leave it out',
    atRest: true,
    machine: 'mem32=0xc0000000-0xfebfffff reserved=0xe0000000-0xefffffff',
    violatingMachine: 'mem32=0xc0000000-0xfebfffff',
    given: ['power-on', 'host'],
    steps: 'cr 4 00:00.0 0x00 -> 0x29c08086',
  },
  {
    rule: 'ECAM-009',
    title: 'a BAR lies in configuration space',
    atRest: true,
    machine: 'mem32=0xc0000000-0xfebfffff reserved=0xe0000000-0xefffffff',
    given: ['power-on', 'conventional-assigned'],
    steps: move('00:04.0', '0x10', '0xc0010000 || 0xf0000000', '0xef000000'),
  },
];
