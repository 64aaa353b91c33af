/** Short ways to write registers and fields, so that the register maps read like the tables of the specification. */

import type { Attribute, Field, Register } from './register.ts';

type Extra = Pick<Field, 'reset' | 'flr' | 'sticky'>;

/** One field: its name, its bits (highest and lowest, or one bit), its attribute and the rule that judges it. */
export function field(
  name: string,
  bits: readonly [number, number] | number,
  attribute: Attribute,
  rule: string,
  extra: Extra = {},
): Field {
  return { name, bits: typeof bits === 'number' ? [bits, bits] : bits, attribute, rule, ...extra };
}

/** Bits that the newest known revision reserves: they read 0 (HDR-015). */
export function reserved(bits: readonly [number, number] | number): Field {
  return field('Reserved', bits, 'zero', 'HDR-015');
}

export function register(name: string, offset: number, size: 1 | 2 | 4, fields: readonly Field[]): Register {
  return { name, offset, size, fields };
}

/** A register that is one field over its whole width. */
export function whole(
  name: string,
  offset: number,
  size: 1 | 2 | 4,
  attribute: Attribute,
  rule: string,
  extra: Extra = {},
): Register {
  return register(name, offset, size, [field(name, [size * 8 - 1, 0], attribute, rule, extra)]);
}
