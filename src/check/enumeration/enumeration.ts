/** What a target shows to an operating system that starts on it: functions, resources, registers. */

import { formatBdf } from '../../access/bdf.ts';
import type { Target } from '../../access/target.ts';
import type { FunctionSnapshot, ModelSnapshot } from '../../model/snapshot.ts';
import { configurationOf } from '../../topology/mechanism.ts';
import { ROM_INDEX } from '../../topology/topology.ts';
import type { Bar, Topology, TopologyFunction, Window } from '../../topology/topology.ts';
import { Lockstep } from '../lockstep/lockstep.ts';
import { Tally } from '../lockstep/tally.ts';
import type { TrialOptions } from '../lockstep/trial.ts';
import type { Divergence } from '../../model/verdict.ts';
import type { Finding } from '../finding.ts';
import type { Profile } from '../profile.ts';
import { ENUMERATION_SCHEMA } from './schema.ts';
import type { Enumeration, SeenBar, SeenFunction } from './schema.ts';

export interface Enumerated {
  enumeration: Enumeration;
  snapshot: ModelSnapshot;
  /** What did not fit or made no sense, a sentence each. */
  remarks: readonly string[];
  /** Rules that the target has broken already, and the profile does not know. */
  findings: readonly Finding[];
  /** Accesses that it took. */
  accesses: number;
}

/** Bytes of configuration space of a conventional function, and of one with extended capabilities. */
const CONVENTIONAL = 0x100;
const EXTENDED = 0x1000;

/** Scans, sizes and places everything on a fresh target, reads all registers, and ends the target. */
export function enumerateTarget(options: TrialOptions, profile?: Profile): Enumerated {
  const { choices, skip } = options;
  const tally = new Tally(profile);
  const findings: Finding[] = [];
  const tell = (divergence: Divergence): void => {
    const { finding, isNew } = tally.divergence(divergence);
    if (isNew && !finding.known) findings.push(finding);
  };
  const target: Target = options.open();
  try {
    const lockstep = new Lockstep(target, { choices, skip, divergence: tell });
    const { topology } = lockstep;
    const port = configurationOf(lockstep, lockstep.machine);
    for (const f of topology.functions) {
      const end = f.extended.length > 0 ? EXTENDED : CONVENTIONAL;
      for (let offset = 0; offset < end; offset += 4) port.read(f.bdf, offset, 4);
    }
    lockstep.finish();
    const snapshot = lockstep.model.snapshot();
    return {
      enumeration: enumerationOf(topology, snapshot),
      snapshot,
      remarks: topology.remarks,
      findings,
      accesses: lockstep.accesses,
    };
  } finally {
    target.close?.();
  }
}

function enumerationOf({ functions }: Topology, snapshot: ModelSnapshot): Enumeration {
  const known = new Map<number, FunctionSnapshot>();
  const collect = (list: readonly FunctionSnapshot[]): void => {
    for (const f of list) {
      known.set(f.bdf, f);
      collect(f.below);
    }
  };
  collect(snapshot.functions);
  return { schema: ENUMERATION_SCHEMA, functions: functions.map((f) => seen(f, functions, known.get(f.bdf))) };
}

function seen(
  f: TopologyFunction,
  all: readonly TopologyFunction[],
  snapshot: FunctionSnapshot | undefined,
): SeenFunction {
  const { bridge } = f;
  return {
    function: formatBdf(f.bdf),
    below: f.parent < 0 ? null : formatBdf(all[f.parent]!.bdf),
    vendor: hex(f.vendor, 4),
    device: hex(f.device, 4),
    class: hex(f.classCode, 6),
    bars: f.bars.map(seenBar),
    ...(bridge === undefined
      ? {}
      : {
          buses: `${bridge.secondary.toString(16)}-${bridge.subordinate.toString(16)}`,
          windows: {
            io: seenWindow(bridge.io),
            memory: seenWindow(bridge.memory),
            prefetchable: seenWindow(bridge.prefetchable),
          },
        }),
    capabilities: f.capabilities.map(({ id, offset }) => ({ id: hex(id, 2), offset: hex(offset, 2) })),
    extended: f.extended.map(({ id, offset }) => ({ id: hex(id, 4), offset: hex(offset, 3) })),
    registers: snapshot === undefined ? {} : registersOf(snapshot),
    open: snapshot === undefined ? ['0x000-0xfff'] : openOf(snapshot),
  };
}

function seenBar({ index, kind, prefetchable, exponent, address, assigned }: Bar): SeenBar {
  return {
    bar: index === ROM_INDEX ? 'ROM' : `BAR ${index}`,
    kind,
    prefetchable,
    size: `0x${(1n << BigInt(exponent)).toString(16)}`,
    address: assigned ? `0x${address.toString(16)}` : null,
  };
}

function seenWindow(window: Window): string | null {
  return window === undefined ? null : `0x${window.base.toString(16)}-0x${window.last.toString(16)}`;
}

/** Dwords by offset; what may change by itself is left out by a mask, and so are dwords that are 0 as a whole. */
function registersOf({ config }: FunctionSnapshot): Record<string, string> {
  const registers: Record<string, string> = {};
  for (const [d, known] of config.known.entries()) {
    const value = config.value[d]! & known;
    if (known === 0 || (known === -1 && value === 0)) continue;
    registers[hex(d * 4, 3)] = `${hex(value >>> 0, 8)}${known === -1 ? '' : ` & ${hex(known >>> 0, 8)}`}`;
  }
  return registers;
}

/** Dwords of which nothing is known that may not change, as ranges of offsets. */
function openOf({ config }: FunctionSnapshot): string[] {
  const ranges: string[] = [];
  for (let d = 0; d < config.known.length; d++) {
    const first = d;
    while (config.known[d] === 0) d++;
    if (d > first) ranges.push(`${hex(first * 4, 3)}-${hex(d * 4 - 1, 3)}`);
  }
  return ranges;
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}
