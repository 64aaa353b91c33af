import { expect, test } from 'vitest';
import { Access, MEMORY, PORT } from '../../access/access.ts';
import { MessageObserver } from './observer.ts';

const PLACE = { base: 0x3ff000, size: 16 };
const ECAM = { baseHi: 0, baseLo: 0xb0000000 | 0, firstBus: 0, lastBus: 255, segment: 0 };

const begun = (): MessageObserver => {
  const observer = new MessageObserver(PLACE);
  observer.begin([ECAM]);
  return observer;
};

const answer = (...dwords: number[]): string[] => {
  const bytes = Buffer.alloc(4 * dwords.length);
  for (const [index, dword] of dwords.entries()) bytes.writeUInt32LE(dword, 4 * index);
  return [`OK ${bytes.toString('base64')}`, 'OK'];
};

const EMPTY = 0x5a5a5a5a;
const access = (fields: Partial<Access>): Access => Object.assign(new Access(), fields);

test('what stands in a place that was empty is a message', () => {
  const observer = begun();
  expect(observer.seen(answer(EMPTY, EMPTY, EMPTY, EMPTY))).toEqual([]);
  expect(observer.seen(answer(EMPTY, 0x4020, EMPTY, 0))).toEqual([
    { kind: 'message', addressHi: 0, addressLo: 0x3ff004, data: 0x4020, dataMask: -1 },
    { kind: 'message', addressHi: 0, addressLo: 0x3ff00c, data: 0, dataMask: -1 },
  ]);
});

test('a place that is no memory any more is a gap', () => {
  const none = 0xffffffff;
  expect(begun().seen(answer(none, none, none, none))).toEqual([{ kind: 'gap' }]);
});

test('it looks behind whatever may send a message', () => {
  const observer = begun();
  const looks = (fields: Partial<Access>): boolean => observer.behind(access(fields)).length > 0;
  expect(looks({ space: MEMORY, addressLo: 0xe0000000 | 0, write: true })).toBe(true);
  expect(looks({ space: MEMORY, addressLo: 0xe0000000 | 0 })).toBe(true);
  expect(looks({ space: MEMORY, addressLo: 0xb0008010 | 0, write: true })).toBe(true);
  expect(looks({ space: PORT, addressLo: 0xcfc, write: true })).toBe(true);
  expect(looks({ space: PORT, addressLo: 0xc000 })).toBe(true);
  for (const idle of [
    { space: MEMORY, addressLo: 0xb0008010 | 0 },
    { space: PORT, addressLo: 0xcfc },
    { space: PORT, addressLo: 0xcf8, write: true },
  ] satisfies Partial<Access>[])
    expect(looks(idle)).toBe(false);
  observer.pause();
  expect(looks({ space: MEMORY, write: true })).toBe(false);
  observer.look();
  expect(looks({ space: MEMORY, write: true })).toBe(true);
});

test('what a guest itself writes there is no message', () => {
  const observer = begun();
  const heard = (addressLo: number, width: 1 | 8, write = true): number =>
    observer.heard(access({ space: MEMORY, addressLo, width, write }), answer(7, EMPTY, EMPTY, EMPTY)).length;
  expect(heard(0x3ff000, 1)).toBe(0);
  expect(heard(0x3feff9, 8)).toBe(0);
  expect(heard(0x3ff00f, 1)).toBe(0);
  expect(heard(0x3feff8, 8)).toBe(1);
  expect(heard(0x3ff010, 1)).toBe(1);
  expect(heard(0x3ff000, 8, false)).toBe(1);
});
