import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Access, CONFIG, MEMORY, PORT } from '../../src/access/access.ts';
import { emptyMachine } from '../../src/access/machine.ts';
import { readTrace } from '../../src/trace/index.ts';
import { collect, Collector } from '../collect.ts';
import { TOP } from '../support/repository.ts';

/**
 * QEMU logs a configuration access twice: the region's line, which the importer takes, and a `pci_cfg_*` line, which
 * says in clear what the access reached. Here the importer sees the first kind alone, and the second is read by an
 * expression of this file's own; both must speak of the same function, register and value.
 */

/** A configuration access, decoded. */
interface Reached {
  write: boolean;
  /** bus << 8 | device << 3 | function. */
  bdf: number;
  register: number;
  value: number;
  /** Bytes; 4 where the line does not tell. */
  width: number;
}

const TOLD = /pci_cfg_(read|write) \S+ ([0-9a-f]{2}):([0-9a-f]{2})\.([0-7]) @0x([0-9a-f]+) (?:->|<-) 0x([0-9a-f]+)/;

interface Log {
  told: Reached[];
  /** The log without the lines that tell. */
  rest: Buffer;
}

function split(name: string): Log {
  const log = gunzipSync(readFileSync(join(TOP, 'corpora/traces', name, 'raw.log.gz'))).toString('latin1');
  const told: Reached[] = [];
  const rest = log.split('\n').filter((line) => {
    const match = TOLD.exec(line);
    if (match === null) return true;
    const [bus, device, fn, register, value] = match.slice(2).map((digits) => Number.parseInt(digits, 16)) as number[];
    const bdf = ((bus as number) << 8) | ((device as number) << 3) | (fn as number);
    told.push({ write: match[1] === 'write', bdf, register: register as number, value: value as number, width: 4 });
    return false;
  });
  return { told, rest: Buffer.from(rest.join('\n'), 'latin1') };
}

/** What the trace beside the log says of its machine. */
async function machineOf(name: string): Promise<ReturnType<typeof emptyMachine>> {
  const header = new Collector();
  await readTrace(join(TOP, 'corpora/traces', name, 'trace.txt.gz'), {}, header);
  return { ...emptyMachine(), ...header.headers[0]?.machine };
}

/** CONFIG_ADDRESS, CONFIG_DATA and ECAM of a PC, and what the importer has decoded already. */
class Decoder {
  readonly reached: Reached[] = [];
  private address = 0;
  private ecam: number | undefined;

  constructor(ecam: number | undefined) {
    this.ecam = ecam;
  }

  take(access: Access): void {
    const { space, write, width, addressLo, valueLo } = access;
    if (space === CONFIG) this.reach(access, access.addressHi, addressLo);
    else if (space === PORT && addressLo === 0xcf8 && width === 4 && write) this.address = valueLo;
    else if (space === PORT && addressLo >>> 2 === 0xcfc >>> 2) this.data(access);
    else if (space === MEMORY && this.ecam !== undefined) {
      const offset = access.addressHi * 2 ** 32 + (addressLo >>> 0) - this.ecam;
      if (offset >= 0 && offset < 2 ** 28) this.reach(access, offset >>> 12, offset & 0xfff);
    }
  }

  private data(access: Access): void {
    if (this.address >= 0) return;
    const register = (this.address & 0xfc) | (access.addressLo & 3);
    this.reach(access, (this.address >>> 8) & 0xffff, register);
    // PCIEXBAR of q35's host bridge: where ECAM lies, and in bit 0 whether it does.
    if (access.write && access.width === 4 && (this.address & 0xfffffc) === 0x60) {
      this.ecam = (access.valueLo & 1) === 0 ? undefined : (access.valueLo & 0xf0000000) >>> 0;
    }
  }

  private reach(access: Access, bdf: number, register: number): void {
    this.reached.push({ write: access.write, bdf, register, value: access.valueLo >>> 0, width: access.width });
  }
}

const mask = (width: number): number => (width >= 4 ? 0xffffffff : 2 ** (8 * width) - 1);

function same(told: Reached | undefined, reached: Reached): boolean {
  return (
    told !== undefined &&
    told.write === reached.write &&
    told.bdf === reached.bdf &&
    told.register === reached.register &&
    (told.value & mask(reached.width)) >>> 0 === reached.value
  );
}

/** All bundled logs but pseries' have a region line for each configuration access. */
const LOGS = [
  'seabios-q35',
  'linux-q35',
  'linux-widths',
  'linux-arm64-its',
  'seabios-hppa',
  'openbios-mac99',
  'palcode-alpha',
  'uboot-ppce500',
  'full-smp',
];

describe('what an access reaches, by its address and by the line that tells', () => {
  test.each(LOGS)('%s', async (name) => {
    const { told, rest } = split(name);
    const machine = await machineOf(name);
    const ecam = machine.ecam[0];
    const decoder = new Decoder(ecam === undefined ? undefined : ecam.baseHi * 2 ** 32 + (ecam.baseLo >>> 0));
    const result = await readTrace(
      { stream: pieces(rest), name },
      { machine },
      { header: () => undefined, access: (access) => decoder.take(access), event: () => undefined },
    );
    expect(result).toMatchObject({ problemCount: 0 });

    // Accesses that no line tells reached no function: such reads give ones.
    let next = 0;
    const answeredByNobody: Reached[] = [];
    for (const reached of decoder.reached) {
      if (same(told[next], reached)) next++;
      else if (!reached.write && reached.value !== mask(reached.width)) answeredByNobody.push(reached);
    }
    expect(told.length).toBeGreaterThan(150);
    expect({ next: told[next], found: next }).toEqual({ next: undefined, found: told.length });
    expect(answeredByNobody).toEqual([]);
  });

  test('slof-pseries: hypercalls have no other line, so that each is an access', async () => {
    const { told } = split('slof-pseries');
    const log = gunzipSync(readFileSync(join(TOP, 'corpora/traces/slof-pseries/raw.log.gz')));
    const { entries } = await collect(log);
    const decoder = new Decoder(undefined);
    for (const entry of entries) if (entry instanceof Access && entry.space === CONFIG) decoder.take(entry);
    expect(decoder.reached).toEqual(told.map((reached) => ({ ...reached, width: 0 })));
  });
});

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1 << 16) yield bytes.subarray(at, at + (1 << 16));
}
