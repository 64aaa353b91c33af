/** Configuration space, bit by bit, and the hexadecimal dump of `state --lspci`. */

import { formatBdf } from '../../src/access/bdf.ts';
import { bdfOf, Collector, hex } from './scenario.ts';
import type { Comparison, Scenario } from './scenario.ts';
import { bitCount } from '../../src/core/bit-count.ts';

/** Known bits against QEMU's own configuration spaces; what was last read is compared apart. */
export function compareConfig({ truth, functions }: Scenario): Comparison {
  const out = new Collector();
  const told = new Map(Object.entries(truth.config ?? {}).map(([bdf, bytes]) => [bdfOf(bdf), bytes]));
  if (truth.config === undefined) return out;
  for (const bdf of functions.keys()) if (!told.has(bdf)) out.differ(`${formatBdf(bdf)}: only in the model`);
  for (const [bdf, text] of told) {
    const f = functions.get(bdf);
    if (f === undefined) {
      out.differ(`${formatBdf(bdf)}: not in the model`);
      continue;
    }
    out.count('functions');
    const bytes = Buffer.from(text, 'hex');
    const { value, known, seen } = f.config;
    for (let d = 0; d < Math.min(bytes.length >>> 2, value.length); d++) {
      const real = bytes.readInt32LE(4 * d);
      const readOnly = seen[d]! & ~known[d]!;
      out.count(d < 0x40 ? 'known bits below 0x100' : 'known bits above', bitCount(known[d]!));
      out.count('bits last read', bitCount(readOnly));
      const where = `${formatBdf(bdf)} ${hex(4 * d)}`;
      const wrong = (real ^ value[d]!) & known[d]!;
      if (wrong !== 0) out.differ(`${where}: known bits ${hex(wrong >>> 0)} are not those of truth`);
      const moved = (real ^ value[d]!) & readOnly;
      if (moved !== 0) out.differ(`${where}: bits last read ${hex(moved >>> 0)} have changed`);
    }
  }
  return out;
}

/** Bytes by function and offset from a dump; `??` is kept. */
function parseDump(text: string): Map<number, Map<number, string>> {
  const functions = new Map<number, Map<number, string>>();
  let bytes: Map<number, string> | undefined;
  for (const line of text.split('\n')) {
    const row = /^([0-9a-f]{2,3}): ((?:[0-9a-f?]{2} ?){16})$/.exec(line);
    if (row !== null) {
      const at = Number.parseInt(row[1] as string, 16);
      (row[2] as string)
        .trim()
        .split(' ')
        .forEach((byte, column) => bytes?.set(at + column, byte));
      continue;
    }
    const head = /^([0-9a-f:]+\.[0-7]) /.exec(line);
    if (head !== null) functions.set(bdfOf(head[1] as string), (bytes = new Map()));
  }
  return functions;
}

/** The dump of `state --lspci` against the guest's `lspci -xxxx`. */
export function compareDump(scenario: Scenario): Comparison {
  const out = new Collector();
  const guest = scenario.text('lspci-xxxx.txt');
  if (guest === undefined) return out;
  const mine = parseDump(scenario.lspci);
  const theirs = parseDump(guest);
  for (const bdf of mine.keys()) if (!theirs.has(bdf)) out.differ(`${formatBdf(bdf)}: only in the model`);
  for (const [bdf, bytes] of theirs) {
    const known = mine.get(bdf);
    if (known === undefined) {
      out.differ(`${formatBdf(bdf)}: not in the model`);
      continue;
    }
    for (const [offset, byte] of bytes) {
      const shown = known.get(offset);
      if (shown === undefined || shown === '??') continue;
      out.compare('bytes', `${formatBdf(bdf)} ${hex(offset)}`, shown, byte);
    }
  }
  return out;
}
