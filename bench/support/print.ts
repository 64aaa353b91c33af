/** Plain text for terminals and logs. */

import { table } from '../../src/report/table.ts';

export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** A table under its title; all columns but the first are numbers unless named in `left`. */
export function printTable(title: string, rows: readonly (readonly string[])[], left: readonly number[] = [0]): void {
  const columns = (rows[0] ?? []).map((_, column) => column);
  print();
  print(title);
  for (const line of table(rows, new Set(columns.filter((column) => !left.includes(column))))) print(`  ${line}`);
}

/** `83.4`, or `-` for a share of nothing. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : ((100 * part) / whole).toFixed(1);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
