import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.ts';

const WRITE = 'kvm_pio: pio_write at 0xcf8 size 4 count 1 val 0x80001000 ';
const READ = 'kvm_pio: pio_read at 0xcfe size 2 count 1 val 0x29c0 ';

/** An event as `trace_pipe` frames it; `thread` is the name and the number of the thread. */
function line(event: string, thread = 'CPU 0/KVM-4242', cpu = 3): string {
  return `${thread.padStart(16)}    [${String(cpu).padStart(3, '0')}] .....  5123.456789: ${event}`;
}

async function textOf(...lines: string[]): Promise<string[]> {
  const { text, result } = await collect(`${lines.join('\n')}\n`);
  expect(result).toMatchObject({ format: 'kvm-ftrace', problems: [], lines: lines.length });
  return text;
}

describe('the frame of a line', () => {
  test.each([
    ['trace_pipe', '       CPU 1/KVM-4242    [003] .....  5123.456789: '],
    ['before 5.1x: four flags', '       CPU 1/KVM-4242  [003] d..1  5123.456789: '],
    ['without flags', '       CPU 1/KVM-4242  [003]  5123.456789: '],
    ['with a thread group', '       CPU 1/KVM-4242    (   4240) [003] .....  5123.456789: '],
    ['with a thread group that is not known', '       CPU 1/KVM-4242    (-------) [003] .....  5123.456789: '],
    ['a clock without a point', '       CPU 1/KVM-4242    [003] .....  5123456789012: '],
    ['trace-cmd report', '       CPU 1/KVM-4242  [003]  5123.456789: '],
    ['trace-cmd report with nanoseconds', '       CPU 1/KVM-4242  [003]  5123.456789012: '],
    ['perf script', '       CPU 1/KVM  4242 [003]  5123.456789: kvm:'],
    ['cloud-hypervisor', '           vcpu1-4242    [003] .....  5123.456789: '],
    ['Firecracker', '       fc_vcpu 1-4242    [003] .....  5123.456789: '],
    ['crosvm', '    crosvm_vcpu1-4242    [003] .....  5123.456789: '],
  ])('%s', async (_, frame) => {
    const lines = [`${frame}${WRITE}`, `${frame}${READ.replace('kvm_pio: ', 'kvm_pio:              ')}`];
    expect(await textOf(...lines)).toEqual(['@1 write port 0xcf8 4 <- 0x80001000', '@1 read port 0xcfe 2 -> 0x29c0']);
  });

  test('headers and banners are remarks', async () => {
    const { text, result } = await collect(
      ['version = 7', 'cpus=8', '# tracer: nop', '##### CPU 2 buffer started ####', '', line(READ), ''].join('\n'),
    );
    expect(text).toEqual([
      '# version = 7',
      '# cpus=8',
      '# tracer: nop',
      '# #### CPU 2 buffer started ####',
      'read port 0xcfe 2 -> 0x29c0',
    ]);
    expect(result).toMatchObject({ remarks: 4, unknownLines: 0, problemCount: 0 });
  });

  test('a name may hold blanks, slashes, dashes, brackets and words of events', async () => {
    const names = ['a-b [7]-1-77', '<...>-77', 'kvm_pio: x-77', 'qemu-system-x86-77'];
    expect(await textOf(...names.map((name) => line(READ, name)))).toEqual(
      names.map(() => 'read port 0xcfe 2 -> 0x29c0'),
    );
  });

  test('other events and other texts', async () => {
    const { text, result } = await collect(
      [
        line(READ),
        line('kvm_eoi: apicid 0 vector 38'),
        line('kvm_userspace_exit: reason KVM_EXIT_IO (2)'),
        line('kvm_apic_accept_irq: apicid 0 vec 236 (Fixed|edge)'),
        line('sched_switch: prev_comm=kvm'),
        'garbage',
        '',
      ].join('\r\n'),
    );
    expect(text.slice(1)).toEqual([`# ${line('sched_switch: prev_comm=kvm')}`, '# garbage']);
    expect(result).toMatchObject({ accesses: 1, ignored: 3, unknownLines: 2, problemCount: 0 });
  });
});

describe('which vCPU', () => {
  test('by the name of the thread, not by the CPU of the host', async () => {
    const lines = [line(READ, 'CPU 7/KVM-11', 0), line(READ, 'CPU 0/KVM-12', 1), line(READ, 'CPU 7/KVM-11', 2)];
    expect(await textOf(...lines)).toEqual([
      '@7 read port 0xcfe 2 -> 0x29c0',
      'read port 0xcfe 2 -> 0x29c0',
      '@7 read port 0xcfe 2 -> 0x29c0',
    ]);
  });

  test('by the entry or exit before', async () => {
    const exit = 'kvm_exit: vcpu 2 reason IO_INSTRUCTION rip 0x1 info1 0x0000000000000cfc info2 0x0000000000000000';
    const lines = [line(exit, 'qemu-12'), line(READ, 'qemu-12'), line(READ, 'qemu-11')];
    lines.push(line('kvm_entry: vcpu 3, rip 0x1', 'qemu-11'), line(READ, 'qemu-11'));
    expect(await textOf(...lines)).toEqual([
      '@2 read port 0xcfe 2 -> 0x29c0',
      'read port 0xcfe 2 -> 0x29c0',
      '@3 read port 0xcfe 2 -> 0x29c0',
    ]);
  });

  test('else the next number that no other thread has', async () => {
    const threads = ['CPU 1/KVM-10', 'qemu-11', 'qemu-12', 'qemu-11'];
    const text = await textOf(...threads.map((thread) => line(READ, thread)));
    expect(text.map((access) => access.replace(/ ?read.*/, ''))).toEqual(['@1', '', '@2', '']);
  });

  test('thread ids have up to seven digits', async () => {
    const text = await textOf(line(READ, 'qemu-4194303'), line(READ, 'qemu-4194302'));
    expect(text).toEqual(['read port 0xcfe 2 -> 0x29c0', '@1 read port 0xcfe 2 -> 0x29c0']);
  });

  test('many threads take no more than linear time', async () => {
    const lines = Array.from({ length: 60_000 }, (_, index) => line(READ, `qemu-${index}`));
    expect(await textOf(...lines)).toHaveLength(60_000);
  }, 5_000);
});

describe('ports', () => {
  test('values are cut to the width', async () => {
    expect(await textOf(line('kvm_pio: pio_read at 0x71 size 1 count 1 val 0xffffff26 '))).toEqual([
      'read port 0x71 1 -> 0x26',
    ]);
  });

  test('of a string instruction the first element is told, of the others only that they were', async () => {
    expect(await textOf(line('kvm_pio: pio_read at 0x1f0 size 2 count 256 val 0x40 (...)'))).toEqual([
      'read port 0x1f0 2 -> 0x40',
      'refused read 2 string 0x1f0',
    ]);
  });
});

describe('memory', () => {
  const mmio = (words: string, thread?: string): string => line(`kvm_mmio: mmio ${words}`, thread);

  test('the answer of a read comes in a later line of the same thread', async () => {
    const { text, result } = await collect(
      [
        mmio('unsatisfied-read len 4 gpa 0xfe600000 val 0x0'),
        mmio('unsatisfied-read len 2 gpa 0xfe600000 val 0x0', 'CPU 1/KVM-4243'),
        line('kvm_userspace_exit: reason KVM_EXIT_MMIO (6)'),
        mmio('read len 2 gpa 0xfe600000 val 0xf', 'CPU 1/KVM-4243'),
        line('kvm_msi_set_irq: dst 1 vec 40 (Fixed|physical|edge)', '<idle>-0'),
        mmio('read len 4 gpa 0xfe600000 val 0xf0107ff'),
        mmio('write len 8 gpa 0x4100000014 val 0x1122334455667788'),
        '',
      ].join('\n'),
    );
    expect(text).toEqual([
      '@1 read memory 0xfe600000 2 -> 0xf',
      'message 0xfee01000 0x28/0x87ff',
      'read memory 0xfe600000 4 -> 0xf0107ff',
      'write memory 0x4100000014 8 <- 0x1122334455667788',
    ]);
    expect(result).toMatchObject({ twins: 2, ignored: 1, problemCount: 0 });
  });

  test('a read without one before it was answered in the kernel', async () => {
    expect(await textOf(mmio('read len 4 gpa 0xfec00010 val 0x170011'))).toEqual([
      'read memory 0xfec00010 4 -> 0x170011',
    ]);
  });

  test('a read that never gets its answer is told at its place', async () => {
    const { text } = await collect(
      [
        mmio('unsatisfied-read len 4 gpa 0xfe600000 val 0x0'),
        mmio('read len 2 gpa 0xfe600000 val 0x1'),
        mmio('unsatisfied-read len 4 gpa 0xfe600004 val 0x0'),
        line(WRITE),
        mmio('unsatisfied-read len 4 gpa 0xfe600008 val 0x0'),
        '',
      ].join('\n'),
      { numbered: true },
    );
    expect(text).toEqual([
      '1: refused read 4 unanswered 0xfe600000',
      '2: read memory 0xfe600000 2 -> 0x1',
      '3: refused read 4 unanswered 0xfe600004',
      '4: write port 0xcf8 4 <- 0x80001000',
      '5: refused read 4 unanswered 0xfe600008',
    ]);
  });

  test('the answer of a port is not the answer of memory', async () => {
    expect(
      await textOf(
        mmio('unsatisfied-read len 1 gpa 0x71 val 0x0'),
        line('kvm_pio: pio_read at 0x71 size 1 count 1 val 0x26 '),
      ),
    ).toEqual(['refused read 1 unanswered 0x71', 'read port 0x71 1 -> 0x26']);
  });

  test('bytes beyond the length are no part of the value', async () => {
    expect(await textOf(mmio('write len 1 gpa 0xfe600000 val 0xffff88007fd3a9c4'))).toEqual([
      'write memory 0xfe600000 1 <- 0xc4',
    ]);
  });

  test('fragments of odd length, and vector registers, are told without a value', async () => {
    expect(
      await textOf(
        mmio('unsatisfied-read len 3 gpa 0xfe600ffd val 0x0'),
        mmio('read len 3 gpa 0xfe600ffd val 0x112233'),
        mmio('unsatisfied-read len 16 gpa 0xfe600000 val 0x0'),
        mmio('read len 16 gpa 0xfe600000 val 0x112233'),
        mmio('write len 32 gpa 0xfe600000 val 0x112233'),
      ),
    ).toEqual([
      'refused read 3 length 0xfe600ffd',
      'refused read 16 length 0xfe600000',
      'refused write 32 length 0xfe600000',
    ]);
  });

  test('the local APIC is no device', async () => {
    const { text, result } = await collect(
      [
        mmio('write len 4 gpa 0xfee000b0 val 0x0'),
        mmio('unsatisfied-read len 4 gpa 0xfee00020 val 0x0'),
        mmio('read len 4 gpa 0xfee00020 val 0x0'),
        '',
      ].join('\n'),
    );
    expect(text).toEqual([]);
    expect(result.ignored).toBe(3);
  });

  test('a write that an ioeventfd took has neither width nor value', async () => {
    expect(await textOf(line('kvm_fast_mmio: fast mmio at gpa 0x8000003000'))).toEqual([
      'refused write ? fast-mmio 0x8000003000',
    ]);
  });
});

describe('messages and lines', () => {
  const msi = (words: string): string => line(`kvm_msi_set_irq: ${words}`, 'vhost-4200-4211');

  test('address and data are put together again, as far as they are told', async () => {
    expect(
      await textOf(
        msi('dst 0 vec 49 (Fixed|physical|edge)'),
        msi('dst 1f vec 38 (LowPrio|logical|level|rh)'),
        msi('dst 12345 vec 0 (NMI|physical|edge|rh)'),
        msi('dst ff vec 255 (ExtINT|logical|edge)'),
      ),
    ).toEqual([
      'message 0xfee00000 0x31/0x87ff',
      'message 0xfee1f00c 0x8126/0x87ff',
      'message 0x12300fee45008 0x400/0x87ff',
      'message 0xfeeff004 0x7ff/0x87ff',
    ]);
  });

  test('old kernels: the vector in hexadecimal, the destination in decimal', async () => {
    expect(await textOf(msi('dst 17 vec 4e (Fixed|physical|edge)'), msi('dst 0 vec 41 (Fixed|physical|edge)'))).toEqual(
      ['message 0xfee11000 0x4e/0x87ff', 'message 0xfee00000 0x41/0x87ff'],
    );
  });

  test('inputs of the I/O APIC are lines; the routes of messages are not', async () => {
    expect(
      await textOf(
        line('kvm_set_irq: gsi 22 level 1 source 0', 'qemu-1'),
        line('kvm_set_irq: gsi 22 level 0 source 1', 'qemu-1'),
        line('kvm_set_irq: gsi 24 level 1 source 0', 'qemu-1'),
      ),
    ).toEqual(['line 22 1', 'line 22 0']);
  });
});

describe('the life of the machine', () => {
  const entry = (rip: string, vcpu = 0): string =>
    line(`kvm_entry: vcpu ${vcpu}, rip ${rip}`, `CPU ${vcpu}/KVM-${vcpu}`);

  test('the boot processor at its reset vector is a remark: what else resets or goes, KVM does not show', async () => {
    const start = '# kvm_entry: the boot processor starts at its reset vector';
    const lines = [entry('0xfff0'), entry('0xfff0'), line(READ), entry('0xfff0'), entry('0xfff0'), entry('0xe05b')];
    lines.push(entry('0xfff0'));
    expect(await textOf(...lines)).toEqual([start, 'read port 0xcfe 2 -> 0x29c0', start, start]);
  });

  test('another processor starts there whenever it is woken', async () => {
    expect(await textOf(line(READ), entry('0xfff0', 1))).toEqual(['read port 0xcfe 2 -> 0x29c0']);
  });

  test('kernels that do not tell the instruction pointer tell of no reset', async () => {
    expect(await textOf(line('kvm_entry: vcpu 0'), line(READ))).toHaveLength(1);
  });
});

describe('losses', () => {
  test.each([
    ['CPU:3 [LOST 1234 EVENTS]', 'gap 1234'],
    ['CPU:3 [LOST EVENTS]', 'gap'],
    ['CPU:3 [1234 EVENTS DROPPED]', 'gap 1234'],
    ['CPU:3 [EVENTS DROPPED]', 'gap'],
    ['# entries-in-buffer/entries-written: 205/9000   #P:4', 'gap 8795'],
  ])('%s', async (words, gap) => {
    expect(await textOf(line(READ), words)).toEqual(['read port 0xcfe 2 -> 0x29c0', gap]);
  });

  test('a buffer that holds all that was written lost nothing', async () => {
    const { text } = await collect(`# entries-in-buffer/entries-written: 205/205   #P:4\n${line(READ)}\n`);
    expect(text).toHaveLength(2);
    expect(text[0]).toMatch(/^# /);
  });

  test('an answer behind a loss is taken, a read before it is not waited for', async () => {
    expect(
      await textOf(
        line('kvm_mmio: mmio unsatisfied-read len 4 gpa 0xfe600000 val 0x0'),
        'CPU:0 [LOST 7 EVENTS]',
        line('kvm_mmio: mmio read len 4 gpa 0xfe600004 val 0x5'),
      ),
    ).toEqual(['gap 7', 'read memory 0xfe600004 4 -> 0x5']);
  });
});

test.each([
  'kvm_pio: pio_read at 0x10000 size 4 count 1 val 0x1',
  'kvm_pio: pio_read at 0xcfc size 3 count 1 val 0x1',
  'kvm_pio: pio_read at 0xcfc size 4 count 1 val ',
  'kvm_pio: pio_peek at 0xcfc size 4 count 1 val 0x1',
  'kvm_mmio: mmio read len 0 gpa 0xfe600000 val 0x1',
  'kvm_mmio: mmio read len 4 gpa 0x1fe60000000000000 val 0x1',
  'kvm_mmio: mmio write len 4 gpa 0xfe600000',
  'kvm_msi_set_irq: dst 0 vec 300 (Fixed|physical|edge)',
  'kvm_msi_set_irq: dst 0 vec 40 (Odd|physical|edge)',
  'kvm_msi_set_irq: dst a vec 4e (Fixed|physical|edge)',
  'kvm_fast_mmio: fast mmio at gpa nowhere',
  'kvm_set_irq: gsi x level 1 source 0',
])('an event that is damaged is told with its place, and the others go on: %s', async (event) => {
  const { text, result } = await collect(`${line(READ)}\n${line(event)}\n${line(READ)}\n`);
  expect(text).toHaveLength(2);
  expect(result.problems).toEqual([
    { line: 2, column: expect.any(Number) as number, text: 'a KVM event that is cut or damaged' },
  ]);
});
