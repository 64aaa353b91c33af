/** Targets behind a wire by their names: `exec:COMMAND`, `unix:PATH`, `qemu:ARGS`. */

import type { Target } from '../../access/target.ts';
import { TargetError } from '../target-error.ts';
import { Link } from './link.ts';
import { PLACE } from '../qemu/devices.ts';
import { QemuTarget } from '../qemu/qemu-target.ts';
import { lastOfRam } from './qemu-machines.ts';
import { interruptsOfQemu, machineOfQemu, missingQemu, qemuCommand } from './qemu.ts';
import { placeEcam } from './q35.ts';
import { WireTarget } from './wire-target.ts';
import type { Way } from './way.ts';

export type WireKind = 'exec' | 'unix' | 'qemu';

/** Bytes that the name of a socket may have, on every system. */
const SOCKET_NAME_AT_MOST = 100;

/**
 * A factory of machines, each fresh: the process is started again, or the next connection is taken. One machine is open
 * at a time; opening the next one ends the one before. Throws a TargetError for what cannot be.
 */
export function openWire(kind: WireKind, rest: string, timeout: number): () => Target {
  const way = wayTo(kind, rest, timeout);
  // One thread serves all machines, one after the other.
  let link: Link | undefined;
  if (kind !== 'qemu') return () => new WireTarget((link ??= new Link(way)));
  const { drivers } = interruptsOfQemu(rest);
  const isPc = lastOfRam(qemuCommand(rest).binary, rest) > 0;
  return () => {
    link ??= new Link(way);
    if (drivers.length > 0) return new QemuTarget(link, drivers, PLACE);
    return new WireTarget(link, { ...(isPc ? { prepare: placeEcam } : {}), bulk: true });
  };
}

function wayTo(kind: WireKind, rest: string, timeout: number): Way {
  const name = `${kind}:${rest}`;
  switch (kind) {
    case 'exec':
      if (rest.trim() === '') throw new TargetError('exec: a command is expected after the colon.');
      return { name, command: rest, machine: [], timeout };
    case 'unix':
      if (rest === '') throw new TargetError('unix: the path of a socket is expected after the colon.');
      if (Buffer.byteLength(rest) > SOCKET_NAME_AT_MOST)
        throw new TargetError(`${name}: the path of a socket has at most ${SOCKET_NAME_AT_MOST} bytes.`);
      return { name, listen: rest, machine: [], timeout };
    case 'qemu': {
      const { binary, command } = qemuCommand(rest);
      const missing = missingQemu(binary, process.env['PATH'] ?? '');
      if (missing !== undefined) throw new TargetError(missing);
      return { name, command, listen: 'temporary', machine: machineOfQemu(rest), timeout };
    }
  }
}
