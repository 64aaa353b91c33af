/** Bits whose kinds hang together: what one of them tells about the others. */

import type { BitGroup, PciFunction } from '../function.ts';

/** Bits of `answer` that would make a bit hardwired though its group says that it is writable; the rule that says so. */
export function groupConflict(
  f: PciFunction,
  d: number,
  mask: number,
  answer: number,
): { rule: string; bits: number } | undefined {
  const { config } = f;
  for (const group of f.groups[d] ?? []) {
    const undecided = config.undecided(d) & mask & group.mask;
    if (undecided === 0) continue;
    const pending = config.pending[d]! & undecided;
    const changed = (answer ^ config.value[d]!) & pending;
    const writable = (config.isWritable[d]! & group.mask) | changed | (answer & config.onlyZero[d]! & undecided);
    if (writable === 0) continue;
    const blind = undecided & ~pending & ~config.seen[d]! & config.writtenMask[d]! & (answer ^ config.written[d]!);
    const hardwired = ((config.isHardwired[d]! & group.mask) | (pending & ~changed) | blind) & ~writable;
    const bits = hardwired & mustBeWritable(group, writable);
    if (bits !== 0) return { rule: group.rule, bits };
  }
  return undefined;
}

/** Settles what follows from the decided bits of the groups in dword `d`. Returns whether anything did. */
export function settleGroups(f: PciFunction, d: number): boolean {
  const { config } = f;
  let settled = 0;
  for (const group of f.groups[d] ?? []) {
    const writable = config.isWritable[d]! & group.mask;
    if (writable !== 0) {
      settled |= config.decideWritable(d, mustBeWritable(group, writable));
      if (group.continues === true) settled |= config.decideWritable(d + 1, -1);
    }
    const hardwired = config.isHardwired[d]! & group.mask & ~writable;
    if (hardwired !== 0) settled |= config.decideHardwired(d, mustBeHardwired(group, hardwired, writable));
  }
  return settled !== 0;
}

function mustBeWritable(group: BitGroup, writable: number): number {
  if (group.kind === 'uniform') return group.mask;
  return group.mask & ~((writable & -writable) - 1);
}

function mustBeHardwired(group: BitGroup, hardwired: number, writable: number): number {
  if (group.kind === 'uniform') return writable === 0 ? group.mask : 0;
  const highest = 31 - Math.clz32(hardwired);
  const below = highest === 31 ? -1 : (1 << (highest + 1)) - 1;
  return group.mask & below & ~writable;
}
