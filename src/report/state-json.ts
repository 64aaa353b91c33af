import { inertJson } from '../core/inert-text.ts';
import { formatBdf } from '../access/bdf.ts';
import type { TraceState } from '../check/trace-state.ts';
import type { CellsSnapshot, FunctionSnapshot } from '../model/snapshot.ts';
import { capabilityName, extendedCapabilityName } from '../spec/capabilities.ts';
import { baseOf, bridgeView } from '../model/bridge-view.ts';
import type { BridgeView, WindowView } from '../model/bridge-view.ts';
import { msiView, regionName, vectorViews } from './function-view.ts';
import type { MsiView } from './function-view.ts';

/** Version of the document. It changes when a field goes or changes its meaning; fields may be added. */
const STATE_SCHEMA = 'barometer.state/1';

/**
 * The state as one JSON document with two blanks of indent and a newline at the end. The order of keys is fixed. Addresses
 * and register values are hexadecimal text, counts and offsets are numbers, `null` is what is not known.
 */
export function stateJson(state: TraceState): string {
  const { name, format, profile, steps, more, complete, problems, problemCount } = state;
  const document = {
    schema: STATE_SCHEMA,
    trace: name,
    format,
    profile: profile ?? null,
    index: steps,
    end: !more,
    complete,
    problems,
    problemCount,
    functions: state.snapshot.functions.map(functionDocument),
  };
  return inertJson(document);
}

function functionDocument(f: FunctionSnapshot): object {
  return {
    function: formatBdf(f.bdf),
    vendor: hex(f.vendor < 0 ? undefined : f.vendor),
    device: hex(f.device < 0 ? undefined : f.device),
    classCode: hex(f.classCode < 0 ? undefined : f.classCode),
    headerType: f.headerType < 0 ? null : f.headerType,
    express: f.express ?? null,
    portType: f.portType < 0 ? null : f.portType,
    doubt: f.doubt === 'none' ? null : f.doubt,
    bridge: bridgeDocument(bridgeView(f)),
    regions: f.regions.map((region) => ({
      name: regionName(region.index),
      space: region.space ?? null,
      wide: region.wide,
      prefetchable: region.prefetchable,
      base: hex(baseOf(region)),
      size: region.exponent < 0 ? null : hex(1n << BigInt(region.exponent)),
      decode: region.decode,
      why: region.why === '' ? null : region.why,
    })),
    msi: msiDocument(msiView(f)),
    msix: msixDocument(f),
    capabilities: f.capabilities.map(({ id, offset }) => ({ id: hex(id), offset, name: capabilityName(id) })),
    extendedCapabilities: f.extended.map(({ id, offset }) => {
      return { id: hex(id), offset, name: extendedCapabilityName(id) };
    }),
    config: cellsDocument(f.config),
    below: f.below.map(functionDocument),
  };
}

function hex(value: number | bigint | undefined): string | null {
  return value === undefined ? null : `0x${value.toString(16)}`;
}

function bridgeDocument(bridge: BridgeView | undefined): object | null {
  if (bridge === undefined) return null;
  const { primary, secondary, subordinate, io, memory, prefetchable } = bridge;
  return {
    primary: primary ?? null,
    secondary: secondary ?? null,
    subordinate: subordinate ?? null,
    io: windowDocument(io),
    memory: windowDocument(memory),
    prefetchable: windowDocument(prefetchable),
  };
}

/** A string only where the bridge has no such window: `none`. */
function windowDocument(window: WindowView | 'none' | undefined): object | string | null {
  if (window === undefined) return null;
  if (window === 'none') return 'none';
  return { base: hex(window.base), limit: hex(window.limit), open: window.open };
}

function msiDocument(msi: MsiView | undefined): object | null {
  if (msi === undefined) return null;
  return {
    offset: msi.offset,
    enabled: msi.enabled ?? null,
    offered: msi.offered ?? null,
    vectors: msi.vectors ?? null,
    address: hex(msi.address),
    data: hex(msi.data),
    maskable: msi.maskable ?? null,
    mask: hex(msi.mask),
  };
}

function msixDocument(f: FunctionSnapshot): object | null {
  const { msix } = f;
  if (msix === undefined) return null;
  return {
    offset: msix.offset,
    enabled: msix.enabled ?? null,
    functionMask: msix.functionMask ?? null,
    table: { bar: msix.bar, offset: msix.tableOffset },
    pending:
      msix.pendingBar === undefined || msix.pendingOffset === undefined
        ? null
        : { bar: msix.pendingBar, offset: msix.pendingOffset },
    vectors: vectorViews(f).map(({ address, data, masked }) => ({
      address: hex(address),
      data: hex(data),
      masked: masked ?? null,
    })),
  };
}

/** Bytes in the order of their offsets, two digits each: values, bits that are known, bits as they were last read. */
function cellsDocument(cells: CellsSnapshot): object {
  const { value, known, seen } = cells;
  return {
    value: bytes(value.map((bits, d) => bits & (known[d]! | seen[d]!))),
    known: bytes(known),
    read: bytes(seen),
  };
}

function bytes(dwords: Int32Array): string {
  const buffer = Buffer.alloc(4 * dwords.length);
  for (const [d, value] of dwords.entries()) buffer.writeInt32LE(value, 4 * d);
  return buffer.toString('hex');
}
