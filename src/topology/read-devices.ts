import { readFile } from 'node:fs/promises';
import { describeSystemError } from '../core/system-error.ts';
import { YamlText } from '../core/yaml-text.ts';
import { ROM } from './device-tree.ts';
import type { Bar, BridgePart, DeviceTree, TreeFunction } from './device-tree.ts';
import type { BridgeText, DeviceText, DeviceTreeText } from './device-tree-schema.ts';

/** Everything that is wrong with a file of devices at once, one `file:line:column: sentence` each. */
export class DevicesError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'DevicesError';
    this.problems = problems;
  }
}

const BYTES_AT_MOST = 4 << 20;
/** The time that a plan takes grows faster than the tree. */
const FUNCTIONS_AT_MOST = 4096;

/** Reads a device tree: YAML, or the JSON of a saved topology. Throws a DevicesError that names every problem. */
export async function readDevices(path: string, name: string = path): Promise<DeviceTree> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new DevicesError([`${name}: ${describeSystemError(error)}`]);
  }
  if (bytes.length > BYTES_AT_MOST)
    throw new DevicesError([`${name}: this is too large for a list of devices (4 MiB at most).`]);
  if (bytes.includes(0))
    throw new DevicesError([`${name}: this is a binary file, not a list of devices in YAML or JSON.`]);
  return parseDevices(bytes.toString('utf8'), name);
}

/** Reads the text of a device tree. Throws a DevicesError that names every problem. */
export async function parseDevices(text: string, name: string): Promise<DeviceTree> {
  const yaml = YamlText.parse(text, name);
  if (!(yaml instanceof YamlText)) throw new DevicesError(yaml.problems);
  if (yaml.value === null || yaml.value === undefined)
    throw new DevicesError([`${name}:1:1: the file is empty; a list 'devices' is expected.`]);
  const { deviceTreeSchema, keysAt } = await import('./device-tree-schema.ts');
  const parsed = deviceTreeSchema.safeParse(yaml.value);
  const issues = [...(parsed.error?.issues ?? []), ...repeatedNames(yaml.value)];
  if (!parsed.success || issues.length > 0) throw new DevicesError(yaml.problems(issues, keysAt));
  return treeOf(parsed.data);
}

/** Names that stand at more than one place, which plans could not tell apart; also of a text with other problems. */
function repeatedNames(value: unknown): { path: PropertyKey[]; message: string }[] {
  let count = 0;
  const seen = new Set<string>();
  const found: { path: PropertyKey[]; message: string }[] = [];
  const visit = (holder: unknown, path: PropertyKey[]): void => {
    const list = property(holder, 'devices');
    if (!Array.isArray(list)) return;
    for (const [index, device] of list.entries()) {
      const here = [...path, 'devices', index];
      const name = property(device, 'name');
      if (++count === FUNCTIONS_AT_MOST + 1)
        found.push({ path: here, message: `there are more than ${FUNCTIONS_AT_MOST} functions, which is the most` });
      if (typeof name === 'string') {
        if (seen.has(name)) found.push({ path: [...here, 'name'], message: `there is another device called ${name}` });
        seen.add(name);
      }
      visit(property(device, 'bridge'), [...here, 'bridge']);
    }
  };
  visit(value, []);
  return found;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function treeOf({ machine, devices }: DeviceTreeText): DeviceTree {
  return {
    host: {
      io: machine?.io ?? [],
      mem32: machine?.mem32 ?? [],
      mem64: machine?.mem64 ?? [],
      ram: machine?.ram ?? [],
      reserved: machine?.reserved ?? [],
      ecam: machine?.ecam ?? [],
      platformPorts: machine?.cam !== false,
    },
    functions: devices.map((device) => functionOf(device, true)),
  };
}

function functionOf(device: DeviceText, onExpress: boolean): TreeFunction {
  const express = device.express ?? onExpress;
  const f = {
    name: device.name,
    classCode: device.class === undefined ? -1 : Number(device.class & 0xffffffn),
    express,
    segment: 0,
    bars: barsOf(device),
  };
  return device.bridge === undefined ? f : { ...f, bridge: bridgeOf(device.bridge, express) };
}

function barsOf({ bars = {}, rom }: DeviceText): Bar[] {
  const list = Object.entries(bars).map(([index, { kind, size, prefetchable, address }]): Bar => {
    const fixed = address === undefined ? {} : { fixed: address };
    return { index: Number(index), kind, prefetchable: prefetchable ?? false, size, ...fixed };
  });
  if (rom === undefined) return list;
  const fixed = rom.address === undefined ? {} : { fixed: rom.address };
  return [...list, { index: ROM, kind: 'mem32', prefetchable: false, size: rom.size, ...fixed }];
}

function bridgeOf(bridge: BridgeText, express: boolean): BridgePart {
  const reserve = typeof bridge.hotplug === 'object' ? bridge.hotplug : {};
  const onExpress = bridge.bus === undefined ? express : bridge.bus === 'express';
  return {
    ioBits: bridge.io ?? 32,
    prefetchableBits: bridge.prefetchable ?? 64,
    hotPlug: bridge.hotplug !== undefined && bridge.hotplug !== false,
    subtractive: bridge.subtractive ?? false,
    reserve: {
      io: reserve.io ?? 0n,
      memory: reserve.memory ?? 0n,
      prefetchable: reserve.prefetchable ?? 0n,
      buses: reserve.buses ?? 0,
    },
    children: (bridge.devices ?? []).map((device) => functionOf(device, onExpress)),
  };
}
