import { Access, CONFIG, MEMORY, NO_VCPU, PORT } from '../../src/access/access.ts';
import type { Event, Located } from '../../src/access/event.ts';

/**
 * What the KVM of a Linux host would have logged while the guest of a recorded trace ran: the text of `trace_pipe`, by
 * the kernel's own formats. Written without a look at the importer, so that the two check each other.
 */

export type Entry = Access | Located<Event>;

/** What differs between hosts. */
export interface Host {
  /** QEMU runs with `-name debug-threads=on`: a thread's name tells its vCPU. */
  threadNames: boolean;
  /** kvm_entry and kvm_exit are recorded: `told` with vCPU and instruction pointer, `bare` as old kernels print them. */
  entries: 'told' | 'bare' | 'off';
}

/** Thread ids of the machine: the main loop, then one for each vCPU. */
const MAIN_THREAD = 4240;
const FIRST_VCPU_THREAD = 4242;
const HOST_CPUS = 4;
const RESET_VECTOR = 0xfff0;
const SOMEWHERE = 0xffffffff8110;

/** Messages go to the local APICs, which lie here. */
const MESSAGE_PAGES = 0xfee;
const DELIVERY = ['Fixed', 'LowPrio', 'SMI', 'Res3', 'NMI', 'INIT', 'SIPI', 'ExtINT'];
/** Inputs of the I/O APIC; the interrupts above are routes of messages. */
const IO_APIC_INPUTS = 24;

/** Why KVM shows nothing of an entry; undefined when it does. */
export function hidden(entry: Entry, host: Host): string | undefined {
  if (entry instanceof Access) return entry.vcpu === NO_VCPU ? 'no vCPU made it, so KVM never saw it' : undefined;
  switch (entry.kind) {
    case 'message':
    case 'gap':
      return undefined;
    case 'line':
      return entry.input < IO_APIC_INPUTS ? undefined : 'not an input of the I/O APIC';
    case 'power-on':
    case 'reset':
      return host.entries === 'told' ? undefined : 'only the instruction pointer of a kvm_entry shows it';
    default:
      return 'it happens inside the VMM';
  }
}

/** The lines of `trace_pipe`. Throws for what no guest of KVM does. */
export function kvmText(entries: readonly Entry[], host: Host): string {
  const lines = new KvmLines(host);
  entries.forEach((entry, index) => {
    if (hidden(entry, host) !== undefined) return;
    if (entry instanceof Access) lines.access(entry, entries[index + 1]);
    else lines.event(entry);
  });
  return lines.text.join('');
}

class KvmLines {
  readonly text: string[] = [];
  private readonly host: Host;
  private microseconds = 5_123_456_789;
  /** A read that has left KVM already. */
  private underWay: Access | undefined;

  constructor(host: Host) {
    this.host = host;
  }

  /** `next` is what follows: a read by another vCPU may leave KVM before this one has its answer. */
  access(access: Access, next: Entry | undefined): void {
    switch (access.space) {
      case PORT:
        return this.port(access);
      case MEMORY:
        return this.memory(access, next);
      case CONFIG:
        throw new Error('configuration space by a mechanism of the host is nothing that a guest of KVM has');
    }
  }

  event(event: Located<Event>): void {
    switch (event.kind) {
      case 'message':
        return this.message(event.addressHi, event.addressLo, event.data);
      case 'line':
        return this.line(
          'qemu-system-x86',
          MAIN_THREAD,
          `kvm_set_irq: gsi ${event.input} level ${event.level} source 0`,
        );
      case 'gap': {
        const count = event.lost === undefined ? '' : `${event.lost} `;
        this.text.push(`CPU:2 [LOST ${count}EVENTS]\n`);
        return undefined;
      }
      case 'power-on':
      case 'reset':
        return this.entry(0, RESET_VECTOR);
      default:
        throw new Error(`KVM shows no ${event.kind}`);
    }
  }

  private port(access: Access): void {
    if (access.width === 8 || access.width === 0) throw new Error(`no port access has ${access.width} bytes`);
    const { vcpu } = access;
    const word = access.write ? 'write' : 'read';
    this.exit(vcpu, 'IO_INSTRUCTION');
    const where = `at 0x${hex(0, access.addressLo)} size ${access.width} count 1`;
    this.ofVcpu(vcpu, `kvm_pio: pio_${word} ${where} val 0x${hex(0, access.valueLo)} `);
    this.entry(vcpu, SOMEWHERE);
  }

  private memory(access: Access, next: Entry | undefined): void {
    const { vcpu } = access;
    const value = `val 0x${hex(access.valueHi, access.valueLo)}`;
    if (access.write) {
      this.exit(vcpu, 'EPT_MISCONFIG');
      this.ofVcpu(vcpu, `kvm_mmio: mmio write ${place(access)} ${value}`);
      this.entry(vcpu, SOMEWHERE);
      return;
    }
    if (this.underWay !== access) this.leave(access);
    this.underWay = undefined;
    if (next instanceof Access && !next.write && next.space === MEMORY && next.vcpu >= 0 && next.vcpu !== vcpu) {
      this.underWay = next;
      this.leave(next);
    }
    this.ofVcpu(vcpu, `kvm_mmio: mmio read ${place(access)} ${value}`);
    this.entry(vcpu, SOMEWHERE);
  }

  /** A read goes out to the VMM; its answer comes with another line. */
  private leave(access: Access): void {
    this.exit(access.vcpu, 'EPT_MISCONFIG');
    this.ofVcpu(access.vcpu, `kvm_mmio: mmio unsatisfied-read ${place(access)} val 0x0`);
    if (this.host.entries !== 'off') this.ofVcpu(access.vcpu, 'kvm_userspace_exit: reason KVM_EXIT_MMIO (6)');
  }

  private message(addressHi: number, addressLo: number, data: number): void {
    if (addressLo >>> 20 !== MESSAGE_PAGES) throw new Error('a message of an x86 machine goes to its local APICs');
    const destination = ((addressHi & 0xffffff00) | ((addressLo >>> 12) & 0xff)) >>> 0;
    const mode = (addressLo & 4) === 0 ? 'physical' : 'logical';
    const trigger = (data & 0x8000) === 0 ? 'edge' : 'level';
    const hint = (addressLo & 8) === 0 ? '' : '|rh';
    const words = `${DELIVERY[(data >>> 8) & 7] as string}|${mode}|${trigger}${hint}`;
    // Any thread may have been interrupted by it.
    this.line('<idle>', 0, `kvm_msi_set_irq: dst ${destination.toString(16)} vec ${data & 0xff} (${words})`);
  }

  private exit(vcpu: number, reason: string): void {
    const { entries } = this.host;
    const told = `vcpu ${vcpu} reason ${reason} rip 0x${SOMEWHERE.toString(16)} info1 0x0000000000000000 info2 0x0000000000000000 intr_info 0x00000000 error_code 0x00000000`;
    if (entries === 'told') this.ofVcpu(vcpu, `kvm_exit: ${told}`);
    if (entries === 'bare') this.ofVcpu(vcpu, `kvm_exit: reason ${reason} rip 0x${SOMEWHERE.toString(16)} info 0 0`);
  }

  private entry(vcpu: number, instruction: number): void {
    const { entries } = this.host;
    if (entries === 'told') this.ofVcpu(vcpu, `kvm_entry: vcpu ${vcpu}, rip 0x${instruction.toString(16)}`);
    if (entries === 'bare') this.ofVcpu(vcpu, `kvm_entry: vcpu ${vcpu}`);
  }

  private ofVcpu(vcpu: number, event: string): void {
    // The kernel cuts names at 15 characters.
    const name = this.host.threadNames ? `CPU ${vcpu}/KVM` : 'qemu-system-x86';
    this.line(name, FIRST_VCPU_THREAD + vcpu, event);
  }

  private line(name: string, thread: number, event: string): void {
    this.microseconds += 3;
    const seconds = Math.floor(this.microseconds / 1e6);
    const fraction = String(this.microseconds % 1e6).padStart(6, '0');
    // Threads wander over the CPUs of the host.
    const cpu = String((thread + (this.microseconds >>> 9)) % HOST_CPUS).padStart(3, '0');
    this.text.push(`${`${name}-${thread}`.padStart(21)} [${cpu}] ..... ${seconds}.${fraction}: ${event}\n`);
  }
}

function place(access: Access): string {
  return `len ${access.width} gpa 0x${hex(access.addressHi, access.addressLo)}`;
}

/** Digits without leading zeros, as the kernel's %llx prints them. */
function hex(high: number, low: number): string {
  return ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString(16);
}
