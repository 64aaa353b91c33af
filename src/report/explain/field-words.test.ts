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

test('of a write where nothing was known before: what it sets, and no claim that nothing changes', () => {
  expect(writeWords([field('One', 1), field('Other', 0)])).toBe('sets One');
  expect(writeWords([field('One', 0)])).toBe('');
});

test('a 1 that clears is an acknowledgement', () => {
  expect(writeWords([field('Detected', 1, { kind: 'clears', before: 1 })])).toBe('acknowledges Detected');
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

test('registers of one field', () => {
  expect(registerMeaning('Interrupt Pin', 1)).toBe('INTA');
  expect(registerMeaning('Capability ID', 0x11)).toBe('MSI-X');
  expect(registerMeaning('Next Capability Pointer', 0)).toBe('the last one');
  expect(registerMeaning('Serial Number Lower', 1)).toBeUndefined();
});
