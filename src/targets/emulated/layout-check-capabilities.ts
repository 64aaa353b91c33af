/** Legal sets of capabilities, and room for them in configuration space. */
import { entryDwords } from './enhanced-allocation.ts';
import { isPowerOfTwo } from './layout-check-bars.ts';
import type { Report } from './layout-check.ts';
import { hasLink, isBridge, isExpress, isExtended } from './layout.ts';
import type { CapabilityLayout, FunctionLayout } from './layout.ts';

/** Kinds that may stand in a function more than once. */
const REPEATABLE = new Set(['vendor', 'vendor-extended']);

export function checkCapabilities(fn: FunctionLayout, report: Report): void {
  const kinds = fn.capabilities.map((capability) => capability.kind);
  if (isExpress(fn.kind) !== kinds.includes('express')) {
    report(['kind'], isExpress(fn.kind) ? `${fn.kind} needs the capability express` : `${fn.kind} cannot be express`);
  }
  fn.capabilities.forEach((capability, index) => {
    const path = ['capabilities', index];
    if (kinds.indexOf(capability.kind) !== index && !REPEATABLE.has(capability.kind)) {
      report(path, `there can be one capability ${capability.kind} only`);
    }
    const problem = problemOf(fn, capability);
    if (problem !== undefined) report(path, problem);
  });
  checkRoom(fn, report);
  if (isExpress(fn.kind) && isBridge(fn.kind) && fn.windows.prefetchable === 32) {
    report(['windows'], 'the prefetchable window of a port has 64 bits, or there is none');
  }
}

function problemOf(fn: FunctionLayout, capability: CapabilityLayout): string | undefined {
  if (isExtended(capability) && !isExpress(fn.kind)) return `${capability.kind} needs extended configuration space`;
  switch (capability.kind) {
    case 'power':
      return isBridge(fn.kind) && !capability.noSoftReset
        ? 'a bridge keeps its state in D3hot: no-soft-reset'
        : undefined;
    case 'msi':
      if (!isPowerOfTwo(capability.vectors) || capability.vectors > 32) return 'MSI has 1, 2, 4, 8, 16 or 32 messages';
      return fn.kind === 'endpoint' && !capability.wide ? 'a PCI Express endpoint has 64-bit messages' : undefined;
    case 'express':
      return capability.flr && isBridge(fn.kind) ? 'function level reset is for endpoints' : undefined;
    case 'slot':
      return hasLink(fn.kind) ? undefined : 'only root ports and downstream ports have slots';
    case 'subsystem':
      return isBridge(fn.kind) ? undefined : 'the subsystem of this function is in its header';
    case 'vendor':
      return capability.length >= 4 && capability.length <= 64 ? undefined : 'a length from 4 to 64 is needed';
    case 'vendor-extended':
      return capability.length >= 12 && capability.length <= 256 && capability.length % 4 === 0
        ? undefined
        : 'a length from 12 to 256, a multiple of 4, is needed';
    case 'advanced-features':
      return isExpress(fn.kind) || isBridge(fn.kind) ? 'this is for conventional endpoints' : undefined;
    case 'sriov':
      return fn.kind === 'endpoint' || fn.kind === 'integrated' ? undefined : 'this is for endpoints';
    default:
      return undefined;
  }
}

/** Bytes that a structure takes. */
function lengthOf(fn: FunctionLayout, capability: CapabilityLayout): number {
  switch (capability.kind) {
    case 'power':
    case 'subsystem':
    case 'ari':
    case 'advanced-features':
      return 8;
    case 'msi':
      return (capability.wide ? 16 : 12) + (capability.maskable ? 8 : 0);
    case 'msix':
    case 'serial-number':
      return 12;
    case 'express':
      return 60;
    case 'slot':
      return 0;
    case 'vendor':
    case 'vendor-extended':
      return (capability.length + 3) & ~3;
    case 'enhanced-allocation':
      return 4 + 4 * capability.entries.reduce((sum, entry) => sum + entryDwords(entry), 0);
    case 'virtio':
      return 88;
    case 'aer':
      return fn.kind === 'root-port' ? 56 : 44;
    case 'resizable-bar':
      return 4 + 8 * capability.bars.length;
    case 'sriov':
      return 64;
  }
}

/** Structures stand in the order of the list, each after the one before it. */
function checkRoom(fn: FunctionLayout, report: Report): void {
  const ends = { low: 0x40, extended: 0x100 };
  fn.capabilities.forEach((capability, index) => {
    const space = isExtended(capability) ? 'extended' : 'low';
    const { at } = capability;
    const path = ['capabilities', index];
    if (at !== undefined) {
      if (at % 4 !== 0) report(path, 'a place in configuration space is a multiple of 4');
      if (at < ends[space])
        report(path, `0x${at.toString(16)} is not free: structures reach to 0x${ends[space].toString(16)}`);
      if (capability.kind === 'virtio') report(path, 'the five capabilities of virtio follow what is before them');
    }
    ends[space] = Math.max(at ?? ends[space], ends[space]) + lengthOf(fn, capability);
  });
  if (ends.low > 0x100)
    report(['capabilities'], `there is no room: capabilities would end at 0x${ends.low.toString(16)}`);
  if (ends.extended > 0x1000) report(['capabilities'], 'there is no room: extended capabilities would end above 0xfff');
}
