import { expect, test } from 'vitest';
import { collect } from '../../test/collect.ts';
import type { MachineDescription } from '../access/machine.ts';

/** Cases at the borders of the importer's rules, each the twin of one in qemu-log.test.ts. */

function ops(word: 'read' | 'write', address: string, value: string, size: number, name: string): string {
  return `memory_region_ops_${word} cpu 0 mr 0x55f256df91a0 addr ${address} value ${value} size ${size} name '${name}'`;
}

async function textOf(lines: string[], machine: Partial<MachineDescription> = {}): Promise<string[]> {
  const { text, result } = await collect(`${lines.join('\n')}\n`, { machine });
  expect(result.problems).toEqual([]);
  return text;
}

test('bits 1:0 of an index mean nothing: the data address tells the byte', async () => {
  const lines = [ops('write', '0xfe0008000', '0x80000807', 4, 'pci-conf-idx')];
  lines.push(ops('read', '0xfe0008006', '0xffffffff', 2, 'pci-conf-data'));
  expect(await textOf(lines)).toEqual(['read config 00:01.0 0x6 2 -> 0xffff']);
});

test('a machine with CAM ports logs addresses of ECAM, however low they are', async () => {
  const low = ops('read', '0x8000000', '0x1', 4, 'pcie-mmcfg-mmio');
  expect(await textOf([ops('write', '0xcf8', '0x0', 4, 'pci-conf-idx'), low])).toEqual([
    'write port 0xcf8 4 <- 0x0',
    'read memory 0x8000000 4 -> 0x1',
  ]);
  expect(await textOf([low])).toEqual(['read config 80:00.0 0x0 4 -> 0x1']);
});

test('a window of ports may be wider than there are ports; behind them is memory', async () => {
  const ioWindow = { loHi: 0, loLo: 0xf2000000 | 0, hiHi: 0, hiLo: 0xf27fffff | 0 };
  const lines = [ops('read', '0xf200ffff', '0x1', 1, 'lsi-io'), ops('read', '0xf2010000', '0x1', 1, 'other')];
  expect(await textOf(lines, { ioWindow })).toEqual(['read port 0xffff 1 -> 0x1', 'read memory 0xf2010000 1 -> 0x1']);
});

test('only one register of a GICv2m frame takes messages', async () => {
  expect(await textOf([ops('write', '0x8020008', '0x1', 4, 'gicv2m')])).toEqual(['write memory 0x8020008 4 <- 0x1']);
});

test('nothing answers in a hole between two regions of a page: one refusal, told twice', async () => {
  const hole = "Invalid read at addr 0x800, size 4, region '(null)', reason: rejected";
  const { text, result } = await collect([ops('read', '0x1', '0x1', 1, 'io'), hole, hole, hole, hole, ''].join('\n'));
  expect(text.slice(1)).toEqual(['refused read 4 rejected', 'refused read 4 rejected']);
  expect(result.twins).toBe(2);
});

test('a write whose second line does not come keeps its place before an event', async () => {
  expect(
    await textOf([
      ops('write', '0xf2800000', '0x1000304', 4, 'unin-pci-conf-idx'),
      ops('write', '0xf2c00004', '0x6', 2, 'unin-pci-conf-data'),
      'acpi_pci_ej_write 0x8 <== 1',
      ops('write', '0xf2c00004', '0x7', 2, 'unin-pci-conf-data'),
      "Invalid read at addr 0xFE400000, size 4, region '(null)', reason: rejected",
    ]),
  ).toEqual([
    'write config 00:18.3 0x4 2 <- 0x6',
    'eject 0x1',
    'write config 00:18.3 0x4 2 <- 0x7',
    'refused read 4 rejected 0xfe400000',
  ]);
});
