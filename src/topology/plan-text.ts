/** A plan for people: the tree with its addresses, as lspci and the windows of bridges are read. */

import { bytes, hex } from './bounds.ts';
import type { SpaceTotal } from './allocate.ts';
import { ROM } from './device-tree.ts';
import type { Assignment, Bar, DeviceTree, Placement, TreeFunction, WindowState } from './device-tree.ts';

/** Lines of a plan: one block a function, what is below a bridge indented. */
export function planText(tree: DeviceTree, assignment: Assignment, totals: readonly SpaceTotal[]): string {
  const lines: string[] = [];
  const visit = (functions: readonly TreeFunction[], depth: number): void => {
    for (const f of functions) {
      const rows = rowsOf(f, assignment.get(f.name));
      const indent = '  '.repeat(depth);
      lines.push(`${indent}${f.name}`, ...rows.map(([name, value]) => `${indent}    ${name.padEnd(12)}  ${value}`));
      visit(f.bridge?.children ?? [], depth + 1);
    }
  };
  visit(tree.functions, 0);
  return [...lines, '', ...totalLines(totals), ''].join('\n');
}

function rowsOf(f: TreeFunction, at: Placement | undefined): [string, string][] {
  const rows = f.bars.map((bar): [string, string] => {
    const address = at?.bars.get(bar.index);
    const where = address === undefined ? 'not placed' : hex(address);
    return [
      bar.index === ROM ? 'ROM' : `BAR ${bar.index}`,
      `${bar.kind === 'io' ? 'I/O' : 'memory'} ${where} (${traits(bar)})`,
    ];
  });
  if (at?.windows === undefined) return rows;
  const { buses, windows } = at;
  const number = (bus: number): string => bus.toString(16).padStart(2, '0');
  if (buses !== undefined) {
    const { primary, secondary, subordinate } = buses;
    rows.push(['bus', `${number(primary)} above, ${number(secondary)} to ${number(subordinate)} below`]);
  }
  rows.push(['I/O', windowText(windows.io)], ['memory', windowText(windows.memory)]);
  return [...rows, ['prefetchable', windowText(windows.prefetchable)]];
}

function traits({ kind, size, prefetchable, fixed }: Bar): string {
  const words = [bytes(size)];
  if (kind === 'mem64') words.push('64-bit');
  if (prefetchable) words.push('prefetchable');
  if (fixed !== undefined) words.push('fixed');
  return words.join(', ');
}

function windowText(window: WindowState): string {
  if (typeof window !== 'object') return window ?? 'not known';
  return `${hex(window.first)}-${hex(window.last)} (${bytes(window.last - window.first + 1n)})`;
}

function totalLines(totals: readonly SpaceTotal[]): string[] {
  const rows = totals.map(({ name, used, least, room }) => [
    name,
    bytes(used),
    bytes(least),
    bytes(used - least),
    bytes(room),
  ]);
  const all = [['', 'used', 'lower bound', 'slack', 'apertures'], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) => {
    return row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ');
  });
}
