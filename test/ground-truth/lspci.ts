/** The decoded part of `state --lspci` against the guest's `lspci -vvv`, and the guest's resource trees. */

import { formatBdf } from '../../src/access/bdf.ts';
import { baseOf, bridgeView } from '../../src/model/bridge-view.ts';
import { bdfOf, Collector, hex } from './scenario.ts';
import type { Comparison, Scenario } from './scenario.ts';

/** Labels of what an operating system knows, not the function. */
const NOT_OF_THE_FUNCTION = new Set([
  'Kernel driver in use',
  'Kernel modules',
  'IOMMU group',
  'Physical Slot',
  'NUMA node',
  'DeviceName',
]);

/** Values by function and field; the field is `capability/label`. */
export function parseDecoded(text: string): Map<number, Map<string, string>> {
  const functions = new Map<number, Map<string, string>>();
  let fields = new Map<string, string>();
  let section = '';
  let last = '';
  const put = (label: string, value: string): void => {
    let key = `${section}/${label}`;
    for (let again = 2; fields.has(key); again++) key = `${section}/${label} ${again}`;
    fields.set(key, normalised(label, value));
    last = key;
  };
  for (const line of text.split('\n')) {
    const head = /^([0-9a-f:]+\.[0-7]) (.*)$/.exec(line);
    if (head !== null) {
      functions.set(bdfOf(head[1] as string), (fields = new Map()));
      section = '';
      put('function', head[2] as string);
      continue;
    }
    const capability = /^\tCapabilities: (\[[^\]]+\]) (.*)$/.exec(line);
    if (capability !== null) {
      section = capability[1] as string;
      put('capability', capability[2] as string);
      continue;
    }
    const region = /^\t(Region \d|Expansion ROM)(?::| at) (.*)$/.exec(line);
    const labelled = region ?? /^\t\t?([A-Z][\w/ ]*?):\s+(.*)$/.exec(line);
    if (labelled !== null) {
      if (/^\t[^\t]/.test(line)) section = '';
      put(labelled[1] as string, labelled[2] as string);
    } else if (line.startsWith('\t') && last !== '') {
      fields.set(last, `${fields.get(last)} ${line.trim()}`);
    }
  }
  return functions;
}

/** Takes away names out of a database, and other ways to write the same. */
function normalised(label: string, value: string): string {
  if (label === 'function') {
    // Class, ids, revision and programming interface.
    return value
      .replace(/\]: .*\[([0-9a-f?]{4}:[0-9a-f?]{4})\]/, ']: [$1]')
      .replace(/(prog-if [0-9a-f?]{2}) \[.*\]\)/, '$1)');
  }
  if (label === 'Subsystem' || value.startsWith('Subsystem: ')) return value.replace(/(Subsystem: )?.*\[/, '$1[');
  if (label.endsWith('behind bridge')) return value.replace(/\b0+(?=[0-9a-f]{8})/g, '');
  return value;
}

export function compareDecoded(scenario: Scenario): Comparison {
  const out = new Collector();
  const guest = scenario.text('lspci-vvv.txt');
  if (guest === undefined) return out;
  const mine = parseDecoded(scenario.lspci);
  for (const [bdf, fields] of parseDecoded(guest)) {
    const known = mine.get(bdf);
    if (known === undefined) {
      out.differ(`${formatBdf(bdf)}: not in the model`);
      continue;
    }
    for (const [key, value] of fields) {
      if (NOT_OF_THE_FUNCTION.has(key.slice(key.indexOf('/') + 1))) continue;
      const shown = known.get(key);
      if (shown === undefined) out.differ(`${formatBdf(bdf)} ${key}: only in lspci: ${value}`);
      else compareWords(out, `${formatBdf(bdf)} ${key}`, shown, value);
    }
    for (const [key, value] of known)
      if (!fields.has(key)) out.differ(`${formatBdf(bdf)} ${key}: only in state: ${value}`);
  }
  return out;
}

/** Word by word; a word with a `?` that lspci does not have is one that is not known. */
function compareWords(out: Collector, where: string, shown: string, value: string): void {
  const mine = shown.split(/\s+/);
  const theirs = value.split(/\s+/);
  out.count('fields');
  if (shown === '?') return;
  if (mine.length !== theirs.length) {
    out.differ(`${where}: state says ${shown}; lspci says ${value}`);
    return;
  }
  mine.forEach((word, index) => {
    const other = theirs[index] as string;
    if (word.includes('?') && word !== other) return;
    out.count('words');
    if (word !== other) out.differ(`${where}: state says ${shown}; lspci says ${value}`);
  });
}

/** BARs and bus windows in the guest's /proc/iomem and /proc/ioports. */
export function compareResources(scenario: Scenario): Comparison {
  const out = new Collector();
  for (const file of ['iomem.txt', 'ioports.txt']) {
    const space = file === 'iomem.txt' ? 'memory' : 'io';
    for (const line of (scenario.text(file) ?? '').split('\n')) {
      const resource = /^ *([0-9a-f]+)-([0-9a-f]+) : (0000:[0-9a-f:]+\.[0-7]|PCI Bus 0000:[0-9a-f]{2})$/.exec(line);
      if (resource === null) continue;
      const [from, to] = [resource[1], resource[2]].map((end) => BigInt(`0x${end}`)) as [bigint, bigint];
      const name = resource[3] as string;
      const range = `${hex(from)}-${hex(to)}`;
      if (name.startsWith('PCI Bus'))
        compareWindow(out, scenario, space, Number.parseInt(name.slice(-2), 16), from, to);
      else {
        const f = scenario.functions.get(bdfOf(name));
        out.count('BARs');
        const found = f?.regions.some((region) => {
          const base = baseOf(region);
          if (region.space !== space || base === undefined) return false;
          return base === from && base + (1n << BigInt(region.exponent)) - 1n === to;
        });
        if (found !== true) out.differ(`${file} ${name} ${range}: no region of the model`);
      }
    }
  }
  return out;
}

function compareWindow(out: Collector, scenario: Scenario, space: string, bus: number, from: bigint, to: bigint): void {
  const bridge = [...scenario.functions.values()].map(bridgeView).find((one) => one?.secondary === bus);
  // A root bus has windows of the host bridge, which are no registers of PCI.
  if (bridge === undefined) return;
  out.count('windows');
  const windows = space === 'io' ? [bridge.io] : [bridge.memory, bridge.prefetchable];
  const found = windows.some((one) => typeof one === 'object' && one.open && one.base === from && one.limit === to);
  if (!found) out.differ(`bus ${hex(bus)} ${space} ${hex(from)}-${hex(to)}: no window of the model`);
}
