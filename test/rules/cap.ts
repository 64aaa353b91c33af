/** Capability list. */

import type { RuleCase } from './case.ts';

export const cases: readonly RuleCase[] = [
  {
    rule: 'CAP-001',
    title: 'the list runs in a circle',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      cr 4 00:06.0 0x40 -> 0x00105009
      cr 4 00:06.0 0x50 -> 0x00100009 | 0x00104009
    `,
  },
  {
    rule: 'CAP-001',
    title: 'the list begins in the header',
    given: ['power-on'],
    steps: `
      cr 4 00:06.0 0x00 -> 0x20001234
      cr 4 00:06.0 0x08 -> 0x02000000
      cr 1 00:06.0 0x0e -> 0x00
      cr 4 00:06.0 0x04 -> 0x00100000
      cr 1 00:06.0 0x34 -> 0x40 | 0x20
    `,
  },
  {
    rule: 'CAP-001',
    title: 'the list leads back into the header',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      cr 4 00:06.0 0x40 -> 0x00105009 | 0x00101009
    `,
  },
  {
    rule: 'CAP-002',
    title: 'a capability lies inside a vendor-specific one',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      cr 4 00:06.0 0x40 -> 0x00105009 | 0x00104809
      +! cr 4 00:06.0 0x50 -> 0x00080009
      -! cr 4 00:06.0 0x48 -> 0x00080009
    `,
  },
  {
    rule: 'CAP-002',
    title: 'an MSI-X capability runs over the end of configuration space',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      cr 4 00:06.0 0x40 -> 0x0010f409 | 0x0010f809
      +! cr 4 00:06.0 0xf4 -> 0x00000011
      -! cr 4 00:06.0 0xf8 -> 0x00000011
    `,
  },
  {
    rule: 'CAP-003',
    title: 'the header of a capability is plain memory',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x40 <- 0x0009
      cr 4 00:03.0 0x40 -> 0x00035001 | 0x00030009
    `,
  },
  {
    rule: 'CAP-003',
    title: 'the pointer to the next capability can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x51 <- 0x80
      cr 1 00:03.0 0x51 -> 0x70 | 0x80
    `,
  },
  {
    rule: 'CAP-003',
    title: 'a capability is left out of the list after a machine reset',
    given: ['power-on', 'endpoint'],
    steps: `
      reset
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 1 00:03.0 0x34 -> 0x40
      cr 2 00:03.0 0x40 -> 0x5001 | 0x7001
    `,
  },
  {
    rule: 'CAP-003',
    title: 'the header of an extended capability can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      ew 4 00:03.0 0x100 <- 0x00000000
      er 4 00:03.0 0x100 -> 0x15020001 | 0x00000000
    `,
  },
  {
    rule: 'CAP-004',
    title: 'a function has two power management capabilities',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      cr 4 00:06.0 0x40 -> 0x00035001
      cr 4 00:06.0 0x50 -> 0x00100009 | 0x00030001
    `,
  },
];
