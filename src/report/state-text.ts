import { formatBdf } from '../access/bdf.ts';
import type { TraceState } from '../check/trace-state.ts';
import { inertLine } from '../core/inert-text.ts';
import type { FunctionSnapshot, RegionSnapshot } from '../model/snapshot.ts';
import { capabilityName, extendedCapabilityName } from '../spec/capabilities.ts';
import { className } from './class-names.ts';
import { baseOf, bridgeView } from '../model/bridge-view.ts';
import type { BridgeView, WindowView } from '../model/bridge-view.ts';
import { flatten, hexByte, msiView, regionName, scaled, vectorViews } from './function-view.ts';
import type { MsiView, VectorView } from './function-view.ts';
import { KnownBits } from '../model/known-bits.ts';
import type { Paint } from './paint.ts';
import { PORT_TYPES } from './port-types.ts';
import { table } from './table.ts';
import { COLUMNS, groupDigits, plural, wrap } from './wrap.ts';

/** What a reason of the model means, for a region of a space. */
const WHY: Readonly<Record<string, string>> = {
  absent: 'the function, or a bridge above, does not answer',
  unpowered: 'its slot has no power',
  'rom enable': 'Expansion ROM Enable is 0',
  'power state': 'not in D0',
  'window closed': 'the window of the bridge above is closed',
  window: 'outside the window of the bridge above',
  'outer window': 'outside the window of a bridge further up',
  'address zero': 'at address zero',
  'top of the address space': 'at the top of the address space',
  'no address': 'it has no address',
};

/** How far what is below a bridge is set in, up to a bound; and the rows of a function. */
const STEP = 4;
const DEEPEST = 8 * STEP;
const BODY = 9;
/** Further lines of a row. */
const HANGING = 2;

/** Runs of entries of an MSI-X table that are shown; tables may have 2048 entries. */
const RUNS_AT_MOST = 16;

/** The functions as they hang below bridges, with what decides where they answer and how they interrupt. */
export function stateText(state: TraceState, paint: Paint): string {
  const { functions } = state.snapshot;
  const all = flatten(functions);
  const when = state.more
    ? `before access or event ${state.steps}`
    : `at the end, after ${plural(state.steps, 'access or event', 'accesses and events')}`;
  const lines = [
    ...headline(state.name, `${state.format}${state.profile === undefined ? '' : `, profile ${state.profile}`}`, paint),
    `State ${when}: ${plural(all.length, 'function')}.`,
  ];
  return treeText(lines, functions, paint);
}

/** What is shown, and a word on it: in one line, if they go into one. */
export function headline(name: string, words: string, paint: Paint): string[] {
  const [title, rest] = [inertLine(name), inertLine(words)];
  if (title.length + 2 + rest.length <= COLUMNS) return [`${paint('bold', title)}  ${paint('dim', rest)}`];
  return [paint('bold', title), ...wrap(rest, COLUMNS - HANGING).map((line) => `  ${paint('dim', line)}`)];
}

/** Functions as they hang below bridges, under some lines of heading. */
export function treeText(heading: readonly string[], functions: readonly FunctionSnapshot[], paint: Paint): string {
  const tree = functions.flatMap((f) => ['', ...functionLines(f, '', paint)]);
  return `${[...heading, ...tree].join('\n')}\n`;
}

function functionLines(f: FunctionSnapshot, indent: string, paint: Paint): string[] {
  const rows = [
    ...bridgeRows(bridgeView(f)),
    ...regionRows(f),
    ...msiRows(msiView(f)),
    ...msixRows(f),
    ...capabilityRows(f),
    ['config', knowledge(f)],
  ];
  const labels = Math.max(...rows.map(([label = '']) => label.length));
  const columns = COLUMNS - indent.length - BODY - labels - 2;
  const lines = rows.flatMap(([label = '', text = '']) =>
    hanging(text, columns).map((line, at) => [paint('dim', at === 0 ? label : ''), line]),
  );
  const below = indent.length < DEEPEST ? indent.length + STEP : DEEPEST;
  return [
    ...headOf(f, COLUMNS - indent.length, paint).map((line) => indent + line),
    ...table(lines).map((line) => `${indent}${' '.repeat(BODY)}${line}`),
    ...f.below.flatMap((lower) => ['', ...functionLines(lower, ' '.repeat(below), paint)]),
  ];
}

/** A text that goes into a line stays as it is, columns and all. */
function hanging(text: string, columns: number): string[] {
  if (text.length <= columns) return [text];
  return wrap(text, columns - HANGING).map((line, at) => (at === 0 ? line : ' '.repeat(HANGING) + line));
}

function headOf(f: FunctionSnapshot, columns: number, paint: Paint): string[] {
  const { vendor, device, classCode, portType, headerType } = f;
  const parts = [`${className(classCode)} [${hex(classCode, 6)}] ${hex(vendor, 4)}:${hex(device, 4)}`];
  const port = PORT_TYPES[portType];
  if (port !== undefined) parts.push(port);
  else if (f.express === true) parts.push('PCI Express');
  if (headerType < 0) parts.push('header type ?');
  const bdf = formatBdf(f.bdf);
  const [first = '', ...rest] = wrap(parts.join(', '), columns - bdf.length - 2);
  const lines = [`${paint('bold', bdf)}  ${first}`, ...rest.map((line) => ' '.repeat(BODY + HANGING) + line)];
  if (f.doubt !== 'none') lines.push(' '.repeat(BODY) + paint('yellow', `in doubt: ${f.doubt}`));
  return lines;
}

function hex(value: number, digits: number): string {
  return value < 0 ? '?' : value.toString(16).padStart(digits, '0');
}

function bridgeRows(bridge: BridgeView | undefined): string[][] {
  if (bridge === undefined) return [];
  const { primary, secondary, subordinate } = bridge;
  return [
    ['bus', `${hexByte(primary)} above, ${hexByte(secondary)} to ${hexByte(subordinate)} below`],
    ['window', `I/O           ${windowText(bridge.io)}`],
    ['', `memory        ${windowText(bridge.memory)}`],
    ['', `prefetchable  ${windowText(bridge.prefetchable)}`],
  ];
}

function windowText(window: WindowView | 'none' | undefined): string {
  if (window === undefined) return '?';
  if (window === 'none') return 'none';
  const { base, limit, open } = window;
  return open ? `${address(base)}-${address(limit)} (${sizeText(limit - base + 1n)})` : 'closed';
}

function address(value: bigint): string {
  return `0x${value.toString(16)}`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** In the largest unit that divides it. */
function sizeText(size: bigint): string {
  const { count, unit } = scaled(size, UNITS.length);
  return `${count} ${UNITS[unit]}`;
}

function regionRows(f: FunctionSnapshot): string[][] {
  const rows: string[][] = [];
  const untold: number[] = [];
  for (const region of f.regions) {
    if (region.exponent >= 0 || registerAddress(f, region) !== undefined) {
      rows.push([regionName(region.index), regionText(f, region)]);
    } else if (region.index < 6) untold.push(region.index);
    // A ROM register that nobody has looked at is not worth a line: most functions have none.
  }
  if (untold.length > 0) rows.push([untold.length === 1 ? 'BAR' : 'BARs', `${ranges(untold)} not known`]);
  return rows;
}

function regionText(f: FunctionSnapshot, region: RegionSnapshot): string {
  const base = baseOf(region) ?? registerAddress(f, region);
  const kind = region.space === 'io' ? 'I/O   ' : 'memory';
  const size = region.exponent < 0 ? 'size ?' : sizeText(1n << BigInt(region.exponent));
  const extras = [...(region.wide ? ['64-bit'] : []), ...(region.prefetchable ? ['prefetchable'] : [])];
  const shown = [base === undefined ? '?' : address(base), `(${[size, ...extras].join(', ')})`].join(' ');
  const why = whyText(f, region, base);
  return `${kind} ${shown} ${region.decode}${why === '' ? '' : `: ${why}`}`;
}

/** Address of a BAR whose size, and so whose range, is not known. */
function registerAddress(f: FunctionSnapshot, region: RegionSnapshot): bigint | undefined {
  if (region.space === undefined) return undefined;
  const bits = new KnownBits(f.config);
  const at = region.index === 6 ? (f.headerType === 1 ? 0x38 : 0x30) : 0x10 + 4 * region.index;
  const low = bits.dword(at);
  const high = region.wide ? bits.dword(at + 4) : 0;
  if (low === undefined || high === undefined) return undefined;
  const mask = region.index === 6 ? 0x7ffn : region.space === 'io' ? 3n : 15n;
  return (BigInt(high) << 32n) | (BigInt(low) & ~mask);
}

function whyText(f: FunctionSnapshot, region: RegionSnapshot, base: bigint | undefined): string {
  const enable = region.space === 'io' ? 'I/O Space Enable' : 'Memory Space Enable';
  switch (region.why) {
    case 'enable':
      return `${enable} is 0`;
    case 'bridge enable':
      return `${enable} of a bridge above is 0`;
    case '':
      break;
    default:
      return WHY[region.why] ?? region.why;
  }
  if (region.decode !== 'maybe') return '';
  if (region.exponent < 0) return 'its size is not known';
  if (base === undefined) return 'its address is not known';
  if (f.doubt !== 'none') return `the function is in doubt (${f.doubt})`;
  return new KnownBits(f.config).flag(4, region.space === 'io' ? 0 : 1) === undefined
    ? `${enable} is not known`
    : 'not certain';
}

/** `0-2, 5` for 0, 1, 2 and 5. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
}

function switched(value: boolean | undefined): string {
  return value === undefined ? '?' : value ? 'on' : 'off';
}

function msiRows(msi: MsiView | undefined): string[][] {
  if (msi === undefined) return [];
  const { enabled, offered, vectors, maskable, mask } = msi;
  const target = message(msi.address, msi.data);
  const masks =
    maskable === undefined
      ? ', mask ?'
      : maskable
        ? `, mask ${mask === undefined ? '?' : `0x${mask.toString(16)}`}`
        : '';
  return [['MSI', `${switched(enabled)}, ${vectors ?? '?'} of ${offered ?? '?'}, ${target}${masks}`]];
}

function message(to: bigint | undefined, data: number | undefined): string {
  return `${to === undefined ? '?' : address(to)} <- ${data === undefined ? '?' : `0x${data.toString(16)}`}`;
}

function msixRows(f: FunctionSnapshot): string[][] {
  const { msix } = f;
  if (msix === undefined) return [];
  const { enabled, functionMask, size, bar, tableOffset, pendingBar, pendingOffset } = msix;
  const pending =
    pendingBar === undefined || pendingOffset === undefined
      ? '?'
      : `BAR ${pendingBar} + 0x${pendingOffset.toString(16)}`;
  const mask = functionMask === false ? '' : functionMask === true ? ', function masked' : ', function mask ?';
  const head = `${switched(enabled)}${mask}, ${plural(size, 'vector')}`;
  const runs = vectorRuns(vectorViews(f));
  const shown = runs.slice(0, RUNS_AT_MOST).map(({ from, to, text }) => {
    return ['', `  ${(from === to ? String(from) : `${from}-${to}`).padEnd(7)} ${text}`];
  });
  const rest = runs.length - shown.length;
  return [
    ['MSI-X', `${head}, table at BAR ${bar} + 0x${tableOffset.toString(16)}`],
    ['', `pending bits at ${pending}`],
    ...shown,
    ...(rest > 0 ? [['', `  and ${groupDigits(size - (runs[RUNS_AT_MOST]?.from ?? 0))} more (--json has all)`]] : []),
  ];
}

/** Neighbours that say the same, together. */
function vectorRuns(vectors: readonly VectorView[]): { from: number; to: number; text: string }[] {
  const runs: { from: number; to: number; text: string }[] = [];
  for (const [vector, { address: to, data, masked }] of vectors.entries()) {
    const state = masked === undefined ? 'mask ?' : masked ? 'masked' : 'unmasked';
    const text = to === undefined && data === undefined ? `${state}, message ?` : `${state}, ${message(to, data)}`;
    const last = runs.at(-1);
    if (last?.text === text) last.to = vector;
    else runs.push({ from: vector, to: vector, text });
  }
  return runs;
}

/** How many bytes of configuration space are known; those beside were read last so, and may have changed since. */
function knowledge(f: FunctionSnapshot): string {
  const bits = new KnownBits(f.config);
  const { known, shown } = bits.count();
  const also = shown > known ? `, ${groupDigits(shown - known)} more as last read` : '';
  return `${groupDigits(known)} of ${groupDigits(bits.length)} bytes known${also}`;
}

function capabilityRows(f: FunctionSnapshot): string[][] {
  const list = [
    ...f.capabilities.map(({ offset, id }) => `${offset.toString(16)} ${capabilityName(id)}`),
    ...f.extended.map(({ offset, id }) => `${offset.toString(16)} ${extendedCapabilityName(id)}`),
  ];
  if (list.length === 0) return [];
  return [['lists', list.join(', ')]];
}
