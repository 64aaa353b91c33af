/** Treatments of registers: what a bit may be, and what is open. */

import type { Treatment } from './treatment.ts';

const CELLS = 'model/cells';
const DECLARE = 'declare(d, mask, attribute) {';
const WRITE = 'model/configuration/config-write';

export const REGISTERS: readonly Treatment[] = [
  {
    name: 'writable or hardwired',
    why: 'a bit that may be either is undecided until a write was read back',
    file: CELLS,
    find: DECLARE,
    replace: `${DECLARE} if (attribute === 'choice' || attribute === 'choice0') attribute = 'RW';`,
  },
  {
    name: 'hardwired to 0 only',
    why: 'a bit of a BAR that reads 1 once is writable',
    file: CELLS,
    find: DECLARE,
    replace: `${DECLARE} if (attribute === 'choice0') attribute = 'choice';`,
  },
  {
    name: 'volatile fields',
    why: 'some fields change by themselves',
    file: CELLS,
    find: DECLARE,
    replace: `${DECLARE} if (attribute === 'volatile') attribute = 'RO';`,
  },
  {
    name: 'RW1C status bits',
    why: 'a status bit becomes 1 by itself and is cleared by a 1',
    file: CELLS,
    find: DECLARE,
    replace: `${DECLARE} if (attribute === 'RW1C') attribute = 'RO';`,
  },
  {
    name: 'open fields of structures',
    why: 'fields that the specification leaves to the device are not judged',
    file: CELLS,
    find: DECLARE,
    replace: `${DECLARE} if (attribute === 'open') attribute = 'RO';`,
  },
  {
    name: 'device-specific bytes',
    why: 'bytes outside all structures are not judged',
    file: 'model/layout/layout',
    find: 'declareRoles(f); if (choices.firmware)',
    replace: `declareRoles(f);
      for (let d = 16; d < 64; d++) {
        if (f.fields[d] !== undefined || !f.listComplete) continue;
        f.config.declare(d, -1, 'RO');
        f.fields[d] = [{ register: 'own', field: '', mask: -1, rule: 'RTE-011', attribute: 'RO' }];
      }
      if (choices.firmware)`,
  },
  {
    name: 'blind writes end with a reset',
    why: 'what was written before a reset tells nothing of what is read after it',
    file: CELLS,
    find: 'this.stored[d] &= kept; this.writtenMask[d] &= kept;',
    replace: 'this.stored[d] &= kept;',
    parts: ['middle', 'hidden'],
  },
  {
    name: 'writes of unknown kind',
    why: 'what was written before the layout is known takes effect later',
    file: CELLS,
    find: 'settleWritten(d) {',
    replace: 'settleWritten(d) { return;',
    parts: ['middle'],
  },
  {
    name: 'layout by class code',
    why: 'firmware that knows its devices never reads Header Type',
    file: 'model/layout/layout',
    find: 'if (classes >>> 8 !== 6) return 0;',
    replace: 'return -1;',
  },
  {
    name: 'a few status bits prove nothing',
    why: 'an error may happen just after its bit was cleared',
    file: 'model/configuration/special-reads',
    find: 'bitCount(mine) < STORED_AT_LEAST ||',
    replace: 'mine === 0 ||',
  },
  {
    name: 'bits told once',
    why: 'a bit that must be 0 and is 1 is how this device is',
    file: CELLS,
    find: 'this.contrary[d] |= wrong & this.zero[d];',
    replace: '',
  },
  {
    name: 'Cache Line Size may be refused',
    why: 'a conventional function may read 0 after a value that it does not take',
    file: WRITE,
    find: 'if (d === 3 && (mask & 0xff) !== 0 && f.express !== true)',
    replace: 'if (false)',
    parts: ['middle'],
  },
  {
    name: 'Cache Line Size 0 tells nothing',
    why: 'a refused value does not show that the bits are hardwired',
    file: 'model/configuration/config-read',
    find: 'if (d === 3 && f.express !== true && (mask & 0xff) === 0xff && (data & 0xff) === 0)',
    replace: 'if (false)',
    parts: ['middle'],
  },
  {
    name: 'more messages than offered',
    why: 'Multiple Message Enable is then stored, clamped or refused',
    file: 'model/life-cycle/life-cycle',
    find: 'if ((roles & ROLE_MSI) !== 0) openMessageEnable(f, d, mask, data);',
    replace: '',
  },
  {
    name: 'power states that are not there',
    why: 'a write of D1 or D2 leaves the state where it was',
    file: WRITE,
    find: 'return (mask & 3) === 3 && (wanted === 1 || wanted === 2) && supports(f, d, wanted) === 0;',
    replace: 'return false;',
  },
  {
    name: 'widths that are not told',
    why: 'the upper bytes of a write may have been written, too',
    file: 'model/model',
    find: 'if (access.width === 0) writeRest(state, bdf, offset + width);',
    replace: '',
  },
  {
    name: 'the VMM as firmware',
    why: 'values that nobody wrote show that the VMM has assigned them (profiles state it, but not when it is hidden)',
    file: 'model/configuration/config-read',
    find: "state.reporter.learn('preassigned', 'on')",
    replace: 'void 0',
    parts: ['middle', 'hidden'],
  },
  {
    name: 'damage before path',
    why: 'only names the rule: a register that changed is blamed on a write elsewhere before the access itself',
    file: 'model/blame/blame',
    find: ': findDamage(state, victim, confirmed)',
    replace: ': blamePath(state, answer) !== undefined ? undefined : findDamage(state, victim, confirmed)',
  },
];
