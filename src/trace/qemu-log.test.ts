import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.ts';
import type { MachineDescription } from '../access/machine.ts';

/** An ops line without its time stamp. */
function ops(word: 'read' | 'write', address: string, value: string, size: number, name: string, cpu = 0): string {
  return `memory_region_ops_${word} cpu ${cpu} mr 0x55f256df91a0 addr ${address} value ${value} size ${size} name '${name}'`;
}

async function textOf(lines: string[], machine: Partial<MachineDescription> = {}): Promise<string[]> {
  const { text, result } = await collect(`${lines.join('\n')}\n`, { machine });
  expect(result.problems).toEqual([]);
  expect(result.truncated).toBeUndefined();
  return text;
}

describe('accesses by CAM and ECAM', () => {
  test('the pci_cfg line of a read and of a write is a twin', async () => {
    expect(
      await textOf([
        "12252@1795502319.163783:memory_region_ops_write cpu 0 mr 0x560826794980 addr 0xcf8 value 0x80000000 size 4 name 'pci-conf-idx'",
        '12252@1795502319.163795:pci_cfg_read mch 00:00.0 @0x2 -> 0x29c0',
        "12252@1795502319.163799:memory_region_ops_read cpu 0 mr 0x560826794a90 addr 0xcfe value 0x29c0 size 2 name 'pci-conf-data'",
        "13892@1795502545.725906:memory_region_ops_write cpu 0 mr 0x55f256df8f40 addr 0xcfe value 0xc000 size 2 name 'pci-conf-data'",
        '13892@1795502545.725909:pci_cfg_write pcie-root-port 00:02.0 @0x4a <- 0xc000',
        '13892@1795502545.725913:msix_write_config dev pcie-root-port enabled 1 masked 1',
      ]),
    ).toEqual([
      'write port 0xcf8 4 <- 0x80000000',
      'read port 0xcfe 2 -> 0x29c0',
      'write port 0xcfe 2 <- 0xc000',
      '# msix_write_config dev pcie-root-port enabled 1 masked 1',
    ]);
  });

  test('an ECAM access of eight bytes is two of four', async () => {
    const { text, result } = await collect(
      [
        'pci_cfg_read nvme 00:05.0 @0x0 -> 0x101b36',
        ops('read', '0xb0028000', '0x101b36', 4, 'pcie-mmcfg-mmio'),
        'pci_cfg_read nvme 00:05.0 @0x4 -> 0x100507',
        ops('read', '0xb0028004', '0x100507', 4, 'pcie-mmcfg-mmio'),
        '',
      ].join('\n'),
    );
    expect(text).toEqual(['read memory 0xb0028000 4 -> 0x101b36', 'read memory 0xb0028004 4 -> 0x100507']);
    expect(result).toMatchObject({ lines: 4, accesses: 2, twins: 2, unknownLines: 0, problemCount: 0 });
  });

  test('values are cut to the width', async () => {
    expect(
      await textOf([
        ops('read', '0xcfe', '0xffffffff', 2, 'pci-conf-data'),
        ops('read', '0xb0100000', '0xffffffffffffffff', 4, 'pcie-mmcfg-mmio'),
        ops('read', '0x5658', '0xffffffffffffffff', 1, 'io'),
        ops('read', '0x4100000000', '0x1122334455667788', 8, 'nvme'),
      ]),
    ).toEqual([
      'read port 0xcfe 2 -> 0xffff',
      'read memory 0xb0100000 4 -> 0xffffffff',
      'read port 0x5658 1 -> 0xff',
      'read memory 0x4100000000 8 -> 0x1122334455667788',
    ]);
  });

  const virt = {
    ecam: [{ baseHi: 0x40, baseLo: 0x10000000, firstBus: 0, lastBus: 255, segment: 0 }],
    ioWindow: { loHi: 0, loLo: 0x3eff0000, hiHi: 0, hiLo: 0x3effffff },
  };

  test('an offset into ECAM gets the base that the machine description tells', async () => {
    const lines = ['pci_cfg_read nvme 01:01.0 @0x0 -> 0x1b36', ops('read', '0x108000', '0x1b36', 2, 'pcie-mmcfg-mmio')];
    expect(await textOf(lines, virt)).toEqual(['read memory 0x4010108000 2 -> 0x1b36']);
  });

  test('without a base it is an access to a function and its register', async () => {
    const lines = [
      'pci_cfg_read nvme 01:01.0 @0x0 -> 0x1b36',
      ops('read', '0x108000', '0x1b36', 2, 'pcie-mmcfg-mmio', 1),
      ops('read', '0x2ff104', '0xffffffffffffffff', 4, 'pcie-mmcfg-mmio'),
      ops('write', '0x108004', '0x6', 2, 'pcie-mmcfg-mmio'),
      'pci_cfg_write nvme 01:01.0 @0x4 <- 0x6',
    ];
    expect(await textOf(lines)).toEqual([
      '@1 read config 01:01.0 0x0 2 -> 0x1b36',
      'read config 02:1f.7 0x104 4 -> 0xffffffff',
      'write config 01:01.0 0x4 2 <- 0x6',
    ]);
  });

  test('an address in the window of ports is a port', async () => {
    const lines = [
      ops('write', '0x3eff1014', '0x5', 1, 'virtio-pci'),
      ops('write', '0x3efe0000', '0x6', 1, 'virtio-pci'),
      ops('read', '0x2000', '0x7', 4, 'virtio-pci'),
    ];
    expect(await textOf(lines, virt)).toEqual([
      'write port 0x1014 1 <- 0x5',
      'write memory 0x3efe0000 1 <- 0x6',
      'read port 0x2000 4 -> 0x7',
    ]);
  });

  test('the old form of a pci_cfg line, without a bus, is a twin too', async () => {
    const lines = ['pci_cfg_read mch 00:0 @0x0 -> 0x8086', ops('read', '0xcfc', '0x8086', 2, 'pci-conf-data')];
    expect(await textOf(lines)).toEqual(['read port 0xcfc 2 -> 0x8086']);
  });
});

describe('hosts with a mechanism of their own', () => {
  test('hypercalls leave pci_cfg lines only: the width is not told', async () => {
    expect(
      await textOf([
        'pci_cfg_read nvme 00:01.0 @0xe -> 0x0',
        'pci_cfg_write nvme 00:01.0 @0x4 <- 0x140',
        'pci_cfg_read nvme 00:01.0 @0x4 -> 0x100140',
      ]),
    ).toEqual([
      'read config 00:01.0 0xe ? -> 0x0',
      'write config 00:01.0 0x4 ? <- 0x140',
      'read config 00:01.0 0x4 ? -> 0x100140',
    ]);
  });

  test('CAM in memory (ppce500)', async () => {
    expect(
      await textOf([
        ops('write', '0xfe0008000', '0x80000804', 4, 'pci-conf-idx'),
        ops('write', '0xfe0008004', '0x6', 4, 'pci-conf-data'),
        'pci_cfg_write e1000 00:01.0 @0x4 <- 0x6',
        ops('write', '0xfe0008000', '0x80011000', 4, 'pci-conf-idx'),
        ops('read', '0xfe0008004', '0xffffffff', 4, 'pci-conf-data'),
      ]),
    ).toEqual(['write config 00:01.0 0x4 4 <- 0x6', 'read config 01:02.0 0x0 4 -> 0xffffffff']);
  });

  test('an index without its enable bit selects nothing', async () => {
    expect(
      await textOf([
        ops('write', '0xfe0008000', '0x804', 4, 'pci-conf-idx'),
        ops('read', '0xfe0008004', '0xffffffff', 4, 'pci-conf-data'),
        ops('write', '0xfe0008004', '0x1', 4, 'pci-conf-data'),
        ops('read', '0xe0000000', '0x0', 4, 'e1000-mmio'),
      ]),
    ).toEqual(['read memory 0xe0000000 4 -> 0x0']);
  });

  test('UniNorth: one-hot, in clear, and with bit 31', async () => {
    const index = (value: string): string => ops('write', '0xf2800000', value, 4, 'unin-pci-conf-idx');
    const read = (address: string): string => ops('read', address, '0xffffffff', 2, 'unin-pci-conf-data');
    expect(
      await textOf([
        index('0x1000338'),
        read('0xf2c00006'),
        index('0x10b05'),
        read('0xf2c00002'),
        index('0x80001000'),
        read('0xf2c00002'),
      ]),
    ).toEqual([
      'read config 00:18.3 0x3e 2 -> 0xffff',
      'read config 01:01.3 0x2 2 -> 0xffff',
      'read config 00:02.0 0x2 2 -> 0xffff',
    ]);
  });

  test('a linear space (Alpha)', async () => {
    expect(
      await textOf([
        'pci_cfg_read cmd646-ide 00:01.0 @0xa -> 0x101',
        ops('read', '0x801fe00080a', '0x101', 2, 'pci0-conf'),
        ops('write', '0x801fe00183c', '0x10', 1, 'pci0-conf'),
        'pci_cfg_write e1000 00:03.0 @0x3c <- 0x10',
        ops('read', '0x801fe021000', '0xffffffff', 2, 'pci0-conf'),
      ]),
    ).toEqual([
      'read config 00:01.0 0xa 2 -> 0x101',
      'write config 00:03.0 0x3c 1 <- 0x10',
      'read config 02:02.0 0x0 2 -> 0xffff',
    ]);
  });

  test('Dino: port accesses are told by their own line', async () => {
    expect(
      await textOf([
        ops('write', '0xfff80064', '0x5800', 4, 'pci-conf-idx'),
        ops('write', '0xfff8006c', '0xa', 1, 'dino'),
        ops('write', '0x5800', '0xa', 1, 'io'),
        ops('write', '0xfff80064', '0x1014', 4, 'pci-conf-idx'),
        ops('read', '0x1014', '0x3', 1, 'lsi-io'),
        ops('read', '0xfff8006c', '0x3', 1, 'dino'),
        ops('write', '0xfff80064', '0x1800', 4, 'pci-conf-idx'),
        ops('read', '0xfff8006a', '0xffffffff', 2, 'pci-conf-data'),
        ops('write', '0xfff80038', '0x1', 4, 'dino'),
      ]),
    ).toEqual([
      'write port 0x5800 1 <- 0xa',
      'read port 0x1014 1 -> 0x3',
      'read config 00:03.0 0x2 2 -> 0xffff',
      'write memory 0xfff80038 4 <- 0x1',
    ]);
  });
});

describe('messages and lines', () => {
  test('writes to the APIC page are messages unless they are registers', async () => {
    const { text, result } = await collect(
      `${[
        ops('write', '0xfee02004', '0x28', 4, 'apic-msi', -1),
        ops('write', '0xfee01004', '0x8026', 4, 'apic-msi', 1),
        ops('write', '0xfee00000', '0x31', 4, 'apic-msi'),
        ops('write', '0xfee000b0', '0x0', 4, 'apic-msi'),
        ops('read', '0xfee00020', '0x0', 4, 'apic-msi'),
        ops('write', '0xfee01040', '0x29', 4, 'apic-msi'),
      ].join('\n')}\n`,
    );
    expect(text).toEqual([
      'message 0xfee02004 0x28',
      'message 0xfee01004 0x8026',
      'message 0xfee00000 0x31',
      'message 0xfee01040 0x29',
    ]);
    expect(result).toMatchObject({ events: 4, accesses: 0, ignored: 2 });
  });

  test("the zero that QEMU's own reset writes before the machine runs is no message", async () => {
    const zero = ops('write', '0xfee00000', '0x0', 4, 'apic-msi', -1);
    const run = 'runstate_set current_run_state 6 (prelaunch) new_state 9 (running)';
    expect(await textOf([zero, run, zero])).toEqual(['power-on', 'message 0xfee00000 0x0']);
  });

  test('GICv2m and ITS', async () => {
    expect(
      await textOf([
        ops('read', '0x8020008', '0x50010', 4, 'gicv2m'),
        ops('write', '0x8020040', '0x53', 4, 'gicv2m', -1),
        ops('write', '0x8090040', '0x1', 4, 'translation', -1),
      ]),
    ).toEqual(['read memory 0x8020008 4 -> 0x50010', 'message 0x8020040 0x53', 'message 0x8090040 0x1']);
  });

  test('inputs of the I/O APIC', async () => {
    expect(
      await textOf(['1@2.000000:ioapic_set_irq vector: 22 level: 1', '1@2.000000:ioapic_set_irq vector: 22 level: 0']),
    ).toEqual(['line 22 1', 'line 22 0']);
  });
});

describe('the life of the machine', () => {
  const running = '17255@1795502857.768508:runstate_set current_run_state 6 (prelaunch) new_state 9 (running)';
  const access = `17258@1795502857.768600:${ops('read', '0xcfc', '0x1', 4, 'pci-conf-data')}`;
  const reset = (thread: number, processor = '0x1a90'): string =>
    `${thread}@1795502857.758377:guest_cpu_reset cpu=${processor} `;

  test('the change from prelaunch to running is the power-on, but not in the middle', async () => {
    expect(await textOf([reset(17255), running, access])).toEqual([
      '# guest_cpu_reset cpu=0x1a90',
      'power-on',
      'read port 0xcfc 4 -> 0x1',
    ]);
    expect(await textOf([access, running])).toEqual([
      'read port 0xcfc 4 -> 0x1',
      '# runstate_set current_run_state 6 (prelaunch) new_state 9 (running)',
    ]);
    expect(await textOf([running.replace('prelaunch', 'inmigrate'), access])).toHaveLength(2);
  });

  test('a reset of vCPUs by the main loop is one reset of the machine; by a vCPU it is an INIT', async () => {
    const lines = [running, access, reset(17255), reset(17255, '0xa350'), access, reset(17259, '0xa350')];
    expect(await textOf(lines)).toEqual([
      'power-on',
      'read port 0xcfc 4 -> 0x1',
      'reset',
      '# guest_cpu_reset cpu=0xa350',
      'read port 0xcfc 4 -> 0x1',
      '# guest_cpu_reset cpu=0xa350',
    ]);
  });

  test('resets far apart are two', async () => {
    const between = Array.from({ length: 21 }, () => access);
    const text = await textOf([running, access, reset(17255), ...between, reset(17255)]);
    expect(text.filter((line) => line === 'reset')).toHaveLength(2);
  });

  test('a log that begins in the middle: a thread that never acted for a vCPU is the main loop', async () => {
    expect(await textOf([access, reset(17258), reset(17255)])).toEqual([
      'read port 0xcfc 4 -> 0x1',
      '# guest_cpu_reset cpu=0x1a90',
      'reset',
    ]);
  });

  test('without time stamps the boot processor tells', async () => {
    const plain = (line: string): string => line.replace(/^[^:]*:/, '');
    const lines = [reset(1), running, access, reset(1, '0xa350'), reset(1)].map(plain);
    const text = await textOf(lines);
    expect(text.slice(2)).toEqual(['read port 0xcfc 4 -> 0x1', '# guest_cpu_reset cpu=0xa350', 'reset']);
  });

  test('the thread of a migration stops the machine, but is not the main loop', async () => {
    const stop = '17300@1795502858.000000:runstate_set current_run_state 9 (running) new_state 3 (finish-migrate)';
    expect((await textOf([running, access, stop, reset(17255)])).at(-1)).toBe('reset');
  });

  test('ACPI eject; the mask is decimal', async () => {
    const lines = ['1@2.000000:acpi_pci_ej_write 0x8 <== 10', '1@2.000000:acpi_pci_ej_write 0x4 <== 1'];
    expect(await textOf(lines)).toEqual(['eject 0xa', '# acpi_pci_ej_write 0x4 <== 1']);
  });
});

describe('twins, texts and other records', () => {
  test('subpage, RAM device and notification lines are second lines of an access', async () => {
    const { text, result } = await collect(
      [
        ops('read', '0xfe604040', '0x40', 1, 'operational'),
        'memory_region_subpage_read cpu 0 mr 0x7f2c5055c330 offset 0x0 value 0x40 size 1',
        ops('write', '0xfe603000', '0x1', 2, 'virtio-pci-notify-virtio-blk'),
        'virtio_pci_notify_write 0x4 = 0x1 (2)',
        'memory_region_ram_device_read cpu 0 mr 0x55f256df91a0 addr 0x10 value 0x7 size 4',
        ops('read', '0xfe000010', '0x7', 4, '0000:01:00.0 BAR 0 mmaps[0]'),
        '',
      ].join('\n'),
    );
    expect(text).toHaveLength(3);
    expect(result.twins).toBe(3);
  });

  test('accesses that QEMU refuses', async () => {
    expect(
      await textOf([
        ops('read', '0xb0028000', '0x1', 4, 'pcie-mmcfg-mmio'),
        "Invalid read at addr 0xFE400000, size 4, region '(null)', reason: rejected",
        "Invalid write at addr 0x0, size 1, region 'msix-table', reason: invalid size (min:4 max:8)",
        "Invalid write at addr 0x0, size 1, region '(null)', reason: rejected",
        "Invalid read at addr 0x1, size 2, region 'pci-conf-data', reason: unaligned",
      ]),
    ).toEqual([
      'read memory 0xb0028000 4 -> 0x1',
      'refused read 4 rejected 0xfe400000',
      'refused write 1 invalid-size',
      'refused read 2 unaligned',
    ]);
  });

  test('a record in the middle of a text', async () => {
    const { text, entries, result } = await collect(
      'x@y\nAttempted write to unimplemented register: AHCI host register BOHC, offset 0x28: 0x214361@1795502592.213527:' +
        `${ops('read', '0xfe703028', '0x0', 4, 'ahci')}\n` +
        `pcnet: Bad SWSTYLE=0x04${ops('read', '0xfe703028', '0x1', 4, 'ahci')}\nahci: IRQ#0 level:1\n`,
    );
    expect(text).toEqual([
      '# x@y',
      '# Attempted write to unimplemented register: AHCI host register BOHC, offset 0x28: 0x',
      'read memory 0xfe703028 4 -> 0x0',
      '# pcnet: Bad SWSTYLE=0x04',
      'read memory 0xfe703028 4 -> 0x1',
      '# ahci: IRQ#0 level:1',
    ]);
    expect(entries.map((entry) => entry.line)).toEqual([1, 2, 2, 3, 3, 4]);
    expect(result).toMatchObject({ lines: 4, accesses: 2, unknownLines: 4 });
  });

  test('names may hold blanks', async () => {
    expect(await textOf([ops('write', '0xfe608480', '0x1', 4, 'usb2 port #1', 3)])).toEqual([
      '@3 write memory 0xfe608480 4 <- 0x1',
    ]);
  });

  test('without names (before QEMU 6.2) the address and the pci_cfg line tell', async () => {
    const plain = (word: string, address: string, value: string): string =>
      `memory_region_ops_${word} cpu 0 mr 0x1 addr ${address} value ${value} size 4`;
    const { text, result } = await collect(
      [
        plain('write', '0xcf8', '0x80000000'),
        'pci_cfg_read mch 00:0 @0x0 -> 0x29c08086',
        plain('read', '0xcfc', '0x29c08086'),
        plain('write', '0xcfc', '0x6'),
        'pci_cfg_write mch 00:0 @0x4 <- 0x6',
        'pci_cfg_read mch 00:0 @0x0 -> 0x29c08086',
        plain('read', '0xb0000000', '0x29c08086'),
        plain('write', '0xb0000004', '0x6'),
        'pci_cfg_write mch 00:0 @0x4 <- 0x6',
        plain('write', '0xfee01000', '0x25'),
        plain('read', '0xc000', '0x1'),
        '',
      ].join('\n'),
    );
    expect(text).toEqual([
      'write port 0xcf8 4 <- 0x80000000',
      'read port 0xcfc 4 -> 0x29c08086',
      'write port 0xcfc 4 <- 0x6',
      'read memory 0xb0000000 4 -> 0x29c08086',
      'write memory 0xb0000004 4 <- 0x6',
      'message 0xfee01000 0x25',
      'read port 0xc000 4 -> 0x1',
    ]);
    expect(result).toMatchObject({ twins: 4, unknownLines: 0, problemCount: 0 });
  });

  test('what another thread logs between the two lines of an access does not part them', async () => {
    const notify = '9@2.000001:virtio_queue_notify vdev 0x1 n 1 vq 0x2';
    const lines = [
      '7@2.000000:pci_cfg_read mch 00:00.0 @0x0 -> 0x8086',
      notify,
      `7@2.000002:${ops('read', '0xcfc', '0x8086', 2, 'pci-conf-data')}`,
      `7@2.000003:${ops('write', '0xb0000004', '0x6', 2, 'pcie-mmcfg-mmio')}`,
      notify,
      '7@2.000004:pci_cfg_write mch 00:00.0 @0x4 <- 0x6',
    ];
    const accesses = (await textOf(lines)).filter((line) => !line.startsWith('#'));
    expect(accesses).toEqual(['read port 0xcfc 2 -> 0x8086', 'write memory 0xb0000004 2 <- 0x6']);
  });

  test.each([
    ["memory_region_ops_read cpu 0 mr 0x1 addr 0xcfc value 0x5 size 3 name 'io'", 64],
    ["memory_region_ops_read cpu 0 mr 0x1 addr 0x1ffffffffffffffff value 0x5 size 4 name 'io'", 61],
    ["memory_region_ops_read cpu 99999999999 mr 0x1 addr 0x1 value 0x5 size 4 name 'io'", 39],
    ['pci_cfg_read nvme 00:05.0 @0x1000 -> 0x5', 41],
    ['ioapic_set_irq vector: x level: 1', 24],
  ])('a damaged record is told with its place: %s', async (line, column) => {
    const good = ops('read', '0xcfc', '0x1', 4, 'pci-conf-data');
    const { text, result } = await collect(`${good}\n${line}\n${good}\n`);
    expect(text).toHaveLength(2);
    expect(result.problems).toEqual([{ line: 2, column, text: "a record of QEMU's log that is cut or damaged" }]);
  });
});
