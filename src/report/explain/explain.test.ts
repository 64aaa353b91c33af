import { describe, expect, test } from 'vitest';
import { episodes, explain, IDENTITY, OTHER_BARS, WITH_MSIX } from '../../../test/support/explain-text.ts';

describe('configuration space', () => {
  test('who is there, and where nobody is', async () => {
    expect(
      await episodes(`
machine cam=0
read config 00:00.0 0x0 4 -> 0x29c08086
read config 00:00.0 0x8 4 -> 0x6000000
read config 00:01.0 0x0 4 -> 0xffffffff
read config 00:02.0 0x0 2 -> 0x1b36
`),
    ).toBe(`\
bus 00 searched: 2 functions found (00:00.0, 00:02.0), 1 number without one
  [0 to 3]
       0  00:00.0 Vendor ID, Device ID -> 0x29c08086: 8086:29c0
       1  00:00.0 Revision ID, Class Code -> 0x6000000: revision 00; Host bridge
       2  00:01.0 Vendor ID, Device ID -> 0xffffffff: no function answers
       3  00:02.0 Vendor ID -> 0x1b36: vendor 1b36
`);
  });

  test('buses on which nobody is found are one episode', async () => {
    const reads = ['01:00.0', '01:01.0', '02:00.0', '03:1f.0'].map((bdf) => `read config ${bdf} 0x0 4 -> 0xffffffff`);
    const text = await episodes(`machine cam=0\n${reads.join('\n')}`);
    expect(text).toMatch(/^buses 01 to 03 searched: no function found, 4 numbers without one {2}\[0 to 3\]\n/);
  });

  test('a part of a register is called so', async () => {
    const raw = await explain(
      `${IDENTITY}
read config 00:02.0 0x4 4 -> 0x0
write config 00:02.0 0x5 1 <- 0x4
read config 00:02.0 0x9 1 -> 0x2
read config 00:02.0 0xa 1 -> 0x8
read config 00:02.0 0xb 1 -> 0x1
read config 00:02.0 0xa 2 -> 0x108
write config 00:02.0 0x13 1 <- 0xfe
`,
      { form: 'raw', from: 4 },
    );
    expect(raw).toContain('00:02.0 Command, bits 15:8: sets Interrupt Disable\n');
    expect(raw).toContain('00:02.0 Programming Interface: ');
    expect(raw).toContain('00:02.0 Sub-Class Code: ');
    expect(raw).toContain('00:02.0 Base Class Code: ');
    expect(raw).toContain('00:02.0 Class Code: ');
    expect(raw).toContain('00:02.0 BAR 0, bits 31:24');
  });

  test('a function that asks for patience', async () => {
    const raw = await explain('machine cam=0\nread config 00:02.0 0x0 4 -> 0xffff0001', { form: 'raw' });
    expect(raw).toContain('00:02.0 Vendor ID, Device ID: Request Retry Status: not ready yet\n');
  });

  test('what a write changes, field by field', async () => {
    const text = await episodes(`${IDENTITY}
read config 00:02.0 0x4 2 -> 0x0
write config 00:02.0 0x4 2 <- 0x406
write config 00:02.0 0x4 2 <- 0x2
write config 00:02.0 0x4 2 <- 0x2
`);
    expect(text).toContain(`\
Command of 00:02.0: memory decoding on  [3 to 6]
       3  Command -> 0x0: nothing set
       4  Command <- 0x406: sets Memory Space Enable, Bus Master Enable,
            Interrupt Disable
       5  Command <- 0x2: clears Bus Master Enable, Interrupt Disable
       6  Command <- 0x2: no change
`);
  });

  test('what a write changes while the routing below a bridge is open', async () => {
    const text = await episodes(`
machine ecam=0xe0000000,0,255
power-on
read config 00:02.0 0x0 4 -> 0x12348086
read config 00:02.0 0xc 4 -> 0x00010000
read config 00:02.0 0x18 4 -> 0x0
read config 00:02.0 0x4 2 -> 0x107
write config 00:02.0 0x4 2 <- 0x507
read config 00:02.0 0x4 2 -> 0x507
write config 00:02.0 0x4 2 <- 0x107
write config 00:02.0 0x18 4 <- 0x00010100
write config 00:02.0 0x4 2 <- 0x7
`);
    expect(text).toContain('Command <- 0x507: sets Interrupt Disable\n');
    expect(text).toContain('Command <- 0x107: clears Interrupt Disable\n');
    expect(text).toContain('Command <- 0x7: clears SERR# Enable\n');
  });

  test('the capability list', async () => {
    expect(await episodes(WITH_MSIX, { from: 3, to: 5 })).toBe(`\
capability list of 00:02.0: MSI-X  [3 to 5]
       3  Status -> 0x10: Capabilities List
       4  Capabilities Pointer -> 0x40: first capability at 0x40
       5  MSI-X at 0x40: Capability ID, Next Capability Pointer -> 0x11: MSI-X;
            the last one
`);
  });

  test('a capability: how often it was read and written, and which registers were written', async () => {
    const text = await episodes(`${IDENTITY}
read config 00:02.0 0x6 2 -> 0x10
read config 00:02.0 0x34 1 -> 0x40
read config 00:02.0 0x40 2 -> 0x1
read config 00:02.0 0x44 2 -> 0x0
write config 00:02.0 0x44 2 <- 0x3
`);
    expect(text).toContain(`\
Power Management of 00:02.0: 1 read, 1 write (Power Management Control/Status)
  [6 to 7]
       6  Power Management Control/Status -> 0x0: PowerState D0
       7  Power Management Control/Status <- 0x3: PowerState D0 → D3hot
`);
  });

  test('registers of capabilities that nothing judges have names, too', async () => {
    const text = await explain(
      `${IDENTITY}
read config 00:02.0 0x6 2 -> 0x10
read config 00:02.0 0x34 1 -> 0xa8
read config 00:02.0 0xa8 4 -> 0x100012
read config 00:02.0 0xac 4 -> 0x48
read config 00:02.0 0xb0 4 -> 0x0
`,
      { form: 'raw', from: 5 },
    );
    expect(text).toContain(
      'Serial ATA Configuration at 0xa8: Capability ID, Next Capability Pointer, SATA Capability Reg',
    );
    expect(text).toContain('00:02.0 Serial ATA Configuration SATA Capability Register 1\n');
    expect(text).toContain('00:02.0 device-specific register 0xb0\n');
  });

  test('registers of PCI Express by their fields', async () => {
    const raw = await explain(
      `
machine cam=0 power-on=1
read config 00:01.0 0x0 4 -> 0xc1b36
read config 00:01.0 0xe 1 -> 0x1
read config 00:01.0 0x6 2 -> 0x10
read config 00:01.0 0x34 1 -> 0x40
read config 00:01.0 0x40 4 -> 0x01420010
read config 00:01.0 0x44 4 -> 0x00008020
read config 00:01.0 0x4c 4 -> 0x08100411
read config 00:01.0 0x52 2 -> 0x2011
read config 00:01.0 0x54 4 -> 0x0010005b
read config 00:01.0 0x60 4 -> 0x00030100
write config 00:01.0 0x60 4 <- 0x00010000
`,
      { form: 'raw', from: 5 },
    );
    expect(raw).toContain(
      'Device Capabilities: Max_Payload_Size Supported 128 bytes, Extended Tag Field Supported, Role-Based Error Reporting\n',
    );
    expect(raw).toContain(
      'Link Capabilities: Max Link Speed 2.5 GT/s, Maximum Link Width x1, ASPM Support L0s, Port Number 8, Data Link Layer',
    );
    expect(raw).toContain(
      'Link Status: Current Link Speed 2.5 GT/s, Negotiated Link Width x1, Data Link Layer Link Active\n',
    );
    expect(raw).toContain(
      'Slot Capabilities: Physical Slot Number 2, Attention Button Present, Power Controller Present,',
    );
    expect(raw).toContain('Root Status: PME Requester ID 01:00.0, PME Status, PME Pending\n');
    expect(raw).toContain('Root Status: clears PME Status\n');
  });

  test('bus numbers and windows of a bridge', async () => {
    const text = await episodes(`
machine cam=0 power-on=1
read config 00:01.0 0x0 4 -> 0xc1b36
read config 00:01.0 0xe 1 -> 0x1
write config 00:01.0 0x18 4 <- 0x00020100
write config 00:01.0 0x20 4 <- 0xfe10fe00
write config 00:01.0 0x24 4 <- 0x0000fff0
`);
    expect(text).toContain('bridge 00:01.0 set up: buses 01 to 02 below, memory 0xfe000000 to 0xfe1fffff');
    expect(text).toMatch(/Memory Base, Memory Limit <- 0xfe10fe00: memory window 0xfe000000 to\n +0xfe1fffff\n/);
  });

  test('all of configuration space read one behind the other is one episode', async () => {
    const reads = Array.from({ length: 16 }, (_, d) => `read config 00:02.0 0x${(4 * d).toString(16)} 4 -> `);
    const values: Record<number, string> = { 0: '0x101b36', 1: '0x0', 2: '0x1080202', 3: '0x0' };
    const text = await episodes(`machine cam=0\n${reads.map((read, d) => read + (values[d] ?? '0x0')).join('\n')}`);
    expect(text).toMatch(/^configuration space of 00:02\.0 read through, 0x0 to 0x3f {2}\[0 to 15\]\n/);
    expect(text.match(/^\S/gm)).toHaveLength(1);
  });

  test('by CAM: the index belongs to the access behind it, and is told in the raw form', async () => {
    const trace = 'write port 0xcf8 4 <- 0x80001004\nread port 0xcfe 2 -> 0xffff\nread port 0xcf8 4 -> 0x80001004';
    expect(await episodes(trace)).toBe(`\
       1  00:02.0 Status -> 0xffff: no function answers
       2  CONFIG_ADDRESS -> 0x80001004: is at 00:02.0, 0x4
`);
    const raw = await explain(trace, { form: 'raw' });
    expect(raw.split('\n').slice(0, 2)).toEqual([
      '       0        2  write port 0xcf8 4 <- 0x80001004        00:02.0 CONFIG_ADDRESS: selects 00:02.0, 0x4',
      '       1        3  read port 0xcfe 2 -> 0xffff             00:02.0 Status: no function answers',
    ]);
  });
});

describe('behind BARs', () => {
  test('MSI-X entries, and the vector that sends a message', async () => {
    const text = await episodes(
      `${WITH_MSIX}${OTHER_BARS}
write memory 0xfe002010 4 <- 0xfee01004
write memory 0xfe002014 4 <- 0x0
write memory 0xfe002018 4 <- 0x2a
write memory 0xfe00201c 4 <- 0x0
write config 00:02.0 0x42 2 <- 0x8003
message 0xfee01004 0x2a
`,
      { from: 27 },
    );
    expect(text).toBe(`\
MSI-X of 00:02.0 set up: 1 vector written, 1 vector unmasked, 4 vectors in
  all, enabled  [27 to 31]
      27  MSI-X vector 1, Message Address (BAR 0 + 0x2010) <- 0xfee01004
      28  MSI-X vector 1, Message Upper Address (BAR 0 + 0x2014) <- 0x0
      29  MSI-X vector 1, Message Data (BAR 0 + 0x2018) <- 0x2a
      30  MSI-X vector 1, Vector Control (BAR 0 + 0x201c) <- 0x0: unmasked
      31  MSI-X Message Control <- 0x8003: sets MSI-X Enable
      32  00:02.0 message: MSI-X vector 1
`);
  });

  test('device registers are folded, and what nobody claims stands beside them', async () => {
    const reads = Array.from({ length: 20 }, (_, at) => `read memory 0xfe000000 4 -> 0x${at.toString(16)}`);
    const text = await episodes(
      `${WITH_MSIX}${reads.join('\n')}\nread port 0x71 1 -> 0x0\nread memory 0xfe000008 4 -> 0x1\n`,
      {
        from: 15,
      },
    );
    expect(text).toBe(`\
device registers: 00:02.0 BAR 0 (21 reads)  [15 to 36]
      15  00:02.0 BAR 0 + 0x0 -> 0x0
      16  00:02.0 BAR 0 + 0x0 -> 0x1
      17  00:02.0 BAR 0 + 0x0 -> 0x2
      18  00:02.0 BAR 0 + 0x0 -> 0x3
      19  00:02.0 BAR 0 + 0x0 -> 0x4
          … 15 more
      36  00:02.0 BAR 0 + 0x8 -> 0x1
          (beside it 1 access that no function claims)
`);
  });

  test('the same read again is counted', async () => {
    const text = await episodes(`${WITH_MSIX}${'read memory 0xfe000000 4 -> 0x5\n'.repeat(7)}`, { from: 15 });
    expect(text).toBe(`\
device registers: 00:02.0 BAR 0 (7 reads)  [15 to 21]
      15  00:02.0 BAR 0 + 0x0 -> 0x5, 7 times
`);
  });

  test('an address in the window of a bridge behind which nobody has it', async () => {
    const raw = await explain(
      `
machine cam=0 power-on=1
read config 00:01.0 0x0 4 -> 0xc1b36
read config 00:01.0 0xe 1 -> 0x1
write config 00:01.0 0x20 4 <- 0xfe10fe00
read memory 0xfe000000 4 -> 0x0
read memory 0xfe200000 4 -> 0x0
`,
      { form: 'raw', from: 3 },
    );
    expect(raw).toContain(
      '0xfe000000: no function is known to claim the address; in the memory window of bridge 00:01.0\n',
    );
    expect(raw).toContain('0xfe200000: no function is known to claim the address\n');
  });

  test('accesses that nobody claims say why they were not decoded', async () => {
    const raw = await explain('read port 0x71 1 -> 0x0\nread memory 0x1000 4 -> 0x0', { form: 'raw' });
    expect(raw).toContain('port 0x71: no function is known to claim the port\n');
    expect(raw).toContain('memory 0x1000: no function is known to claim the address\n');
  });
});

test('a bridge whose secondary number is above the subordinate one', async () => {
  const text = await episodes(`
machine cam=0 power-on=1
read config 00:01.0 0x0 4 -> 0xc1b36
read config 00:01.0 0xe 1 -> 0x1
write config 00:01.0 0x18 4 <- 0x0001ff00
write config 00:01.0 0x1c 2 <- 0x0
`);
  expect(text).toContain('bridge 00:01.0 set up: forwards no buses');
});

test('PCI-X of a bridge', async () => {
  const raw = await explain(
    `
machine cam=0 power-on=1
read config 00:01.0 0x0 4 -> 0xc1b36
read config 00:01.0 0xe 1 -> 0x1
read config 00:01.0 0x6 2 -> 0x10
read config 00:01.0 0x34 1 -> 0x40
read config 00:01.0 0x40 4 -> 0x30007
read config 00:01.0 0x44 4 -> 0x0
`,
    { form: 'raw', from: 4 },
  );
  expect(raw).toContain('PCI-X Secondary Status');
  expect(raw).toContain('PCI-X Bridge Status');
});

describe('what is broken', () => {
  const BROKEN = `${IDENTITY}read config 00:02.0 0x0 4 -> 0x00111b36\n`;

  test('a divergence stands where it happened, and in the summary', async () => {
    const text = await explain(BROKEN);
    expect(text).toMatch(/^ {10}BROKEN HDR-001 .* \(at 3\)/m);
    expect(text).toMatch(/\n4 accesses and events: 1 divergence in 1 finding\.\n {2}BROKEN HDR-001 .*1 time, first/);
  });

  test('in the raw form at the end of its line', async () => {
    expect(await explain(BROKEN, { form: 'raw' })).toMatch(/^ +3 .*Device ID: 1b36:0011 \[BROKEN HDR-001 .*\]$/m);
  });
});

describe('what is chosen', () => {
  const TWO = `
machine cam=0
read config 00:00.0 0x0 4 -> 0x29c08086
read config 00:02.0 0x0 4 -> 0x00101b36
reset
read config 00:00.0 0x0 4 -> 0x29c08086
`;

  test('one function, and what happens to the machine', async () => {
    expect(await explain(TWO, { bdf: 0x10 })).toBe(`\
       1  00:02.0 Vendor ID, Device ID -> 0x101b36: 1b36:0010
reset of the machine  [2]

2 of 4 accesses and events: nothing shown breaks a rule.
`);
  });

  test('a range', async () => {
    expect(await explain(TWO, { from: 3, to: 3 })).toContain('\n1 of 4 accesses and events');
  });
});

describe('the machine as it was left', () => {
  // ECAM must lie at a multiple of its size.
  const ODD = 'machine ecam=0xe0100000,0,255\nread config 00:02.0 0x0 4 -> 0x12348086\n';

  test('stands at the end of JSON Lines, about no access', async () => {
    const lines = (await explain(ODD, { form: 'json' })).trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    const [first, last] = lines.map((line) => JSON.parse(line) as object);
    expect(Object.keys(last as object)).toEqual(Object.keys(first as object));
    expect(last).toMatchObject({ index: null, function: null, divergences: [{ rule: 'ECAM-002', known: false }] });
  });

  test('not behind a range that ends before, and not about a function', async () => {
    const two = `${ODD}read config 00:02.0 0x4 2 -> 0x0\n`;
    expect((await explain(two, { form: 'json', to: 0 })).trimEnd().split('\n')).toHaveLength(1);
    expect((await explain(two, { form: 'json', bdf: 0x10 })).trimEnd().split('\n')).toHaveLength(2);
  });
});

test('JSON Lines: an object for each access and event', async () => {
  const text = await explain(
    `${IDENTITY}read config 00:02.0 0x4 2 -> 0x0\nwrite config 00:02.0 0x4 2 <- 0x2\nreset\n`,
    { form: 'json' },
  );
  const objects = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(objects).toHaveLength(6);
  expect(objects[4]).toMatchObject({
    index: 4,
    text: 'write config 00:02.0 0x4 2 <- 0x2',
    function: '00:02.0',
    structure: 'Type 0 header',
    place: 'Command',
    value: '0x2',
    meaning: 'sets Memory Space Enable',
    subject: 'command',
    divergences: [],
  });
  expect(objects[4]?.['fields']).toContainEqual({
    register: 'Command',
    field: 'Memory Space Enable',
    value: 1,
    before: 0,
  });
  expect(objects[5]).toMatchObject({ function: null, mechanism: null, place: 'reset of the machine' });
});
