/** Identity, BARs, bus numbers and windows against QEMU's `query-pci`. */

import { formatBdf } from '../../src/access/bdf.ts';
import type { FunctionSnapshot } from '../../src/model/snapshot.ts';
import { baseOf, bridgeView } from '../../src/model/bridge-view.ts';
import type { WindowView } from '../../src/model/bridge-view.ts';
import { KnownBits } from '../../src/model/known-bits.ts';
import { Collector, hex } from './scenario.ts';
import type { Comparison, QueriedDevice, QueriedRegion, Scenario } from './scenario.ts';

export function compareQuery({ truth, functions }: Scenario): Comparison {
  const out = new Collector();
  const seen = new Set<number>();
  const walk = (devices: readonly QueriedDevice[]): void => {
    for (const device of devices) {
      const bdf = (device.bus << 8) | (device.slot << 3) | device.function;
      seen.add(bdf);
      const f = functions.get(bdf);
      if (f === undefined) out.differ(`${formatBdf(bdf)}: not in the model`);
      else compareDevice(out, f, device);
      walk(device.pci_bridge?.devices ?? []);
    }
  };
  for (const { devices } of truth['query-pci']) walk(devices);
  for (const bdf of functions.keys()) if (!seen.has(bdf)) out.differ(`${formatBdf(bdf)}: only in the model`);
  return out;
}

function compareDevice(out: Collector, f: FunctionSnapshot, device: QueriedDevice): void {
  const name = formatBdf(f.bdf);
  const bits = new KnownBits(f.config);
  const known = (value: number | undefined): string | undefined => (value === undefined ? undefined : hex(value));
  out.count('functions');
  const ids = `${hex(device.id.vendor)}:${hex(device.id.device)}`;
  out.compare(
    'identity',
    `${name} identity`,
    f.vendor < 0 || f.device < 0 ? undefined : `${hex(f.vendor)}:${hex(f.device)}`,
    ids,
  );
  out.compare('class', `${name} class`, known(bits.word(0x0a)), hex(device.class_info.class));
  const { subsystem, 'subsystem-vendor': vendor } = device.id;
  if (f.headerType === 0 && subsystem !== undefined && vendor !== undefined) {
    const value = ((subsystem << 16) | vendor) >>> 0;
    out.compare('subsystem', `${name} subsystem`, known(bits.dword(0x2c)), hex(value));
  }
  out.compare('interrupt pin', `${name} interrupt pin`, known(bits.byte(0x3d)), hex(device.irq_pin));
  if (device.irq !== undefined) {
    out.compare('interrupt line', `${name} interrupt line`, known(bits.byte(0x3c)), hex(device.irq));
  }
  compareRegions(out, f, device.regions);
  compareBridge(out, f, device);
}

function compareRegions(out: Collector, f: FunctionSnapshot, told: readonly QueriedRegion[]): void {
  const name = formatBdf(f.bdf);
  for (const region of f.regions) {
    const where = `${name} ${region.index === 6 ? 'ROM' : `BAR ${region.index}`}`;
    const real = told.find(({ bar }) => bar === region.index);
    if (real === undefined) {
      if (region.exponent >= 0) out.differ(`${where}: only in the model`);
      continue;
    }
    if (region.space !== undefined) {
      out.compare('BAR types', `${where} type`, typeOf(region), typeOf({ ...real, space: real.type }));
    }
    if (region.exponent < 0) continue;
    out.compare('BAR sizes', `${where} size`, hex(1n << BigInt(region.exponent)), hex(real.size));
    const base = baseOf(region);
    if (real.address >= 0) {
      out.compare('BAR addresses', `${where} address`, base === undefined ? undefined : hex(base), hex(real.address));
      if (region.decode === 'off' && isOwn(region.why))
        out.differ(`${where}: off (${region.why}), truth has it mapped`);
    } else if (region.decode === 'on') out.differ(`${where}: on, truth has it not mapped`);
    out.count('decode states');
  }
}

/** QEMU's `address` tells of the function's own registers alone, not of the bridges above. */
function isOwn(why: string): boolean {
  return !['bridge enable', 'window closed', 'window', 'outer window'].includes(why);
}

function typeOf(region: {
  space: 'io' | 'memory' | undefined;
  wide?: boolean;
  mem_type_64?: boolean;
  prefetchable?: boolean;
  prefetch?: boolean;
}): string {
  const wide = region.wide ?? region.mem_type_64 ?? false;
  const prefetchable = region.prefetchable ?? region.prefetch ?? false;
  return `${region.space}${wide ? ' 64-bit' : ''}${prefetchable ? ' prefetchable' : ''}`;
}

function compareBridge(out: Collector, f: FunctionSnapshot, device: QueriedDevice): void {
  const name = formatBdf(f.bdf);
  const bridge = bridgeView(f);
  const told = device.pci_bridge?.bus;
  if (bridge === undefined || told === undefined) {
    if ((bridge === undefined) !== (told === undefined) && f.headerType >= 0) out.differ(`${name}: bridge or not`);
    return;
  }
  const known = (value: number | undefined): string | undefined => (value === undefined ? undefined : hex(value));
  out.compare('bus numbers', `${name} primary`, known(bridge.primary), hex(told.number));
  out.compare('bus numbers', `${name} secondary`, known(bridge.secondary), hex(told.secondary));
  out.compare('bus numbers', `${name} subordinate`, known(bridge.subordinate), hex(told.subordinate));
  const range = (what: string, mine: WindowView | 'none' | undefined, real: { base: number; limit: number }): void => {
    if (mine === undefined || mine === 'none') return;
    out.compare(
      'windows',
      `${name} ${what}`,
      `${hex(mine.base)}-${hex(mine.limit)}`,
      `${hex(real.base)}-${hex(real.limit)}`,
    );
  };
  range('I/O window', bridge.io, told.io_range);
  range('memory window', bridge.memory, told.memory_range);
  range('prefetchable window', bridge.prefetchable, told.prefetchable_range);
}
