/** Capability lists: well formed, without overlap, without doubles (CAP-001 to CAP-004, ECAP-001, ECAP-002, RBAR-001). */

import { barSize } from './base-address.ts';
import type { Report } from './checks.ts';
import type { FoundCapability, PciFunction } from '../function.ts';

/** Capabilities of which a function has one at most: PM, MSI, PCI Express, MSI-X. */
const SINGLE = new Set([0x01, 0x05, 0x10, 0x11]);
const RESIZABLE_BAR = 0x0015;

export function checkLists(f: PciFunction, report: Report): void {
  if (f.listFault !== undefined) {
    report({
      rule: 'CAP-001',
      key: f.listFault === 'low' ? 'leads into the header' : 'circle',
      register: 'Capability list',
      expected: 'pointers of 0x40 and above that lead to 0',
      actual: f.listFault === 'low' ? 'a pointer below 0x40' : 'a pointer to a capability that was in the list already',
      why: 'Following the list must come to its end.',
    });
  }
  const overlap = findOverlap(f.capabilities, 0x100);
  if (overlap !== undefined) {
    report({
      rule: 'CAP-002',
      key: 'overlap',
      register: 'Capability list',
      expected: 'capabilities that do not overlap and end before 0x100',
      actual: overlap,
      why: 'The bytes of a capability belong to it alone.',
    });
  }
  const seen = new Set<number>();
  for (const { id } of f.capabilities) {
    if (seen.has(id) && SINGLE.has(id)) {
      report({
        rule: 'CAP-004',
        key: `two capabilities ${id.toString(16).padStart(2, '0')}h`,
        register: 'Capability list',
        expected: 'this capability once at most',
        actual: `capability ${id.toString(16).padStart(2, '0')}h twice`,
        why: 'Software uses the first one that it finds.',
      });
    }
    seen.add(id);
  }
}

export function checkExtended(f: PciFunction, report: Report): void {
  const register = 'Extended capability list';
  if (f.extendedFault !== undefined) {
    report({
      rule: 'ECAP-001',
      key: f.extendedFault === 'low' ? 'leads below 0x100' : 'circle',
      register,
      expected: 'pointers of 0x100 and above that lead to 0',
      actual:
        f.extendedFault === 'low' ? 'a pointer below 0x100' : 'a pointer to a capability that was in the list already',
      why: 'Following the list must come to its end.',
    });
  }
  const overlap = findOverlap(f.extended, 0x1000);
  if (overlap !== undefined) {
    report({
      rule: 'ECAP-001',
      key: 'overlap',
      register,
      expected: 'capabilities that do not overlap and end before 0x1000',
      actual: overlap,
      why: 'The bytes of a capability belong to it alone.',
    });
  }
  const first = f.config.peek(0x100, 4);
  if (first !== undefined && (first & 0xffff) === 0 && first >>> 20 === 0 && first !== 0) {
    report({
      rule: 'ECAP-002',
      key: 'empty list with a version',
      register,
      expected: '0',
      actual: `0x${first.toString(16)}`,
      why: 'A function without extended capabilities shows id, version and pointer 0.',
    });
  }
  for (const { id, offset } of f.extended) if (id === RESIZABLE_BAR) checkResizable(f, offset, report);
}

/** Exponents of the sizes that the BAR may have after a write that may have been ignored (RBAR-004). */
export function checkResized(f: PciFunction, report: Report): void {
  for (const [bar, { bar: done, exponents }] of f.resizes) {
    const { exponent } = done === 'open' ? barSize(f, bar) : { exponent: -1 };
    if (exponent < 0 || exponents.length === 0 || exponents.includes(exponent)) continue;
    report({
      rule: 'RBAR-004',
      key: 'neither the old nor the new size',
      register: `BAR ${bar}`,
      expected: `a size of ${exponents.map((one) => `2^${one}`).join(' or ')} bytes`,
      actual: `2^${exponent} bytes`,
      why: 'BAR Size was written while memory decoding was on: the write is ignored or applied.',
    });
  }
}

function checkResizable(f: PciFunction, offset: number, report: Report): void {
  const sizes = f.config.peek(offset + 4, 4);
  const more = f.config.peek(offset + 10, 2);
  if (sizes === undefined || more === undefined || (sizes & ~0xf) !== 0 || more !== 0) return;
  report({
    rule: 'RBAR-001',
    key: 'no size',
    register: 'Resizable BAR Capability',
    expected: 'at least one size',
    actual: 'no size at all',
    why: 'Each entry offers at least one size.',
  });
}

/** Words for the first overlap, or undefined. Lengths that are not known for sure are lower bounds. */
function findOverlap(found: readonly FoundCapability[], end: number): string | undefined {
  const sorted = found.toSorted((one, other) => one.offset - other.offset);
  for (const [index, { offset, length, id }] of sorted.entries()) {
    const last = offset + Math.max(length, 2);
    const next = sorted[index + 1];
    const text = `capability ${id.toString(16).padStart(2, '0')}h at 0x${offset.toString(16)} with ${length} bytes`;
    if (next !== undefined && last > next.offset) return `${text} reaches into that at 0x${next.offset.toString(16)}`;
    if (last > end) return `${text} reaches beyond 0x${end.toString(16)}`;
  }
  return undefined;
}
