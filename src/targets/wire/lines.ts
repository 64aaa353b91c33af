/** The harness's side of the lines of the target protocol: accesses and commands out, answers and events in. */

import { MEMORY } from '../../access/access.ts';
import type { Access } from '../../access/access.ts';
import { formatBdf, parseBdf } from '../../access/bdf.ts';
import type { Event } from '../../access/event.ts';
import type { Command } from '../../access/target.ts';
import { formatHex, parseNumber } from '../../core/hex.ts';
import type { Pair } from '../../core/hex.ts';

/** Width in bytes to the letter that stands for it. */
const LETTERS = ['', 'b', 'w', '', 'l', '', '', '', 'q'];

/** Ports end here; what lies beyond is not asked of anybody. */
const LAST_PORT = 0xffff;

/**
 * The line of an access, with its end. `ports`: address below 4 GiB at which memory reaches port 0, if it does. Undefined:
 * no target can be asked, as the address is no port.
 */
export function accessLine(access: Access, ports?: number): string | undefined {
  const { write, addressLo, width } = access;
  const letter = LETTERS[width] ?? '';
  const value = write ? ` ${formatHex(width === 8 ? access.valueHi : 0, access.valueLo & maskOf(width))}` : '';
  if (access.space === MEMORY) {
    return `${write ? 'write' : 'read'}${letter} ${formatHex(access.addressHi, addressLo)}${value}\n`;
  }
  if (access.addressHi !== 0 || addressLo >>> 0 > LAST_PORT) return undefined;
  // What runs out of that window is no access of ports any more.
  if (ports !== undefined && (addressLo >>> 0) + width > LAST_PORT + 1) return undefined;
  if (ports !== undefined) return `${write ? 'write' : 'read'}${letter} ${formatHex(0, ports + addressLo)}${value}\n`;
  return `${write ? 'out' : 'in'}${letter} ${formatHex(0, addressLo)}${value}\n`;
}

function maskOf(width: number): number {
  return width >= 4 ? -1 : 2 ** (8 * width) - 1;
}

/** The line of a command, with its end. */
export function commandLine(command: Command): string {
  switch (command.kind) {
    case 'fire':
      return `fire ${formatBdf(command.bdf)} ${command.vector}\n`;
    case 'condition':
      return `intx ${formatBdf(command.bdf)} ${command.level}\n`;
    case 'plug':
    case 'unplug':
      return `${command.kind} ${formatBdf(command.bdf)}\n`;
    default:
      return `${command.kind}\n`;
  }
}

/** The word in `caps` by which a target says that it has a command. */
export function capabilityOf(command: Command): string {
  switch (command.kind) {
    case 'condition':
      return 'intx';
    case 'plug':
    case 'unplug':
      return 'unplug';
    case 'save':
    case 'restore':
      return 'snapshot';
    default:
      return command.kind;
  }
}

export function isEventLine(line: string): boolean {
  return line.startsWith('MSI ') || line.startsWith('IRQ ');
}

/** The event of an event line; undefined: it is malformed. */
export function parseEventLine(line: string): Event | undefined {
  const [kind, first = '', second = '', sender, ...rest] = line.split(' ');
  if (rest.length > 0) return undefined;
  if (kind === 'IRQ') {
    const input = parseNumber(second);
    if (sender !== undefined || (first !== 'raise' && first !== 'lower')) return undefined;
    if (input === undefined || input.hi !== 0 || input.lo < 0) return undefined;
    return { kind: 'line', input: input.lo, level: first === 'raise' ? 1 : 0 };
  }
  const address = parseNumber(first);
  const data = parseNumber(second);
  const bdf = sender === undefined ? undefined : parseBdf(sender);
  if (address === undefined || data === undefined || data.hi !== 0) return undefined;
  if (sender !== undefined && bdf === undefined) return undefined;
  return {
    kind: 'message',
    addressHi: address.hi,
    addressLo: address.lo,
    data: data.lo,
    dataMask: -1,
    ...(bdf === undefined ? {} : { bdf }),
  };
}

/** The value in `OK 0xV`; undefined: this is no such answer. */
export function valueIn(answer: string): Pair | undefined {
  return answer.startsWith('OK 0x') ? parseNumber(answer.slice(3).trimEnd()) : undefined;
}
