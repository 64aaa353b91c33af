import { expect, test, vi } from 'vitest';
import type * as spec from '../../spec/msix.ts';
import { MsixTable } from './msix-table.ts';

/** The entry of the specification, but its data come up as 5 and its mask may be hardwired. */
vi.mock('../../spec/msix.ts', async (load) => {
  const { msixTableEntry } = await load<typeof spec>();
  return {
    msixTableEntry: () =>
      msixTableEntry().map((register) => ({
        ...register,
        fields: register.fields.map((field) => {
          if (register.name === 'Message Data') return { ...field, reset: 5 };
          return field.name === 'Mask Bit' ? { ...field, attribute: 'choice' } : field;
        }),
      })),
  };
});

test('what an entry holds after a reset is what its own fields say, not their attributes', () => {
  const { table } = new MsixTable(2, { bar: 0, offset: 0 });
  const values = [0, 1, 2, 3].map((d) => ({
    value: table.resetValue[4 + d]! >>> 0,
    defined: table.resetDefined[4 + d]! >>> 0,
  }));
  expect(values).toEqual([
    { value: 0, defined: 0x3 },
    { value: 0, defined: 0 },
    { value: 5, defined: 0xffffffff },
    { value: 1, defined: 0xffffffff },
  ]);
});
