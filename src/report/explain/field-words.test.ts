import { expect, test } from 'vitest';
import type { FieldValue } from './annotation.ts';
import { readWords, registerMeaning, writeWords } from './field-words.ts';

function field(name: string, value: number, extra: Partial<FieldValue> = {}): FieldValue {
  return { register: 'Some Register', field: name, value, before: undefined, width: 1, kind: 'plain', ...extra };
}

test('of a read: the numbers, then the flags that are set', () => {
  const fields = [field('One', 1), field('Other', 0), field('Number', 5, { width: 3 }), field('None', 0, { width: 3 })];
  expect(readWords(fields)).toBe('Number 5, One');
  expect(readWords([field('One', 0)])).toBe('nothing set');
});

test('of a write: only what changes', () => {
  expect(writeWords([field('One', 1, { before: 0 }), field('Other', 1, { before: 1 })])).toBe('sets One');
  expect(writeWords([field('One', 0, { before: 1 })])).toBe('clears One');
  expect(writeWords([field('One', 1, { before: 1 })])).toBe('no change');
});

test('of a write where nothing was known before: what it has on, and no claim that nothing changes', () => {
  expect(writeWords([field('One', 1), field('Other', 0)])).toBe('with One on');
  expect(writeWords([field('One', 1), field('Two', 1), field('New', 1, { before: 0 })])).toBe(
    'sets New; with One, Two on',
  );
  expect(writeWords([field('One', 0)])).toBe('');
});

test('a 1 written to a bit that ones clear', () => {
  expect(writeWords([field('Detected', 1, { kind: 'clears', before: 1 })])).toBe('clears Detected');
  expect(writeWords([field('Detected', 0, { kind: 'clears', before: 1 })])).toBe('no change');
});

test('of what hardware changes by itself the old value is not told', () => {
  const status = field('Status', 0x100, { kind: 'volatile', before: 0x200, width: 18 });
  expect(writeWords([status])).toBe('Status 0x100');
});

test('a write changes nothing of a constant', () => {
  expect(writeWords([field('Capability', 0, { kind: 'constant', before: 1 }), field('One', 1, { before: 0 })])).toBe(
    'sets One',
  );
});

test('numbers go from the old value to the new one, in the words of the field', () => {
  expect(writeWords([field('PowerState', 3, { before: 0, width: 2 })])).toBe('PowerState D0 → D3hot');
  expect(writeWords([field('Number', 0x20, { before: 5, width: 8 })])).toBe('Number 5 → 0x20');
});

test('addresses stand at their place in the register', () => {
  const number = (name: string, value: number): string => readWords([field(name, value, { width: 30 })]);
  expect(number('Message Address', 0x3fb80401)).toBe('Message Address 0xfee01004');
  expect(number('I/O Base', 0xf)).toBe('I/O Base 0xf000');
  expect(number('I/O Limit', 0xf)).toBe('I/O Limit 0xffff');
  expect(number('Memory Limit', 0xfe1)).toBe('Memory Limit 0xfe1fffff');
  expect(number('Prefetchable Memory Base', 0xfff)).toBe('Prefetchable Memory Base 0xfff00000');
});

test('codes that are reserved have no size', () => {
  const code = (name: string, value: number): string => readWords([field(name, value, { width: 3 })]);
  expect(code('Max_Payload_Size', 5)).toBe('Max_Payload_Size 4096 bytes');
  expect(code('Max_Payload_Size', 6)).toBe('Max_Payload_Size a reserved value');
  expect(code('Max_Read_Request_Size', 7)).toBe('Max_Read_Request_Size a reserved value');
  expect(code('Multiple Message Capable', 5)).toBe('Multiple Message Capable 32');
  expect(code('Multiple Message Enable', 6)).toBe('Multiple Message Enable a reserved value');
});

test.each([
  // PCIe 7.5.3.3 and 7.5.3.6: codes that double.
  ['Endpoint L0s Acceptable Latency', 1, '128 ns'],
  ['Endpoint L1 Acceptable Latency', 7, 'no limit'],
  ['L0s Exit Latency', 1, '64 ns to 128 ns'],
  ['L0s Exit Latency', 4, '512 ns to 1 µs'],
  ['L0s Exit Latency', 7, 'more than 4 µs'],
  ['L1 Exit Latency', 6, '32 µs to 64 µs'],
  // PCIe 7.5.2.1 and 7.5.2.2.
  ['Aux_Current', 7, '375 mA'],
  ['PME_Support', 0b11001, 'D0, D3hot, D3cold'],
  ['Data_Scale', 2, '0.01 W'],
  ['Data_Select', 7, 'power dissipated in D3'],
  ['Data_Select', 9, 'a reserved value'],
  // PCIe 7.5.3.15 to 7.5.3.20.
  ['Completion Timeout Ranges Supported', 0b0110, 'B, C'],
  ['Completion Timeout Value', 6, '65 to 210 ms'],
  ['Completion Timeout Value', 3, 'a reserved value'],
  ['Supported Link Speeds Vector', 0b1111, '2.5, 5, 8, 16 GT/s'],
  ['Target Link Speed', 4, '16 GT/s'],
  ['OBFF Enable', 3, 'by WAKE#'],
  ['Downstream Component Presence', 4, 'present'],
])('%s %i: %s', (name, value, words) => {
  expect(readWords([field(name, value, { width: 5 })])).toBe(`${name} ${words}`);
});

test('a code of which 0 says nothing has no words then', () => {
  expect(readWords([field('L1 Exit Latency', 0, { width: 3 }), field('One', 1)])).toBe('One');
});

test.each([
  [0, 0, ''],
  [25, 0, 'Slot Power Limit 25 W'],
  [75, 1, 'Slot Power Limit 7.5 W'],
  [239, 3, 'Slot Power Limit 0.239 W'],
  [0xf1, 0, 'Slot Power Limit 275 W'],
  [0xf3, 0, 'Slot Power Limit 325 W'],
  [0xf1, 1, 'Slot Power Limit 24.1 W'],
])('slot power: value %i by scale %i is %j', (value, scale, words) => {
  const both = [
    field('Slot Power Limit Value', value, { width: 8 }),
    field('Slot Power Limit Scale', scale, { width: 2 }),
  ];
  expect(readWords(both)).toBe(words);
});

test('half of what says something together is told by itself', () => {
  expect(readWords([field('Slot Power Limit Value', 25, { width: 8 })])).toBe('Slot Power Limit Value 0x19');
});

test('the most prefixes, where they are supported', () => {
  const prefixes = (supported: number, most: number): string =>
    readWords([
      field('End-End TLP Prefix Supported', supported),
      field('Max End-End TLP Prefixes', most, { width: 2 }),
      field('Other', 1),
    ]);
  expect(prefixes(1, 0)).toBe('End-End TLP Prefixes up to 4, Other');
  expect(prefixes(1, 2)).toBe('End-End TLP Prefixes up to 2, Other');
  expect(prefixes(0, 0)).toBe('Other');
});

test('registers of one field', () => {
  expect(registerMeaning('Interrupt Pin', 1)).toBe('INTA');
  expect(registerMeaning('Capability ID', 0x11)).toBe('MSI-X');
  expect(registerMeaning('Next Capability Pointer', 0)).toBe('the last one');
  expect(registerMeaning('Serial Number Lower', 1)).toBeUndefined();
});
