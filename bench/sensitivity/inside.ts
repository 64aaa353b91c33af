/** What the model knew of a bit before it was answered. The only place of the bench that looks inside the model. */

import { bitCount } from '../../src/core/bit-count.ts';
import type { Cells } from '../../src/model/cells.ts';
import { lanes } from '../../src/model/cells.ts';
import { PRESENT } from '../../src/model/function.ts';
import type { PciFunction } from '../../src/model/function.ts';
import type { Model } from '../../src/model/model.ts';
import type { MachineState } from '../../src/model/state.ts';
import type { Answer } from './answers.ts';

/** Why a bit may be wrong and nobody can tell. */
export const REASONS = [
  'known',
  'function not known yet',
  'layout not known yet',
  'open by specification',
  'volatile by specification',
  'status bit, 0 to 1',
  'first read of a constant',
  'first read of a writable bit',
  'written, kind not known',
  'not known after a reset',
] as const;
export type Reason = (typeof REASONS)[number];

function stateOf(model: Model): MachineState {
  return (model as unknown as { state: MachineState }).state;
}

/** Known, defined and all bits of an answer: the share that a run could have noticed. */
export interface Knowledge {
  known: number;
  defined: number;
  definedKnown: number;
  /** Defined bits that the device may change by itself from 0 to 1. */
  status: number;
  answered: number;
}

function functionOf(model: Model, { image }: Answer): PciFunction | undefined {
  const f = stateOf(model).routing.bus(image.bdf >>> 8)?.functions[image.bdf & 0xff];
  return f?.presence === PRESENT ? f : undefined;
}

/** Why the model could or could not judge one bit; `byte`: offset in the answer's target. */
export function reasonOf(model: Model, answer: Answer, byte: number, bit: number): Reason {
  const f = functionOf(model, answer);
  if (f === undefined) return 'function not known yet';
  const d = byte >>> 2;
  const mask = (1 << bit) << ((byte & 3) << 3);
  if (answer.target === 'pending') return 'volatile by specification';
  if (answer.target === 'table') {
    const table = f.msix?.table;
    return table === undefined ? 'layout not known yet' : reasonOfCell(table, d, mask);
  }
  const { config } = f;
  if (d >= config.length) return 'layout not known yet';
  if ((config.known(d) & mask) !== 0) return 'known';
  const fields = f.fields[d]?.filter((field) => (field.mask & mask) !== 0) ?? [];
  const attribute = fields.at(-1)?.attribute;
  if (attribute === undefined) {
    const complete = byte < 0x100 ? f.headerType >= 0 && f.listComplete : f.extendedComplete || f.express === false;
    return complete ? 'open by specification' : 'layout not known yet';
  }
  if (attribute === 'open') return 'open by specification';
  if (attribute === 'volatile') return 'volatile by specification';
  if (attribute === 'RW1C') {
    const one = (config.value[d]! & config.seen[d]! & mask) !== 0;
    return one ? 'known' : 'status bit, 0 to 1';
  }
  return reasonOfCell(config, d, mask);
}

function reasonOfCell(cells: Cells, d: number, mask: number): Reason {
  if (d >= cells.length) return 'layout not known yet';
  if ((cells.known(d) & mask) !== 0) return 'known';
  if (((cells.pending[d]! | cells.writtenMask[d]!) & mask) !== 0) return 'written, kind not known';
  if ((cells.readOnly[d]! & mask) !== 0) return 'first read of a constant';
  if ((cells.attributed(d) & mask) === 0) return 'open by specification';
  return cells.cause[d] === 0 || cells.cause[d] === 1 ? 'first read of a writable bit' : 'not known after a reset';
}

/** What the model knows of a configuration answer that is about to come; undefined: it knows of no function there. */
export function knowledgeOf(model: Model, answer: Answer): Knowledge {
  const f = functionOf(model, answer);
  const d = answer.offset >>> 2;
  const width = Math.min(answer.width, 4 - (answer.offset & 3));
  const answered = 8 * width;
  if (f === undefined || d >= f.config.length) return { known: 0, defined: 0, definedKnown: 0, status: 0, answered };
  const { config } = f;
  const mask = lanes(answer.offset, width);
  const defined = config.attributed(d) & mask;
  const known = config.known(d) & mask;
  return {
    known: bitCount(known),
    defined: bitCount(defined),
    definedKnown: bitCount(defined & known),
    status: bitCount(config.clearable[d]! & mask),
    answered,
  };
}
