import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.ts';

const RECORDS = [
  "memory_region_ops_read cpu 0 mr 0x1 addr 0xcfc value 0x1 size 4 name 'pci-conf-data'",
  "12@1.000000:memory_region_ops_write cpu -1 mr 0x1 addr 0xfee01000 value 0x25 size 4 name 'apic-msi'",
  'pci_cfg_read nvme 00:05.0 @0x0 -> 0x1b36',
  '12@1.000000:pci_cfg_write nvme 00:05.0 @0x4 <- 0x6',
  'pci_cfg_read mch 00:0 @0x0 -> 0x8086',
  '12@1.000000:ioapic_set_irq vector: 22 level: 1',
  '12@1.000000:runstate_set current_run_state 9 (running) new_state 4 (paused)',
  "Invalid read at addr 0xFE400000, size 4, region '(null)', reason: rejected",
  'CPU 0/KVM-4242 (4240) [003] .....  5123.456789: kvm_pio: pio_write at 0xcf8 size 4 count 1 val 0x80001000 ',
  ' <...>-4242 [003]  5123.456789: kvm_mmio:  mmio unsatisfied-read len 4 gpa 0xfe600000 val 0x0',
  'vhost-1 [003] ..... 5123.456789: kvm_msi_set_irq: dst 0 vec 49 (Fixed|physical|edge|rh)',
  'CPU 0/KVM-4242 [003] ..... 5123.456789: kvm_entry: vcpu 0, rip 0xfff0',
  'CPU:3 [LOST 1234 EVENTS]',
  '@1 write memory 0xfebf1000 4 <- 0x1',
  'line 22 1',
  'refused write 4 rejected 0xfe400000',
];

/** A first and a last line of each format, between which something is wrong. */
const FORMATS = {
  barometer: ['barometer.trace/1', 'read port 0x71 1 -> 0x77'],
  'qemu-log': [
    "memory_region_ops_read cpu 0 mr 0x1 addr 0x70 value 0x1 size 1 name 'io'",
    "memory_region_ops_read cpu 0 mr 0x1 addr 0x71 value 0x77 size 1 name 'io'",
  ],
  kvm: [
    'CPU 0/KVM-4242 [003] ..... 5123.456789: kvm_pio: pio_read at 0x70 size 1 count 1 val 0x1 ',
    'CPU 0/KVM-4242 [003] ..... 5123.456789: kvm_pio: pio_read at 0x71 size 1 count 1 val 0x77 ',
  ],
} as const;

describe.each(Object.entries(FORMATS))('%s', (_, [first, last]) => {
  test('a line that ends too early, wherever, leaves the next line whole', async () => {
    for (const record of RECORDS) {
      for (let length = 0; length <= record.length; length++) {
        const { text, result } = await collect(`${first}\n${record.slice(0, length)}\n${last}\n`);
        expect(text.at(-1)).toBe('read port 0x71 1 -> 0x77');
        expect(result.lines).toBe(3);
      }
    }
  });

  // Nothing that a line holds may make its reading take more than linear time.
  test.each([
    ['digits', '1'.repeat(60_000)],
    ['digits before a stamp', `${'1'.repeat(60_000)}@1.000000:guest_cpu_reset cpu=0x1`],
    ['digits and signs', '1@'.repeat(30_000)],
    ['stamps', '1@1.00000:'.repeat(6_000)],
    ['colons', ': '.repeat(30_000)],
    ['blanks', ' '.repeat(60_000)],
    ['beginnings of records', 'pci_cfg_read '.repeat(4_600)],
    ['beginnings of events', ': kvm_'.repeat(10_000)],
    ['dashes', '-'.repeat(60_000)],
    ['brackets', '] ['.repeat(20_000)],
    ['quotes', "Invalid read at addr 0x1, size 1, region '', reason: ".repeat(1_000)],
  ])(
    'a hundred lines of %s are read at once',
    async (__, line) => {
      const { text } = await collect(`${first}\n${`${line}\n`.repeat(100)}${last}\n`);
      expect(text.at(-1)).toBe('read port 0x71 1 -> 0x77');
    },
    10_000,
  );
});

test.each(['1'.repeat(1_000_000), '1@'.repeat(500_000), ': '.repeat(500_000), 'pci_cfg_read '.repeat(80_000)])(
  'a long line of no known form is found to be none at once: %#',
  async (line) => {
    await expect(collect(`${line}\n`)).rejects.toThrow('none of its first 1 lines is of a known form');
  },
  10_000,
);
