/**
 * Structures as they were laid out last. A layout is a function of what it asked for and of its context: while these are
 * the same, the structure is the same, and so is its place in the cells. Layouts are compiled at each step of a list,
 * so most of them ask the same again.
 */

import type { Layout, LayoutContext, Structure } from '../../spec/register.ts';
import type { PlacedField } from '../function.ts';

/** A field in its dword, with what a reset makes of it. */
export interface PlacedBits {
  d: number;
  placed: PlacedField;
  variable: boolean;
  value: number | undefined;
  sticky: boolean;
  flr: 'keep' | 'open' | undefined;
}

export interface RememberedLayout {
  layout: Layout;
  context: Omit<LayoutContext, 'peek'>;
  asked: { offset: number; size: 1 | 2 | 4; bits: number | undefined; value: number | undefined }[];
  structure: Structure | undefined;
  /** In the order of the registers; the fields of each dword once more together. */
  bits: readonly PlacedBits[];
  fields: ReadonlyMap<number, readonly PlacedField[]>;
}

/** The structure at `base`, remembered or laid out anew. */
export function layOut(
  memo: Map<number, RememberedLayout>,
  base: number,
  layout: Layout,
  context: LayoutContext,
): RememberedLayout {
  const known = memo.get(base);
  if (known !== undefined && known.layout === layout && holds(known, context)) return known;
  const asked: RememberedLayout['asked'] = [];
  const { peek, ...rest } = context;
  const structure = layout({
    ...context,
    peek: (offset, size, bits) => {
      const value = peek(offset, size, bits);
      asked.push({ offset, size, bits, value });
      return value;
    },
  });
  const bits = structure === undefined ? [] : placeBits(base, structure);
  const fields = new Map<number, PlacedField[]>();
  for (const { d, placed } of bits) {
    const list = fields.get(d);
    if (list === undefined) fields.set(d, [placed]);
    else list.push(placed);
  }
  const made = { layout, context: rest, asked, structure, bits, fields };
  memo.set(base, made);
  return made;
}

/** Whether all that was asked has the same answer; asking marks the registers as watched. */
function holds({ context, asked }: RememberedLayout, now: LayoutContext): boolean {
  if (
    context.express !== now.express ||
    context.portType !== now.portType ||
    context.headerType !== now.headerType ||
    context.classCode !== now.classCode ||
    context.vendor !== now.vendor ||
    context.physical !== now.physical ||
    context.tlpPrefix !== now.tlpPrefix
  )
    return false;
  for (const { offset, size, bits, value } of asked) if (now.peek(offset, size, bits) !== value) return false;
  return true;
}

function placeBits(base: number, structure: Structure): PlacedBits[] {
  const bits: PlacedBits[] = [];
  for (const register of structure.registers) {
    const at = base + register.offset;
    const d = at >>> 2;
    // A structure that runs out of its space is a fault of its own; it must not reach into the next one.
    if (base < 0x100 && at >= 0x100) continue;
    const shift = (at & 3) << 3;
    for (const field of register.fields) {
      const { attribute, rule, reset, sticky, flr } = field;
      const [high, low] = field.bits;
      const width = high - low + 1;
      const mask = (width === 32 ? -1 : (1 << width) - 1) << (low + shift);
      bits.push({
        d,
        placed: {
          register: register.name,
          field: field.name,
          mask,
          rule,
          attribute,
          resetOpen: reset === 'open',
        },
        variable: attribute === 'RW' || attribute === 'choice' || attribute === 'choice0' || attribute === 'RW1C',
        value: reset === 'open' ? undefined : (reset ?? 0) << (low + shift),
        sticky: sticky === true,
        flr,
      });
    }
  }
  return bits;
}
