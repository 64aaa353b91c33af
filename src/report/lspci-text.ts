/**
 * The state in the form of `lspci -b -vvv -nn -xxxx`: what the registers say, not what an operating system made of it.
 * A `?` stands for what is not known.
 */

import { formatBdf } from '../access/bdf.ts';
import type { FunctionSnapshot, RegionSnapshot } from '../model/snapshot.ts';
import { className, NAMED_INTERFACE_0 } from './class-names.ts';
import { bridgeView } from '../model/bridge-view.ts';
import type { WindowView } from '../model/bridge-view.ts';
import { flatten, hexByte, scaled } from './function-view.ts';
import { KnownBits } from '../model/known-bits.ts';
import { capabilityLines } from './lspci-capabilities.ts';
import { registerLines } from './lspci-template.ts';

const SUBSYSTEM_IDS = 0x0d;

/** All functions in order of their addresses, each with its decoded registers and a dump, and an empty line behind. */
export function lspciText(functions: readonly FunctionSnapshot[]): string {
  const blocks = flatten(functions).map((f) => [...decodedLines(f), ...dumpLines(f), ''].join('\n'));
  return blocks.length === 0 ? '' : `${blocks.join('\n')}\n`;
}

/** What `lspci -vvv` would say. */
function decodedLines(f: FunctionSnapshot): string[] {
  const bits = new KnownBits(f.config);
  const lines = (register: number, label: string, templates: readonly string[]): string[] =>
    registerLines(bits, 0, register, label, templates);
  const isMaster = bits.flag(4, 2) === true;
  const fastBack = '66MHz{5} UDF{6} FastB2B{7} ParErr{8} DEVSEL={10:9 devsel} >TAbort{11} <TAbort{12} <MAbort{13}';
  return [
    heading(f, bits),
    ...subsystem(f, bits),
    ...lines(4, '\tControl: ', [
      'I/O{0} Mem{1} BusMaster{2} SpecCycle{3} MemWINV{4} VGASnoop{5} ParErr{6} Stepping{7} SERR{8} FastB2B{9} DisINTx{10}',
    ]),
    ...lines(6, '\tStatus: ', [`Cap{4} ${fastBack} >SERR{14} <PERR{15} INTx{3}`]),
    ...(isMaster ? [`\t${latency(f, bits)}`] : []),
    ...interrupt(bits),
    ...f.regions.filter(({ index }) => index < 6).flatMap((region) => regionLine(region, bits)),
    ...(f.headerType === 1 ? bridgeLines(f, bits) : []),
    ...f.regions.filter(({ index }) => index === 6).flatMap((region) => romLine(f, region, bits)),
    ...(f.headerType === 1 ? bridgeControl(bits) : []),
    ...capabilityLines(f, bits),
  ];
}

function heading(f: FunctionSnapshot, bits: KnownBits): string {
  const hex = (value: number, digits: number): string =>
    value < 0 ? '?'.repeat(digits) : value.toString(16).padStart(digits, '0');
  const { bdf, classCode, vendor, device } = f;
  const revision = bits.byte(8);
  const programming = bits.byte(9);
  return [
    `${formatBdf(bdf)} ${className(classCode)} [${hex(classCode < 0 ? -1 : classCode >>> 8, 4)}]:`,
    `[${hex(vendor, 4)}:${hex(device, 4)}]`,
    ...(revision === 0 ? [] : [`(rev ${hexByte(revision)})`]),
    ...(programming === 0 && !NAMED_INTERFACE_0.has(classCode >>> 8) ? [] : [`(prog-if ${hexByte(programming)})`]),
  ].join(' ');
}

/** In type 0 headers, or by a capability. */
function subsystem(f: FunctionSnapshot, bits: KnownBits): string[] {
  const at = f.headerType === 0 ? 0x2c : (f.capabilities.find(({ id }) => id === SUBSYSTEM_IDS)?.offset ?? -4) + 4;
  // A vendor of 0 says that there is none.
  if (at === 0 || bits.word(at) === 0) return [];
  return registerLines(bits, 0, at, '\tSubsystem: ', ['[{15:0 x4}:{31:16 x4}]']);
}

function latency(f: FunctionSnapshot, bits: KnownBits): string {
  const grant = f.headerType === 0 ? (bits.byte(0x3e) ?? 0) : 0;
  const wait = f.headerType === 0 ? (bits.byte(0x3f) ?? 0) : 0;
  const limits = [...(grant === 0 ? [] : [`${grant * 250}ns min`]), ...(wait === 0 ? [] : [`${wait * 250}ns max`])];
  const line = bits.byte(0x0c);
  return [
    `Latency: ${bits.byte(0x0d) ?? '?'}`,
    limits.length === 0 ? '' : ` (${limits.join(', ')})`,
    line === 0 ? '' : `, Cache Line Size: ${line === undefined ? '?' : line * 4} bytes`,
  ].join('');
}

function interrupt(bits: KnownBits): string[] {
  if (bits.byte(0x3c) === 0 && bits.byte(0x3d) === 0) return [];
  return registerLines(bits, 0, 0x3c, '\tInterrupt: ', ['pin {15:8 pin} routed to IRQ {7:0}']);
}

const SUFFIXES = ['', 'K', 'M', 'G', 'T', 'P', 'E'] as const;

function sizeText(size: bigint): string {
  const { count, unit } = scaled(size, SUFFIXES.length);
  return `[size=${count}${SUFFIXES[unit]}]`;
}

function regionSize(region: RegionSnapshot): string {
  return region.exponent < 0 ? '[size=?]' : sizeText(1n << BigInt(region.exponent));
}

function regionLine(region: RegionSnapshot, bits: KnownBits): string[] {
  const { index, space } = region;
  if (space === undefined) return [];
  const at = 0x10 + 4 * index;
  const enable = bits.flag(4, space === 'io' ? 0 : 1);
  const size = ` ${regionSize(region)}`;
  const disabled = enable === false ? ' [disabled]' : '';
  const low = bits.dword(at);
  if (space === 'io') {
    const place = low === undefined ? '????' : hexPlace(low & ~3, 4);
    return [`\tRegion ${index}: I/O ports at ${place}${disabled}${size}`];
  }
  const high = region.wide ? bits.dword(at + 4) : 0;
  const known = low !== undefined && high !== undefined;
  const place = known ? memoryPlace((BigInt(high) << 32n) | BigInt((low & ~15) >>> 0)) : '????????';
  const type = bits.bits(at, 2, 1);
  const kind = type === undefined ? '?' : (['32-bit', 'low-1M', '64-bit', 'type 3'][type] ?? '?');
  const prefetchable = `${region.prefetchable ? '' : 'non-'}prefetchable`;
  return [`\tRegion ${index}: Memory at ${place} (${kind}, ${prefetchable})${disabled}${size}`];
}

function hexPlace(value: number, digits: number): string {
  return value === 0 ? '<unassigned>' : (value >>> 0).toString(16).padStart(digits, '0');
}

function memoryPlace(value: bigint): string {
  return value === 0n ? '<unassigned>' : value.toString(16).padStart(8, '0');
}

function romLine(f: FunctionSnapshot, region: RegionSnapshot, bits: KnownBits): string[] {
  const at = f.headerType === 1 ? 0x38 : 0x30;
  const place = bits.bits(at, 31, 11);
  if (place === undefined && region.exponent < 0) return [];
  // As lspci does it: nothing is said of a ROM that is not there.
  if (place === 0 && region.exponent < 0) return [];
  const enabled = bits.flag(at, 0);
  const memory = bits.flag(4, 1);
  const disabled = enabled === false || memory === false ? ' [disabled]' : '';
  const shown = place === undefined ? '????????' : hexPlace(place << 11, 8);
  return [`\tExpansion ROM at ${shown}${disabled} ${regionSize(region)}`];
}

function bridgeLines(f: FunctionSnapshot, bits: KnownBits): string[] {
  const view = bridgeView(f);
  return [
    ...registerLines(bits, 0, 0x18, '\tBus: ', [
      'primary={7:0 x2}, secondary={15:8 x2}, subordinate={23:16 x2}, sec-latency={31:24}',
    ]),
    `\tI/O behind bridge: ${windowText(view?.io, 4)}`,
    `\tMemory behind bridge: ${windowText(view?.memory, 8)}`,
    `\tPrefetchable memory behind bridge: ${windowText(view?.prefetchable, 8)}`,
    ...registerLines(bits, 0, 0x1e, '\tSecondary status: ', [
      '66MHz{5} FastB2B{7} ParErr{8} DEVSEL={10:9 devsel} >TAbort{11} <TAbort{12} <MAbort{13} <SERR{14} <PERR{15}',
    ]),
  ];
}

function windowText(window: WindowView | 'none' | undefined, digits: number): string {
  if (window === undefined) return '?';
  if (window === 'none') return '[none]';
  const { base, limit, open, width } = window;
  const shown = width === 64 ? 16 : width === 32 && digits === 4 ? 8 : digits;
  const range = [base, limit].map((end) => end.toString(16).padStart(shown, '0')).join('-');
  return `${range} ${open ? sizeText(limit - base + 1n) : '[disabled]'} [${width}-bit]`;
}

function bridgeControl(bits: KnownBits): string[] {
  return registerLines(bits, 0, 0x3e, '\tBridgeCtl: ', [
    'Parity{0} SERR{1} NoISA{2} VGA{3} VGA16{4} MAbort{5} >Reset{6} FastB2B{7}',
    '\t\tPriDiscTmr{8} SecDiscTmr{9} DiscTmrStat{10} DiscTmrSERREn{11}',
  ]);
}

/** What `lspci -xxxx` would say. Above 100h, lines of which nothing is known are left out. */
function dumpLines(f: FunctionSnapshot): string[] {
  const bits = new KnownBits(f.config);
  const lines: string[] = [];
  for (let row = 0; row < bits.length; row += 16) {
    const bytes = Array.from({ length: 16 }, (_, column) => bits.byte(row + column));
    if (row >= 0x100 && bytes.every((byte) => byte === undefined)) continue;
    lines.push(`${hexByte(row)}: ${bytes.map(hexByte).join(' ')}`);
  }
  return lines;
}
