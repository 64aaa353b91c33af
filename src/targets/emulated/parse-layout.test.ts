import { expect, test } from 'vitest';
import { Guest } from '../../../test/support/guest.ts';
import { readText } from '../../../test/support/repository.ts';
import { createEmulated, LayoutError, parseLayout } from './index.ts';

const MACHINE = `machine:
  ecam: 0xb0000000,0,255
  mem32: 0xc0000000-0xefffffff
  ram: 0x0-0xfffff
`;

async function problems(text: string): Promise<readonly string[]> {
  try {
    await parseLayout(text, 'x.yaml');
  } catch (error) {
    if (error instanceof LayoutError) return error.problems;
    throw error;
  }
  return [];
}

test('a layout of one function with every kind of statement', async () => {
  const layout = await parseLayout(
    `${MACHINE}assigned: true
functions:
  - at: "02.0"
    kind: integrated
    id: "1234:5678"
    class: 0x020000
    revision: 3
    subsystem: "4321:8765"
    pin: B
    rom: 64K
    bars:
      - { index: 0, kind: mem32, size: 16K }
      - { index: 2, kind: mem64, size: 8G, prefetchable: true }
    capabilities:
      - express: { flr: true }
      - msix: { vectors: 8, table: { bar: 0, offset: 4K }, pba: { bar: 0, offset: 0x2000 } }
      - power:
          no-soft-reset: false
      - serial-number: { value: 0x1122334455667788 }
`,
    'x.yaml',
  );
  const g = new Guest(createEmulated({ layout }));
  expect(g.cr('00:02.0', 0)).toBe(0x56781234);
  expect(g.cr('00:02.0', 8)).toBe(0x02000003);
  expect(g.cr('00:02.0', 0x2c)).toBe(0x87654321);
  expect(g.cr('00:02.0', 0x3c)).toBe(0x0200);
  expect(g.cr('00:02.0', 0x10)).toBe(0xc0000000);
  expect(g.cr('00:02.0', g.capability('00:02.0', 0x11) + 4)).toBe(0x1000);
  expect(g.cr('00:02.0', g.capability('00:02.0', 1) + 4)).toBe(0);
  expect(g.cr('00:02.0', 0x108)).toBe(0x11223344);
});

test('a tree: a port with a slot that is empty', async () => {
  const layout = await parseLayout(
    `${MACHINE}functions:
  - at: "01.0"
    kind: root-port
    windows: { io: 0, prefetchable: 64, vga: false }
    capabilities: [{ express: }, { slot: { number: 7 } }]
    below:
      - at: "00.0"
        kind: endpoint
        plugged: false
        capabilities: [{ express: { flr: true } }]
`,
    'x.yaml',
  );
  const g = new Guest(createEmulated({ layout }));
  g.cw('00:01.0', 0x18, 0x010100);
  expect(g.cr('00:01.0', 0x1c, 2)).toBe(0);
  expect(g.cr('01:00.0', 0)).toBe(0xffffffff);
  expect(g.slot('plug', '01:00.0')).toEqual({ done: true });
  expect(g.cr('01:00.0', 0)).toBe(0x0e001b36);
});

test('all that is wrong is told at once, with its place', async () => {
  const found = await problems(`${MACHINE}functons: []
functions:
  - at: 02.0
    kind: integrated
    bars:
      - { index: 0, kind: mem23, size: 16Q }
    capabilities:
      - msi-x: { vectors: 3 }
      - msi: { vectros: 3 }
`);
  expect(found).toEqual([
    'x.yaml:5:1: functons: unknown key. Did you mean functions?',
    expect.stringMatching(/^x\.yaml:7:5: functions\.0\.at: a place is written DEVICE\.FUNCTION/),
    'x.yaml:10:21: functions.0.bars.0.kind: a BAR is io, io16, mem32 or mem64; this is "mem23".',
    'x.yaml:10:34: functions.0.bars.0.size: a size is a number of bytes, or as in 64K, 2M, 8G; this is "16Q".',
    'x.yaml:12:9: functions.0.capabilities.0: there is no capability msi-x. Did you mean msix?',
    'x.yaml:13:16: functions.0.capabilities.1.msi.vectros: unknown key. Did you mean vectors?',
  ]);
});

test.each([
  ['bars: [{ index: 5, kind: mem64, size: 4K }]', 'BAR 5 does not fit: the last register is 5'],
  ['bars: [{ index: 0, kind: mem32, size: 64 }]', 'has a power of two from 128 to 2147483648 bytes, not 64'],
  ['bars: [{ index: 0, kind: io, size: 512 }]', 'from 4 to 256 bytes'],
  ['bars: [{ index: 0, kind: mem32, size: 3000 }]', 'not 3000'],
  ['rom: 1K', 'a ROM has a power of two from 2 KiB to 16 MiB'],
  ['below: [{ at: "00.0", kind: conventional }]', 'only bridges have functions below'],
  ['plugged: false', 'only the slot of a port can be empty'],
])('%s is refused: %s', async (line, message) => {
  const found = await problems(
    `${MACHINE}functions:\n  - at: "02.0"\n    kind: integrated\n    capabilities: [{ express: }]\n    ${line}\n`,
  );
  expect(found.join('\n')).toContain(message);
});

test.each([
  ['- msix: { vectors: 2, table: { bar: 0, offset: 0 }, pba: { bar: 0, offset: 16 } }', 'overlap'],
  ['- msix: { vectors: 300, table: { bar: 0, offset: 0 }, pba: { bar: 0, offset: 8 } }', 'does not fit into BAR 0'],
  ['- msix: { vectors: 2, table: { bar: 1, offset: 0 }, pba: { bar: 0, offset: 8 } }', 'BAR 1, which is not there'],
  ['- msi: { vectors: 3 }', 'MSI has 1, 2, 4, 8, 16 or 32 messages'],
  ['- slot: { number: 1 }', 'only root ports and downstream ports have slots'],
  ['- vendor: { length: 64 }\n      - vendor: { length: 64 }\n      - vendor: { length: 64 }', 'there is no room'],
  ['- power: { at: 0x44 }', '0x44 is not free'],
  ['- express: {}', 'there can be one capability express only'],
])('%s is refused: %s', async (capability, message) => {
  const found = await problems(
    `${MACHINE}functions:
  - at: "02.0"
    kind: integrated
    bars: [{ index: 0, kind: mem32, size: 4K }]
    capabilities:
      - express:
      ${capability}
`,
  );
  expect(found.join('\n')).toContain(message);
});

test('what is no YAML, and a function on its own', async () => {
  expect(await problems('a: [')).toEqual([expect.stringContaining('x.yaml:1:')]);
  const found = await problems(`${MACHINE}functions:\n  - at: "02.1"\n    kind: conventional\n`);
  expect(found).toEqual(['x.yaml:6:5: functions.0.at: a device has a function 0: without it no other can be found.']);
  expect(await problems(`${MACHINE}functions:\n  - at: "0001:02.0"\n    kind: conventional\n`)).toEqual([
    'x.yaml:6:5: functions.0.at: no ECAM window shows segment 1; CAM reaches segment 0 only.',
  ]);
});

test('the example of the manual is a layout', async () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(readText('docs/emulated-target.md'))?.[1] ?? '';
  const layout = await parseLayout(example, 'manual.yaml');
  expect(layout.name).toBe('small');
  expect(layout.functions.map((fn) => fn.kind)).toEqual(['integrated', 'root-port']);
});
