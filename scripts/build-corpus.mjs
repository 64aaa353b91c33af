// Makes corpora/traces from recordings of QEMU guests:
//
//     npm run build
//     node scripts/build-corpus.mjs RECORDINGS [SCENARIO…]
//
// RECORDINGS holds one folder per scenario with trace.log.gz (QEMU's trace log), meta.json (how it was recorded) and
// the state of the machine at the end (truth.json, and texts such as mtree.txt and lspci-vvv.txt). corpora/README.md
// says what comes of it. The same recordings give the same bytes.

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { convertTrace } from '../dist/trace/index.js';

/** Scenarios whose raw log is kept beside the trace, for the importers and the benches. */
const WITH_RAW_LOG = new Set([
  'linux-q35',
  'seabios-q35',
  'linux-widths',
  'linux-arm64-its',
  'slof-pseries',
  'seabios-hppa',
  'openbios-mac99',
  'palcode-alpha',
  'uboot-ppce500',
  'full-smp',
]);

/** What of meta.json is no fact about the guest, the VMM or the recording's content. */
const NOT_KEPT = new Set(['console', 'seconds', 'wall_seconds', 'layout', 'guest_finished', 'scenario', 'regions']);

const corpus = fileURLToPath(new URL('../corpora/traces', import.meta.url));
const [recordings, ...chosen] = process.argv.slice(2);
if (recordings === undefined) {
  console.error('usage: node scripts/build-corpus.mjs RECORDINGS [SCENARIO…]');
  process.exit(2);
}
for (const scenario of readdirSync(recordings).sort()) {
  const wanted = chosen.length === 0 || chosen.includes(scenario);
  if (wanted && existsSync(join(recordings, scenario, 'trace.log.gz'))) await build(scenario);
}

async function build(scenario) {
  const from = join(recordings, scenario);
  const to = join(corpus, scenario);
  const meta = JSON.parse(readFileSync(join(from, 'meta.json'), 'utf8'));
  const command = meta.commandLine ?? meta.command_line.join(' ');
  const guest = [meta.guest, meta.guestVersion].filter(Boolean).join(' ');
  const log = join(from, 'trace.log.gz');
  mkdirSync(to, { recursive: true });

  const result = await convertTrace(log, join(to, 'trace.txt.gz'), {
    name: scenario,
    machine: machineOf(scenario, meta),
    origin: [
      ['guest', guest],
      ['vmm', meta.accelerator === undefined ? meta.vmm : `${meta.vmm}, ${meta.accelerator.toUpperCase()}`],
      ['command', command],
    ],
  });
  if (result.truncated !== undefined || result.problemCount > 0) {
    throw new Error(`${scenario}: the recording is not sound: ${JSON.stringify(result)}`);
  }

  const recording = Object.entries(meta).filter(([key]) => !NOT_KEPT.has(key) && !/^command_?line$/i.test(key));
  const { format: _format, problems: _problems, problemCount: _count, ...counts } = result;
  const origin = { scenario, guest: '', command, ...Object.fromEntries(recording), imported: counts };
  // After the recording's own words, which may hold another one.
  origin.guest = guest;
  writeFileSync(join(to, 'origin.json'), `${JSON.stringify(origin, null, 2)}\n`);

  rmSync(join(to, 'truth'), { recursive: true, force: true });
  mkdirSync(join(to, 'truth'));
  for (const file of readdirSync(from).sort()) {
    if (!/\.txt$|^truth\.json$/.test(file)) continue;
    writeFileSync(join(to, 'truth', `${file}.gz`), gzip(readFileSync(join(from, file))));
  }
  if (WITH_RAW_LOG.has(scenario)) copyFileSync(log, join(to, 'raw.log.gz'));
  console.log(`${scenario}: ${result.lines} lines, ${result.accesses} accesses, ${result.events} events`);
}

/** Keys of the trace's machine line, from what the recording says of its machine. */
function machineOf(scenario, meta) {
  // Recordings of pc and q35 tell everything themselves: power-on by an event, ECAM by the write that places it.
  if (meta.machine === undefined) return {};
  const machine = { powerOn: true };
  if (!meta.machine.startsWith('x86 pc')) machine.cam = false;
  // Alpha's linear configuration space is no ECAM.
  if (meta.ecam?.loggedAs.includes('pcie-mmcfg-mmio')) {
    const base = pair(BigInt(meta.ecam.base));
    const lastBus = Number(BigInt(meta.ecam.size) >> 20n) - 1;
    machine.ecam = [{ baseHi: base.hi, baseLo: base.lo, firstBus: 0, lastBus, segment: 0 }];
  }
  const window = BigInt(meta.ioWindow?.cpuBase ?? meta.ioWindow?.base ?? 0);
  if (window !== 0n) machine.ioWindow = range(window, 0x10000n);
  for (const { pciBase, size } of meta.memoryWindows ?? []) {
    const end = BigInt(pciBase) + BigInt(size);
    const key = end <= 1n << 32n ? 'mem32' : 'mem64';
    machine[key] = [...(machine[key] ?? []), range(BigInt(pciBase), BigInt(size))];
  }
  if (/smmu/.test(scenario)) machine.iommu = true;
  return machine;
}

function range(base, size) {
  const low = pair(base);
  const high = pair(base + size - 1n);
  return { loHi: low.hi, loLo: low.lo, hiHi: high.hi, hiLo: high.lo };
}

function pair(value) {
  return { hi: Number(value >> 32n) | 0, lo: Number(value & 0xffffffffn) | 0 };
}

/** Without the name of the operating system, so that the bytes are the same everywhere. */
function gzip(bytes) {
  const compressed = gzipSync(bytes, { level: 9 });
  compressed[9] = 255;
  return compressed;
}
