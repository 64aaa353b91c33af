/** Treatments of routing, decoding and interrupts. */

import type { Treatment } from './treatment.ts';

const LEDGER = 'model/interrupts/ledger';
const IO_APIC = 'model/interrupts/io-apic';

export const PLACES: readonly Treatment[] = [
  {
    name: 'functions keyed by path',
    why: 'bus numbers only route: renumbering moves no function',
    file: 'model/configuration/routing',
    find: 'bridge.secondary ??= new Bus(bridge, number); return bridge.secondary;',
    replace: `const keyed = (this.keyed ??= new Map());
      const bus = keyed.get(number) ?? new Bus(bridge, number);
      keyed.set(number, bus);
      bus.owner = bridge;
      bridge.secondary = bus;
      return bus;`,
    parts: ['middle'],
  },
  {
    name: 'guessed buses',
    why: 'a number that no known bridge has may lie anywhere',
    file: 'model/configuration/off-the-map',
    find: 'addRoot(number, !state.powerOn || state.firmware)',
    replace: 'addRoot(number, false)',
    parts: ['middle', 'hidden'],
  },
  {
    name: 'regions below a guess',
    why: 'they decode perhaps',
    file: 'model/decode/path',
    find: "if (f.bus.guessed) condition(MAYBE, '');",
    replace: '',
    parts: ['middle'],
  },
  {
    name: 'writes to an ECAM of unknown place',
    why: 'a memory write that nothing explains may have reached a register',
    file: 'model/model',
    find: 'this.ecam.perhaps(access);',
    replace: '',
    parts: ['middle'],
  },
  {
    name: 'buses that are reached perhaps',
    why: 'a secondary number above the subordinate one',
    file: 'model/configuration/routing',
    find: 'bus.inverted = subordinate !== undefined && secondary > subordinate;',
    replace: 'bus.inverted = false;',
  },
  {
    name: 'markers end with a write',
    why: 'a write to a device may change all its registers',
    file: 'model/decode/evidence',
    find: 'else region.function.forgetContents();',
    replace: '',
    parts: ['middle'],
  },
  {
    name: 'MSI-X table before the pending bits',
    why: 'no driver reads where the pending bits are',
    file: 'model/interrupts/msix-table',
    find: 'if (locator === undefined || !hasRoom(size)) return undefined;',
    replace:
      'if (locator === undefined || !hasRoom(size) || config.peek(msixAt + 8, 4) === undefined) return undefined;',
  },
  {
    name: 'masks at discovery',
    why: 'the reset value holds only if nothing was written into a BAR before the table was found',
    file: 'model/interrupts/msix-table',
    find: 'f.fresh !== undefined && f.barWrittenAt < 0',
    replace: 'f.fresh !== undefined',
  },
  {
    name: 'I/O APIC as a sender',
    why: "its messages are no device's",
    file: LEDGER,
    find: 'this.ioApic.sends(event.addressLo, event.data)',
    replace: 'false',
    parts: ['raw'],
  },
  {
    name: 'I/O APIC: former entries',
    why: 'a message may be on its way while its entry is changed',
    file: IO_APIC,
    find: '(low & 0xff) === vector || (formerLow & 0xff) === vector',
    replace: '(low & 0xff) === vector',
    parts: ['raw'],
  },
  {
    name: 'messages on their way',
    why: 'a message may arrive after the write that forbids it, until the function answers',
    file: 'model/interrupts/gates',
    find: 'return arrived ? { function: f, ...verdict }',
    replace: 'return true ? { function: f, ...verdict }',
    parts: ['raw'],
  },
  {
    name: 'messages without power-on',
    why: 'functions that were never read may send what a known vector must not',
    file: LEDGER,
    find: '(!this.state.powerOn || this.elsewhere[event.data & 0xffff] === 1)',
    replace: '(this.elsewhere[event.data & 0xffff] === 1)',
    parts: ['middle'],
  },
  {
    name: 'senders that are no function',
    why: 'timers and interrupt controllers send what was written to them',
    file: LEDGER,
    find: '(!this.state.powerOn || this.elsewhere[event.data & 0xffff] === 1)',
    replace: '!this.state.powerOn',
    parts: ['raw'],
  },
  {
    name: 'contents that are not known',
    why: 'an entry that nobody saw may hold anything',
    file: 'model/interrupts/msix',
    find: 'function mayHide({ table }, index) {',
    replace: 'function mayHide({ table }, index) { return false;',
  },
  {
    name: 'old contents of a live entry',
    why: 'an entry that is changed while it may send sends its old or its new fields',
    file: 'model/interrupts/msix',
    find: 'if (mixes(content, vector.old, event, iommu))',
    replace: 'if (false)',
  },
];

const LOG = 'trace/qemu-log';

export const IMPORTER: readonly Treatment[] = [
  {
    name: 'importer: values cut to their size',
    why: 'absent functions answer 64 ones whatever the size',
    file: LOG,
    find: 'access.valueLo = lo & widthMaskLo(size); access.valueHi = hi & widthMaskHi(size);',
    replace: 'access.valueLo = lo; access.valueHi = hi;',
    parts: ['raw'],
  },
  {
    name: 'importer: INIT of a processor',
    why: 'a reset of a vCPU in its own thread is no reset of the machine',
    file: 'trace/qemu-life-cycle',
    find: 'if (!this.ofMachine(thread, processor))',
    replace: 'if (false)',
    parts: ['raw'],
  },
  {
    name: 'importer: registers of the local APIC',
    why: 'they share the region of the messages',
    file: LOG,
    find: 'const isRegister = addressLo >>> 12 === 0xfee00 && ((addressLo >>> 4) & 0xff) !== 0;',
    replace: 'const isRegister = false;',
    parts: ['raw'],
  },
  {
    name: 'importer: the zero before the start',
    why: 'the reset of a machine writes it where messages go',
    file: LOG,
    find: 'const isArtefact = !this.lifeCycle.started && access.vcpu < 0 && access.valueLo === 0;',
    replace: 'const isArtefact = false;',
    parts: ['raw'],
  },
  {
    name: 'importer: ECAM as offsets',
    why: 'some machines log offsets from its base, others addresses',
    file: LOG,
    find: 'const isOffset = addressHi === 0 && addressLo >>> 0 < ECAM_SIZE;',
    replace: 'const isOffset = false;',
    parts: ['raw'],
  },
  {
    name: 'importer: both decodings of UniNorth',
    why: 'bit 31 makes the index an ordinary one',
    file: 'trace/qemu-config',
    find: 'if (index < 0) return this.plain(address);',
    replace: '',
    parts: ['raw'],
  },
  {
    name: 'importer: twins of configuration accesses',
    why: 'the log tells each of them twice',
    file: 'trace/qemu-pairing',
    find: 'return (this.toldWaits && !access.write',
    replace: 'return (false && !access.write',
    parts: ['raw'],
  },
];
