/** MSI (05h; PCIe 7.7.1). Message Control tells which registers follow and how many mask bits there are. */

import { field, register, whole } from './build.ts';
import type { Attribute, Field, LayoutContext, Register, Structure } from './register.ts';
import { capabilityHeader, has } from './small-capabilities.ts';

/**
 * Multiple Message Enable is RW for the numbers up to Multiple Message Capable. What a greater number becomes is open
 * (MSI-003) and more than an attribute can say: the model looks at it itself.
 */
function messageControl(extendedData: boolean): Register {
  const rule = 'MSI-002';
  return register('Message Control', 0x02, 2, [
    field('MSI Enable', 0, 'RW', rule),
    field('Multiple Message Capable', [3, 1], 'RO', rule),
    field('Multiple Message Enable', [6, 4], 'RW', rule),
    field('64 Bit Address Capable', 7, 'RO', rule),
    field('Per-Vector Masking Capable', 8, 'RO', rule),
    field('Extended Message Data Capable', 9, 'RO', rule),
    field('Extended Message Data Enable', 10, extendedData ? 'RW' : 'zero', rule),
    field('Reserved', [15, 11], 'zero', rule),
  ]);
}

/** One register with a bit for every vector; the bits above the last vector read 0. */
function perVector(name: string, offset: number, vectors: number, attribute: Attribute): Register {
  const rule = 'MSI-009';
  const fields: Field[] = [field(name, [vectors - 1, 0], attribute, rule)];
  if (vectors < 32) fields.push(field('Reserved', [31, vectors], 'zero', rule));
  return register(name, offset, 4, fields);
}

/** Undefined as long as Message Control is not known. */
export function msi(context: LayoutContext): Structure | undefined {
  // The capabilities; of what software writes nothing need be known.
  const control = context.peek(0x02, 2, 0x038e);
  if (control === undefined) return undefined;
  const rule = 'MSI-004';
  const wide = has(control, 7);
  const masking = has(control, 8);
  const extendedData = has(control, 9);
  const contents = { reset: 'open' } as const;
  const registers = [
    ...capabilityHeader(),
    messageControl(extendedData),
    register('Message Address', 0x04, 4, [
      field('Reserved', [1, 0], 'zero', rule),
      field('Message Address', [31, 2], 'RW', rule, contents),
    ]),
  ];
  if (wide) registers.push(whole('Message Upper Address', 0x08, 4, 'RW', rule, contents));
  const data = wide ? 0x0c : 0x08;
  registers.push(whole('Message Data', data, 2, 'RW', rule, contents));
  if (extendedData) registers.push(whole('Extended Message Data', data + 2, 2, 'RW', rule));
  else if (masking) registers.push(whole('Reserved', data + 2, 2, 'zero', rule));
  if (masking) {
    const vectors = 1 << Math.min((control >>> 1) & 7, 5);
    registers.push(perVector('Mask Bits', data + 4, vectors, 'RW'));
    registers.push(perVector('Pending Bits', data + 8, vectors, 'volatile'));
  }
  const last = registers.at(-1)!;
  return { name: 'MSI', length: last.offset + last.size, registers };
}
