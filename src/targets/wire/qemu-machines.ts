/** What is known of the machine of a QEMU by its command line, in words of `hello`: QEMU does not know that command. */

/** With or without a version. */
const VIRT = /^virt(-\d.*)?$/;

/** A machine with a generic PCI Express host: it has no ports for configuration space, and its ECAM always answers. */
interface GenericHost {
  /** The binary's name behind `qemu-system-`. */
  architecture: RegExp;
  /** Its name, as it is written or in a version. */
  machine: RegExp;
  /** A property of the machine by which it is this one. */
  property?: string;
  /** First addresses of RAM and of ECAM, and the buses of the latter. */
  ram: number;
  ecam: number;
  buses: number;
  /** Inclusive windows of memory in which BARs may lie; the one above 4 GiB begins above RAM, at a multiple of its size. */
  mem32: readonly [number, number];
  mem64?: readonly [number, number];
  /** Inclusive window of memory by which ports are reached. */
  ports?: readonly [number, number];
}

/** What is the same with and without addresses above 4 GiB. */
const ARM_VIRT = {
  architecture: /^(arm|aarch64)$/,
  machine: VIRT,
  ram: 0x40000000,
  mem32: [0x10000000, 0x3efeffff],
  ports: [0x3eff0000, 0x3effffff],
} as const;

/** From `hw/arm/virt.c`, `hw/riscv/virt.c` and `hw/i386/microvm.c` of QEMU 7.2; the first that fits. */
const GENERIC_HOSTS: readonly GenericHost[] = [
  { ...ARM_VIRT, property: 'highmem=off', ecam: 0x3f000000, buses: 16 },
  { ...ARM_VIRT, ecam: 0x4010000000, buses: 256, mem64: [0x8000000000, 0xffffffffff] },
  {
    architecture: /^riscv64$/,
    machine: VIRT,
    ram: 0x80000000,
    ecam: 0x30000000,
    buses: 256,
    mem32: [0x40000000, 0x7fffffff],
    mem64: [0x400000000, 0x7ffffffff],
    ports: [0x3000000, 0x300ffff],
  },
  {
    architecture: /^(x86_64|i386)$/,
    machine: /^microvm$/,
    property: 'pcie=on',
    ram: 0,
    ecam: 0xe0000000,
    buses: 256,
    mem32: [0xc0000000, 0xdfffffff],
  },
];

/** Machines of a PC's binary without what a PC has. */
const NO_PC: ReadonlySet<string> = new Set(['microvm', 'isapc', 'none']);

/** Bytes of RAM without `-m`. */
const MEGABYTES = 128;
/** A PC splits its RAM from here on at the latest. */
const BELOW_4G = 0x80000000;
const BUS = 2 ** 20;

/** `binary` has been taken from the command line; `words` are the arguments. */
export function qemuMachine(binary: string, words: string): string[] {
  const host = genericHost(binary, words);
  if (host !== undefined) return wordsOf(host, bytesOfRam(words));
  const last = lastOfRam(binary, words);
  if (last === 0) return [];
  return [
    `ram=0x100000-${hex(last)}`,
    'ram=0x0-0x9ffff',
    // Video memory and firmware; interrupt controllers, timers, firmware.
    'reserved=0xa0000-0xfffff',
    'reserved=0xfec00000-0xffffffff',
  ];
}

/** Last address of a PC's RAM below 4 GiB; 0: this is no PC. */
export function lastOfRam(binary: string, words: string): number {
  return isPc(binary, words) ? Math.min(bytesOfRam(words), BELOW_4G) - 1 : 0;
}

export function isPc(binary: string, words: string): boolean {
  return /qemu-system-(x86_64|i386)$/.test(binary) && !properties(words).some((name) => NO_PC.has(name));
}

function genericHost(binary: string, words: string): GenericHost | undefined {
  const architecture = binary.split('qemu-system-').at(-1)!;
  const said = properties(words);
  return GENERIC_HOSTS.find(
    (host) =>
      host.architecture.test(architecture) &&
      said.some((one) => host.machine.test(one)) &&
      (host.property === undefined || said.includes(host.property)),
  );
}

/** Name of the machine, and its properties. */
function properties(words: string): string[] {
  return [...words.matchAll(/(?:^|\s)(?:-M|--?machine)\s+["']?([^\s"']+)/g)]
    .flatMap(([, list = '']) => list.split(','))
    .map((one) =>
      one
        .replace(/^type=/, '')
        .replace(/=(no|n|false)$/, '=off')
        .replace(/=(yes|y|true)$/, '=on'),
    );
}

function bytesOfRam(words: string): number {
  const [, number, unit = 'M'] = /(?:^|\s)-m\s+(?:size=)?(\d+)([MG]?)/i.exec(words) ?? [];
  const megabytes = number === undefined ? MEGABYTES : Number(number) * (/g/i.test(unit) ? 1024 : 1);
  return megabytes * 2 ** 20;
}

/** What is neither RAM nor a window is the machine's own. */
function wordsOf({ ram, ecam, buses, mem32, mem64: first64, ports }: GenericHost, size: number): string[] {
  // What does not fit below the windows is elsewhere.
  const memory = [ram, (ram < mem32[0] ? Math.min(ram + size, mem32[0]) : ram + size) - 1] as const;
  const mem64 = first64 === undefined ? undefined : above(memory[1], first64);
  const taken = [memory, [ecam, ecam + buses * BUS - 1] as const, mem32, mem64, ports].filter(
    (one) => one !== undefined,
  );
  const words = ['cam=0', `ecam=${hex(ecam)},0,${buses - 1}`, `mem32=${range(...mem32)}`];
  if (mem64 !== undefined) words.push(`mem64=${range(...mem64)}`);
  if (ports !== undefined) words.push(`io-window=${range(...ports)}`, 'io=0x1000-0xffff');
  words.push(`ram=${range(...memory)}`);
  let next = 0;
  for (const [first, last] of taken.toSorted(([one], [other]) => one - other)) {
    if (first > next) words.push(`reserved=${range(next, first - 1)}`);
    next = last + 1;
  }
  return [...words, `reserved=${hex(next)}-0xffffffffffffffff`];
}

/** A window at the first multiple of its size that lies above RAM. */
function above(last: number, [base, end]: readonly [number, number]): readonly [number, number] {
  const size = end + 1 - base;
  const start = Math.max(base, Math.ceil((last + 1) / size) * size);
  return [start, start + size - 1];
}

const hex = (address: number): string => `0x${address.toString(16)}`;
const range = (first: number, last: number): string => `${hex(first)}-${hex(last)}`;
