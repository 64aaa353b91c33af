/** A stock QEMU as a target: its qtest protocol is what the target protocol grew from. */

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { interruptsOf, interruptWords } from '../qemu/devices.ts';
import type { Interrupts } from '../qemu/devices.ts';
import { isPc, lastOfRam, qemuMachine } from './qemu-machines.ts';

/** What makes QEMU a target: no guest runs, and a power-off does not end it. */
const ALWAYS = '-accel tcg -qtest-log none -display none -nodefaults -no-shutdown';
const SOCKET = '"unix:$BAROMETER_SOCKET"';

/** No processor runs, and the clock stands still. */
const STOPPED = '-S';
/** The clock runs, and processors halt at once: firmware of nothing but HLT, in a file that is gone when QEMU has it. */
const HALTED_FIRMWARE =
  'file=$(mktemp) && exec 8> "$file" 9< "$file" && rm "$file" && head -c 65536 /dev/zero | tr "\\0" "\\364" >&8 && ';
const HALTED = '-bios /dev/fd/9';

/** Binaries whose Debian package has another name than `qemu-system-misc`. */
const PACKAGES: Readonly<Record<string, string>> = {
  x86_64: 'qemu-system-x86',
  i386: 'qemu-system-x86',
  arm: 'qemu-system-arm',
  aarch64: 'qemu-system-arm',
  mips: 'qemu-system-mips',
  mipsel: 'qemu-system-mips',
  mips64: 'qemu-system-mips',
  mips64el: 'qemu-system-mips',
  ppc: 'qemu-system-ppc',
  ppc64: 'qemu-system-ppc',
  sparc: 'qemu-system-sparc',
  sparc64: 'qemu-system-sparc',
};

/** The first word of the arguments, if that names a QEMU, and the others. */
function binaryOf(words: string): { binary: string; others: string } {
  const [, binary, others = ''] = /^\s*(\S*qemu-system-\S+)(?:\s+(.*))?$/s.exec(words) ?? [];
  return binary === undefined ? { binary: 'qemu-system-x86_64', others: words } : { binary, others };
}

/** The binary, and the command for `/bin/sh`. `qtest`: where it takes its commands, default: the socket of the harness. */
export function qemuCommand(words: string, qtest = SOCKET): { binary: string; command: string } {
  const { binary, others } = binaryOf(words);
  // Port 0x5658 asks which processor accesses it, and there is none. Options of one name are joined.
  const also = isPc(binary, words) ? ' -machine vmport=off' : '';
  const { needsClock } = interruptsOfQemu(words);
  const [before, how] = needsClock ? [HALTED_FIRMWARE, HALTED] : ['', STOPPED];
  return { binary, command: `${before}exec ${binary} ${ALWAYS} -qtest ${qtest} ${how}${also} ${others}` };
}

/** What is known of its machine before anybody asks, in words of `hello`: QEMU does not know that command. */
export function machineOfQemu(words: string): string[] {
  return [...qemuMachine(binaryOf(words).binary, words), ...interruptWords(interruptsOfQemu(words))];
}

/** What is known of the interrupts of this QEMU. */
export function interruptsOfQemu(words: string): Interrupts {
  return interruptsOf(words, lastOfRam(binaryOf(words).binary, words));
}

/** Undefined: the binary is there. Else a sentence that says what to install. */
export function missingQemu(binary: string, path: string): string | undefined {
  const places = binary.includes('/') ? [binary] : path.split(delimiter).map((folder) => join(folder, binary));
  if (places.some(isExecutable)) return undefined;
  const architecture = binary.split('qemu-system-').at(-1) ?? '';
  const name = PACKAGES[architecture] ?? 'qemu-system-misc';
  return `${binary} is not installed; the Debian package ${name} has it (apt-get install ${name}).`;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
