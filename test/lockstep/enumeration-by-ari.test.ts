/** Functions beyond 7 of an ARI device have numbers that look like those of further devices below a port (PCIe 6.13). */

import { expect, test } from 'vitest';
import { formatBdf } from '../../src/access/bdf.ts';
import { createEmulated, parseLayout } from '../../src/targets/emulated/index.ts';
import { enumerate } from '../../src/topology/enumerate.ts';
import { configurationOf } from '../../src/topology/mechanism.ts';

/** A port with function 8 of a device below it, which is the one that is found as device 1. */
const layout = (others: string): string => `
name: ari
machine: { cam: true, ecam: '0xb0000000,0,3', mem32: 0xc0000000-0xcfffffff, ram: 0x0-0xffff }
functions:
  - at: '01.0'
    kind: root-port
    id: '1b36:0001'
    capabilities: [{ express: { ari: true } }]
    below:
      - { at: '00.0', kind: endpoint, id: '1b36:0002', class: 0x020000, capabilities: [{ express: {} }, { ari: {} }] }
      ${others}
      - { at: '01.0', kind: endpoint, id: '1b36:0003', class: 0x020000, capabilities: [{ express: {} }, { ari: {} }] }
`;

async function twice(text: string): Promise<{ found: string[]; remarks: readonly string[] }[]> {
  const target = createEmulated({ layout: await parseLayout(text, 'ari.yaml') });
  const { machine } = target.description;
  const port = configurationOf(target, machine);
  return [1, 2].map(() => {
    const { functions, remarks } = enumerate(port, machine);
    const [root] = functions;
    // As firmware or an earlier enumeration may have left it: ARI Forwarding Enable.
    port.write(root!.bdf, root!.express!.offset + 0x28, 2, 0x20);
    return { found: functions.map(({ bdf }) => formatBdf(bdf)), remarks };
  });
}

test('function 8 is found by the list of function 0, and nothing is said of a device 1', async () => {
  const all = { found: ['00:01.0', '01:00.0', '01:01.0'], remarks: [] };
  expect(await twice(layout(''))).toEqual([all, all]);
});

test('of a multi-function device it is found where the port forwards to it already', async () => {
  const others =
    "- { at: '00.1', kind: endpoint, id: '1b36:0004', class: 0x020000, capabilities: [{ express: {} }, { ari: {} }] }";
  const [first, second] = await twice(layout(others));
  expect(first).toEqual({ found: ['00:01.0', '01:00.0', '01:00.1'], remarks: [] });
  expect(second).toEqual({ found: ['00:01.0', '01:00.0', '01:00.1', '01:01.0'], remarks: [] });
});
