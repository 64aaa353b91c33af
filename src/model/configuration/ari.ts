/** ARI forwarding of a port: only with it requests for device numbers other than 0 go down the link (RTE-010; PCIe 6.13). */

import { ABSENT } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import { formatBits } from '../text.ts';
import type { MachineState } from '../state.ts';

const ARI = 0x000e;
/** Device Control 2, and ARI Forwarding Enable in it. */
const CONTROL = 0x28;
const FORWARDING = 5;

/** The port that decides whether requests for the number go down the link, with what it can; undefined: none does. */
function portAbove(bus: Bus, deviceFunction: number): { port: PciFunction; capable: 0 | 1 | -1 } | undefined {
  const port = bus.owner;
  if (deviceFunction < 8 || port === undefined || bus.spillOf !== undefined) return undefined;
  if ((port.portType !== 4 && port.portType !== 6) || !hasControl(port)) return undefined;
  return { port, capable: port.config.bit(port.expressAt + 0x24, FORWARDING) };
}

/** Whether the port above the bus could forward such requests, and certainly does not. */
export function isRefused(bus: Bus, deviceFunction: number): boolean {
  const above = portAbove(bus, deviceFunction);
  if (above?.capable !== 1) return false;
  const { config, expressAt } = above.port;
  return config.bit(expressAt + CONTROL, FORWARDING) === 0;
}

/** Whether the port above may refuse requests for a function, which has shown the contrary by its last answer at best. */
export function mayBeRefused(f: PciFunction): boolean {
  const above = portAbove(f.bus, f.deviceFunction);
  if (above === undefined || above.capable === 0) return false;
  const { config, expressAt } = above.port;
  const forwards = config.bit(expressAt + CONTROL, FORWARDING);
  return forwards === 0 || (forwards < 0 && config.changedAt[(expressAt + CONTROL) >>> 2]! > f.answeredAt);
}

/** Whether the capability is long enough; that of version 1 may end before. */
function hasControl({ config, expressAt }: PciFunction): boolean {
  return expressAt > 0 && ((config.peek(expressAt + 2, 1) ?? 0) & 0xf) >= 2;
}

/** Whether forwarding was switched on again since the function last answered. */
export function forwardsAgain(f: PciFunction): boolean {
  const port = f.bus.owner;
  if (f.deviceFunction < 8 || port === undefined || !hasControl(port)) return false;
  const { config, expressAt } = port;
  return (
    config.bit(expressAt + CONTROL, FORWARDING) === 1 && config.changedAt[(expressAt + CONTROL) >>> 2]! > f.answeredAt
  );
}

/** Whether the device below the port is known to number its functions by ARI. */
export function isAriDevice(bus: Bus): boolean {
  const zero = bus.functions[0];
  return zero !== undefined && zero.presence !== ABSENT && zero.extended.some(({ id }) => id === ARI);
}

/** Judges an answer from a place that the port refuses. Returns whether it is dealt with. */
export function judgeRefused(
  state: MachineState,
  bus: Bus,
  deviceFunction: number,
  mask: number,
  data: number,
): boolean {
  const f = bus.functions[deviceFunction];
  // Of a device that is none by ARI the number itself is wrong (RTE-006).
  if ((f?.express !== true && !isAriDevice(bus)) || f?.reported.has('RTE-006') === true) return false;
  state.reporter.count('RTE-010');
  if (data === mask) {
    state.absentReads++;
    return true;
  }
  if (state.reporter.choice('ari_forwarding') === 'ignored') return false;
  const port = bus.owner;
  const key = `RTE-010 ${deviceFunction}`;
  if (port === undefined || port.reported.has(key)) return true;
  port.reported.add(key);
  state.reporter.diverge({
    rule: 'RTE-010',
    function: f ?? port,
    register: 'Device Control 2',
    shape: 'answers though ARI forwarding is off',
    expected: 'all ones',
    actual: formatBits(data, mask),
    explanation: 'Without ARI forwarding a port sends only requests for device 0 down its link.',
    excusedBy: 'ari_forwarding=ignored',
  });
  return true;
}
