/**
 * What a profile may state about a target beside its machine. A choice is left open by the specification or the
 * platform, and a run may learn it. A deviation excuses a MUST, and only a person declares it.
 */

export interface Choice {
  name: string;
  kind: 'choice' | 'deviation';
  /** The first is what the specification asks for, or the most usual. */
  values: readonly string[];
  /** Numbers, decimal or hexadecimal, for which the last of `values` stands. */
  numbers?: { readonly least: number; readonly most: number };
  meaning: string;
  /** Rules whose verdict depends on it. */
  rules: readonly string[];
}

export const CHOICES: readonly Choice[] = [
  {
    name: 'cam_sub_index',
    kind: 'deviation',
    values: ['ignore', 'merge'],
    meaning:
      'writes at 0xCF8 of less than a dword are ignored, or merged into the index (kvmtool, crosvm, cloud-hypervisor)',
    rules: ['CAM-003'],
  },
  {
    name: 'cam_enable',
    kind: 'deviation',
    values: ['honoured', 'ignored'],
    meaning: 'index bit 31 gates the data window, or is ignored (kvmtool)',
    rules: ['CAM-004'],
  },
  {
    name: 'cam_low_bits',
    kind: 'choice',
    values: ['off', 'on'],
    meaning: 'index bits 1:0 join the byte offset (QEMU)',
    rules: ['CAM-002'],
  },
  {
    name: 'amd_ext_cfg',
    kind: 'choice',
    values: ['off', 'on'],
    meaning:
      'index bits 27:24 are bits 11:8 of the register number (some hardware; Xen with device models on older AMD)',
    rules: ['CAM-002', 'CAM-009'],
  },
  {
    name: 'cam_unaligned',
    kind: 'choice',
    values: ['serve', 'reject'],
    meaning: 'an unaligned word inside the data window',
    rules: ['CAM-005'],
  },
  {
    name: 'ecam_cross',
    kind: 'choice',
    values: ['split', 'ones', 'partial'],
    meaning: 'an access in ECAM that crosses a dword',
    rules: ['ECAM-005'],
  },
  {
    name: 'ecam_qword',
    kind: 'choice',
    values: ['split', 'ones', 'low'],
    meaning: 'an access of 8 bytes in ECAM',
    rules: ['ECAM-006'],
  },
  {
    name: 'ext_empty',
    kind: 'choice',
    values: ['zero', 'ones'],
    meaning: 'the dword at 0x100 of a function without extended capabilities',
    rules: ['ECAP-002'],
  },
  {
    name: 'unhandled',
    kind: 'deviation',
    values: ['zero', 'ones', 'raw'],
    meaning: 'a register that a present function does not implement (ones: Xen guests; raw: gaps of Linux vfio)',
    rules: ['ECAM-012', 'VPCI-009'],
  },
  {
    name: 'fn_alias',
    kind: 'choice',
    values: ['none', 'alias'],
    meaning:
      'functions 1 to 7 of a single-function device answer as function 0. A run learns it for conventional functions ' +
      'only: on PCI Express it is a deviation, which a person must declare',
    rules: ['HDR-017'],
  },
  {
    name: 'bus_range',
    kind: 'choice',
    values: ['1 to 256'],
    numbers: { least: 1, most: 256 },
    meaning: 'how many buses the host bridge really serves (1: kvmtool, cloud-hypervisor, Xen guests)',
    rules: ['RTE-007'],
  },
  {
    name: 'ari_forwarding',
    kind: 'deviation',
    values: ['modelled', 'ignored'],
    meaning: 'ARI forwarding of a port gates requests for device numbers other than 0, or is a register only (QEMU)',
    rules: ['RTE-010'],
  },
  {
    name: 'static_bus',
    kind: 'deviation',
    values: ['off', 'on'],
    meaning: 'the bus numbers of bridges can be written, but routing does not follow them (crosvm)',
    rules: ['RTE-002'],
  },
  {
    name: 'windows',
    kind: 'deviation',
    values: ['routing', 'advisory'],
    meaning: 'the windows of bridges gate accesses, or are registers only (crosvm)',
    rules: ['BRG-007'],
  },
  {
    name: 'whole_window',
    kind: 'deviation',
    values: ['open', 'closed'],
    meaning:
      'a prefetchable window from address 0 to the last one of 64 bits forwards, or nothing (QEMU: its size wraps to 0)',
    rules: ['BRG-007'],
  },
  {
    name: 'io_window_closed',
    kind: 'deviation',
    values: ['off', 'on'],
    meaning: 'I/O base and limit of bridges are constant, not 0, and base is above limit (crosvm: 0x00F0)',
    rules: ['BRG-004'],
  },
  {
    name: 'bridge_pm',
    kind: 'deviation',
    values: ['modelled', 'ignored'],
    meaning: 'a bridge that is not in D0 forwards no requests downstream',
    rules: ['RTE-009'],
  },
  {
    name: 'bridge_bme',
    kind: 'deviation',
    values: ['modelled', 'ignored'],
    meaning: "a bridge's Bus Master Enable gates requests from below",
    rules: ['BRG-013'],
  },
  {
    name: 'bme',
    kind: 'deviation',
    values: ['modelled', 'ignored'],
    meaning: 'Bus Master Enable gates DMA and messages',
    rules: ['CMD-010'],
  },
  {
    name: 'intx_status',
    kind: 'deviation',
    values: ['modelled', 'absent'],
    meaning: 'Status bit 3 shows the state of the interrupt line',
    rules: ['STS-002'],
  },
  {
    name: 'cmd_extra',
    kind: 'deviation',
    values: ['none', 'a mask of 16 bits'],
    numbers: { least: 0, most: 0xffff },
    meaning: 'reserved Command bits that are stored (crosvm, cloud-hypervisor: all)',
    rules: ['CMD-001'],
  },
  {
    name: 'status_kind',
    kind: 'deviation',
    values: ['rw1c', 'ro', 'stored'],
    meaning: 'what the error bits of Status and Secondary Status do when they are written',
    rules: ['STS-003', 'BRG-011'],
  },
  {
    name: 'cls_ro',
    kind: 'choice',
    values: ['off', 'on'],
    meaning: 'Cache Line Size is hardwired to 0',
    rules: ['HDR-003'],
  },
  {
    name: 'preassigned',
    kind: 'choice',
    values: ['off', 'on'],
    meaning:
      'BARs are assigned, Command enabled and bridges numbered before the guest runs (crosvm, kvmtool, ' +
      'cloud-hypervisor, pseries)',
    rules: ['BAR-016', 'CMD-002', 'RTE-003', 'BRG-001'],
  },
  {
    name: 'bar_write_enabled',
    kind: 'deviation',
    values: ['apply', 'ignore', 'stale'],
    meaning:
      'a BAR write while the BAR decodes: it acts at once; is ignored (Xen); or changes the register but, for magic ' +
      'values, not the decoder (virtio of kvmtool)',
    rules: ['BAR-014', 'VPCI-004'],
  },
  {
    name: 'bar_subwrite',
    kind: 'deviation',
    values: ['merge', 'zext', 'ignore'],
    meaning: 'byte and word writes to a BAR change these bytes, are extended with zeros, or are ignored',
    rules: ['BAR-012'],
  },
  {
    name: 'bar64_commit',
    kind: 'deviation',
    values: ['each', 'high'],
    meaning: 'a 64-bit BAR acts on each half that is written, or only on the high one (cloud-hypervisor)',
    rules: ['BAR-011'],
  },
  {
    name: 'mse_off',
    kind: 'deviation',
    values: ['unmaps', 'decodes'],
    meaning: 'clearing Memory Space Enable really ends decoding, or does not (cloud-hypervisor)',
    rules: ['CMD-003'],
  },
  {
    name: 'move_rollback',
    kind: 'deviation',
    values: ['off', 'on'],
    meaning: 'a move that was refused puts the old value back (cloud-hypervisor)',
    rules: ['BAR-021'],
  },
  {
    name: 'zero_bar',
    kind: 'choice',
    values: ['decode', 'skip'],
    meaning: 'a BAR whose address is 0',
    rules: ['BAR-017'],
  },
  {
    name: 'top_bar',
    kind: 'choice',
    values: ['decode', 'skip'],
    meaning: 'a BAR that ends at the last address of 32 or 64 bits',
    rules: ['BAR-018'],
  },
  {
    name: 'top_port',
    kind: 'choice',
    values: ['decode', 'skip'],
    meaning: 'an I/O BAR that ends at port 0xffff',
    rules: ['BAR-018'],
  },
  {
    name: 'cam_shadow',
    kind: 'choice',
    values: ['off', 'on'],
    meaning: 'an I/O BAR that is placed over the CAM ports hides them while it decodes there (QEMU)',
    rules: ['MAP-007'],
  },
  {
    name: 'hole',
    kind: 'choice',
    values: ['ones', 'zero', 'any', 'abort'],
    meaning: 'a read of an address that nothing claims (any: stale data of kvmtool; abort: some Arm platforms)',
    rules: ['MAP-002'],
  },
  {
    name: 'overlap_sticky',
    kind: 'deviation',
    values: ['off', 'on'],
    meaning: 'when two decoders no longer overlap, the remaining one does not get its hidden part back by itself',
    rules: ['MAP-006'],
  },
  {
    name: 'page_offset',
    kind: 'deviation',
    values: ['free', 'equal'],
    meaning: "a guest's BAR must have the same offset in its page as the host's BAR (Xen)",
    rules: ['VPCI-005'],
  },
  {
    name: 'pm',
    kind: 'deviation',
    values: ['modelled', 'cosmetic'],
    meaning: 'power states gate decoding, or PowerState is a register only',
    rules: ['PM-003'],
  },
  {
    name: 'late_kick',
    kind: 'deviation',
    values: ['off', 'on'],
    meaning: 'a doorbell still answers although decoding is off or the BAR has moved',
    rules: ['VIO-003', 'VIO-004'],
  },
  {
    name: 'pba_disabled',
    kind: 'choice',
    values: ['record', 'drop'],
    meaning: 'events while MSI-X is disabled',
    rules: ['MSIX-016'],
  },
  {
    name: 'flr_restore',
    kind: 'deviation',
    values: ['off', 'on'],
    meaning:
      'the host restores the configuration after an FLR (Linux vfio), so that Command, BARs, MSI and MSI-X come back ' +
      'as before',
    rules: ['RST-001', 'RST-003', 'VFIO-012'],
  },
  {
    name: 'slot_w1c',
    kind: 'deviation',
    values: ['clear', 'guarded'],
    meaning: 'a write to Slot Status that names an event bit which is 0 puts the others back (QEMU, on purpose)',
    rules: ['PCIE-002', 'HP-004'],
  },
  {
    name: 'msi_sink',
    kind: 'choice',
    values: ['any', 'controller'],
    meaning: "messages are seen for any address, or only for the platform's interrupt controller",
    rules: ['MSI-006', 'MSIX-012'],
  },
];

const BY_NAME: ReadonlyMap<string, Choice> = new Map(CHOICES.map((choice) => [choice.name, choice]));

export function choiceByName(name: string): Choice | undefined {
  return BY_NAME.get(name);
}

/** Whether a profile may give the choice this value. */
export function choiceAllows(choice: Choice, value: string): boolean {
  if (choice.numbers === undefined) return choice.values.includes(value);
  if (choice.values.slice(0, -1).includes(value)) return true;
  const number = /^(0x[0-9a-f]+|[0-9]+)$/i.test(value) ? Number(value) : -1;
  return number >= choice.numbers.least && number <= choice.numbers.most;
}

/** Whether the name is one that excuses a MUST. */
export function isDeviation(name: string): boolean {
  return choiceByName(name)?.kind === 'deviation';
}
