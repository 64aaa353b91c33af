/** Reset, hot plug, snapshot. */

import type { Area } from './area.ts';

export const reset: Area = {
  name: 'Reset',
  rules: [
    {
      id: 'RST-001',
      strength: 'MUST',
      title: 'What every reset clears',
      citation: 'PCIe 6.6.1, 6.6.2, register defaults in 7.5, 7.7',
      statement:
        'After conventional reset or FLR: Command implemented bits 0, MSI and MSI-X enable 0, function mask 0, entry masks 1, per-vector MSI masks 0, ROM enable 0, PM state D0, INTx low, no DMA or messages from before. BARs return to their default value. Conventional resets also return bridges to the unnumbered state and clear everything but sticky registers (ready within 1 s): specified registers read as at first boot, except volatile ones, those without a specified default (MSI-005, MSIX-011, BRG-006, HDR-011) and device bytes (RTE-011).',
      appliesTo: 'all functions',
      check: 'program all; reset; dump -> as listed [listed bits]',
      variations:
        "cloud-hypervisor reset incomplete in the past; QEMU resets config fields centrally and keeps scratch bytes (nvme 0xf0, 0x104, seen); Linux vfio saves and restores the device's config around a guest FLR, so Command, BARs, MSI and MSI-X state come back as before unless the VMM resets its own copy (needs a profile flag, say flr_restore); history: cloud-hypervisor fe6bcd037",
    },
    {
      id: 'RST-002',
      strength: 'MUST',
      title: 'FLR capability and trigger',
      citation: 'PCIe 6.6.2, 7.5.3.3, 7.5.3.4; 6.29, 7.9.21.1-.4 (AF)',
      statement:
        'Device Capabilities bit 28 (or AF capability bit) announces FLR, which only endpoints may have. Writing 1 to Device Control bit 15 starts it; the bit always reads 0. Without the capability the write has no effect.',
      appliesTo: 'type 0; the announcement: all',
      check:
        'port: cr32(DevCap) -> bit 28 = 0; cw16(DevCtl|0x8000); cr16 -> bit 15 = 0; state reset iff capable [0x8000]',
      variations:
        'QEMU 7.2: xio3130 and cxl switch ports announce FLR and do it (seen); libvfio-user answers FLR without capability with an error; Linux vfio virtualises and resets through the host',
    },
    {
      id: 'RST-003',
      strength: 'MUST',
      title: 'FLR leaves listed fields',
      citation: 'PCIe 6.6.2',
      statement:
        'FLR does not change sticky, HwInit, nor fields like Max Payload Size, RCB, ASPM and other link control, slot power values, VC. ARI control, L1 PM substates, LTR, PTM and NPEM registers may be kept or reset. All others go to default.',
      appliesTo: 'type 0',
      check: 'set MPS etc.; FLR; read -> kept [listed fields]',
      preconditions: 'FLR capable',
    },
    {
      id: 'RST-004',
      strength: 'MUST',
      title: 'FLR is per function',
      citation: 'PCIe 6.6.2, 9.2.2.2-.3',
      statement:
        'Only the target function is reset; siblings, link and slot are untouched. FLR of a PF also resets its VFs and clears VF Enable. FLR of a VF leaves its existence, routing id and the VF BARs, NumVFs and VF MSE of the PF alone.',
      appliesTo: 'multifunction / SR-IOV',
      check: 'FLR fn k; dump others -> others equal [~volatile]',
      variations: 'QEMU, vfio (group/bus reset caveat)',
    },
    {
      id: 'RST-005',
      strength: 'UNDEFINED',
      title: 'During FLR',
      citation: 'PCIe 6.6.2',
      statement:
        'The write that starts FLR completes first. Until done (at most 100 ms) requests may be dropped or answered.',
      allowed:
        "config read: all ones, retry status (vendor id 0001h if CRS visible), or final reset value; memory read: all ones; writes: dropped or applied after completion; after 100 ms normal service, or retry status as long as the function's own initialisation still runs",
      appliesTo: 'FLR capable',
      check: 'poll config after FLR -> see allowed [all bits]',
      variations: 'emulators finish synchronously',
    },
    {
      id: 'RST-006',
      strength: 'MUST',
      title: 'Secondary bus reset',
      citation: 'PCIe 7.5.1.3.13, 6.6.1; PCI-to-PCI 1.2 3.2.5.18 (unverified)',
      statement:
        "Bridge Control bit 6 set holds every function below in reset (all state incl. bus numbers of lower bridges); it works on the rising edge and while held; the bridge's own registers keep their value, status excepted (Secondary Status, link and slot status may change). After clearing, software re-enumerates.",
      allowed:
        'config read below while held: all ones, or reset values (emulators that act on the 0->1 edge); config write while held: dropped, or taken, and then it may outlive the release',
      appliesTo: 'bridges',
      check: 'cw16(3E,|0x40); cr below; clear; wait; dump -> below: reset values; bridge unchanged [listed bits]',
      variations:
        'QEMU resets on the 0->1 edge and still serves config of the secondary bus itself while held, but nothing deeper (pci_find_bus_nr); real hardware answers all ones while held: both allowed',
    },
    {
      id: 'RST-007',
      strength: 'MUST',
      title: 'Reset and in-flight effects',
      citation: 'PCIe 6.6.2',
      statement: 'After reset completes no DMA write, message or INTx edge from before the reset is seen.',
      appliesTo: 'all functions',
      check: 'start DMA/irq; reset; watch memory and sink -> silent [all bits]',
      variations: 'vfio closes eventfds; virtio reset waits',
    },
  ],
};

export const hotPlug: Area = {
  name: 'Hot plug and surprise removal',
  rules: [
    {
      id: 'HP-001',
      strength: 'MUST',
      title: 'Removed function reads all ones',
      citation: 'PCIe 6.7.6, 2.3.1',
      statement:
        'After removal every config and BAR read of the function is all ones, writes are dropped, and its interrupts and DMA cease.',
      appliesTo: 'hot-pluggable',
      check: 'remove; probe everything -> all ones [access width]',
      variations:
        'QEMU: all ones when unplugged/powered off; crosvm; Xen locks vpci lookup; history: Xen 4f78438b45 (lock against removal race)',
    },
    {
      id: 'HP-002',
      strength: 'MUST',
      title: 'Removal race',
      citation: 'PCIe 6.7.6',
      statement:
        "An access concurrent with removal gives its normal result or a hole's value (MAP-002); later ones are all ones; no crash, no use of freed state.",
      appliesTo: 'hot-pluggable',
      check: 'access loop while removing -> monotone switch [access width]',
      variations:
        'Xen: vpci lock outside the freed structure, deassignment races included; kvmtool: mutex plus reference counts on trap regions; history: Xen 4f78438b45; kvmtool 09577ac (mutex and reference counts)',
    },
    {
      id: 'HP-003',
      strength: 'MUST',
      title: 'Added function is at power-on state',
      citation: 'PCIe 6.7.x, 6.6.1',
      statement:
        'A hot-added function appears with reset values (Command 0, BARs default, MSI off), its BARs not decoded until enabled.',
      appliesTo: 'hot-pluggable',
      check: 'add; dump -> reset values [per register]',
      variations: 'crosvm assigns BARs for hot-plug in reserved windows',
    },
    {
      id: 'HP-004',
      strength: 'MUST',
      title: 'Slot registers tell the story',
      citation: 'PCIe 6.7.2, 6.7.3.1-.4, 7.5.3.9-.11',
      statement:
        'Presence detect state is right, so it is 1 while a function in the slot answers; presence changed, link active changed and command completed are set (RW1C) by their events, command completed by every write to Slot Control, also one that changes nothing; interrupts: HP-006. Data Link Layer Link Active (LnkSta 13) is 1 while a function below answers, if LnkCap 20 is 1.',
      appliesTo: 'ports',
      check: 'add/remove; read -> bits as events [per register]',
      preconditions:
        'slot implemented; the event is supported (link active: LnkCap bit 20; command completed: Slot Capabilities bit 18 = 0)',
      variations: 'QEMU, crosvm',
    },
    {
      id: 'HP-005',
      strength: 'FIRMWARE-CONVENTION',
      title: 'Window resources for later devices',
      citation: 'PCIe 6.7; PCI FW (unverified)',
      statement:
        'A hot-plug port may be given larger windows; BARs of later devices fit or stay unassigned (not enabled).',
      appliesTo: 'ports',
      check: 'hot add a device bigger than the window -> BAR unassigned, no decode [all bits]',
      variations: 'crosvm BR_MEM_MINIMUM 2 MiB for empty ports; history: crosvm b6ef09ecc',
    },
    {
      id: 'HP-007',
      strength: 'MUST',
      title: 'Slot power off and on',
      citation: 'PCIe 6.7.1.8, 6.7.2, 7.5.3.10',
      statement:
        "With a power controller, Slot Control bit 10 = 1 takes power from the slot: what is below reads all ones, its interrupts, DMA and decoding end. Bit 10 = 0 brings the device back, if it is still there, at its power-on state (Command 0, BARs default, MSI off). The port's own registers stay; Power Controller Control changes only by a write to it or a reset of the port.",
      allowed:
        'after power off with the power indicator off the device may be gone for good (taken out by the VMM); each change may take up to 1 s',
      appliesTo: 'root and downstream ports with a slot',
      check:
        'program the device; SltCtl|=0x400; cr32 below; SltCtl&=~0x400; wait; dump below -> all ones; then reset values or all ones [access width; listed bits of RST-001]',
      preconditions: 'Slot Capabilities bit 1 = 1',
      variations:
        'QEMU 7.2: hidden while off, back with BAR 0 and Command 0 in ACPI mode; native mode with indicator off unplugs (seen)',
    },
    {
      id: 'HP-006',
      strength: 'MUST',
      title: 'Hot-plug interrupt condition',
      citation: 'PCIe 6.7.3.1, 6.7.3.2, 6.7.3.4, 7.5.3.2',
      statement:
        'Condition = Hot-Plug Interrupt Enable and at least one event bit together with its own enable. INTx is up exactly as long as it holds (Interrupt Disable 0, MSI and MSI-X off). With MSI or MSI-X one message goes out each time an event makes it true; none is owed for an event while it is true already, nor for the command that turns command-completed notification off. The vector is Interrupt Message Number.',
      allowed:
        'a message or none when an enable bit or an unmask makes the condition true for older events; an extra message for an event bit that is set while the condition holds already',
      appliesTo: 'root and downstream ports',
      check:
        'enable; cause an event; observe; second event without clearing; clear every bit; third event -> message; none owed; message. INTx: level equals the condition [all bits]',
      preconditions: 'hot-plug capable slot; BME=1, D0, vector unmasked',
      variations:
        'QEMU 7.2 conforms (seen on ioh3420: nothing for a command while command completed is still set; a message when interrupt enable is set after the event; nothing at mask/unmask); history: Linux 8edf5332c3934 (the guest must look again after clearing status)',
    },
  ],
};

export const snapshot: Area = {
  name: 'Snapshot, restore, migration',
  rules: [
    {
      id: 'SNAP-001',
      strength: 'MUST',
      title: 'Guest-visible config is equal after restore',
      citation: 'design rule (QEMU checks config on migration)',
      statement:
        'A full dump (all widths, extended space, MSI-X tables and PBA, CAM index) is the same before pause and after resume.',
      appliesTo: 'all functions',
      check: 'dump; snapshot; restore; dump -> equal [~volatile]',
      preconditions: 'paused at quiescence',
      variations: 'QEMU compares with a check mask; history: cloud-hypervisor c3f1c3ee3, 2b150ac2e; crosvm 275a32070',
    },
    {
      id: 'SNAP-002',
      strength: 'MUST',
      title: 'Decode is equal after restore',
      citation: 'design rule; MAP-011',
      statement:
        'BAR reachability, windows, ROM and doorbells after restore equal those before, also for moved BARs and disabled decode, and for pending (written, not yet enabled) addresses.',
      appliesTo: 'all functions',
      check: 'move BARs; snapshot mid-way (MSE=0); restore; enable; probe -> equal [access width]',
      variations: 'history: cloud-hypervisor db93c6fdc (deferred move lost)',
    },
    {
      id: 'SNAP-003',
      strength: 'MUST',
      title: 'Interrupt state is equal after restore',
      citation: 'design rule; PCIe 6.1.4.5',
      statement:
        'MSI/MSI-X enable, masks, pending, INTx level and routes are as before; pending events are delivered after unmask on the new side.',
      appliesTo: 'MSI/MSI-X/INTx',
      check: 'snapshot with pending masked; restore; unmask -> message arrives once [all bits]',
      variations: 'history: crosvm 275a32070; cloud-hypervisor de88bef42',
    },
    {
      id: 'SNAP-004',
      strength: 'SHOULD',
      title: 'Restore does not run device resets',
      citation: 'design rule',
      statement:
        'Restore performs no guest-visible event: no reset, no BAR default, no status bit change, no DMA; no interrupt before the guest runs. After resume a virtio device may send spurious queue or config interrupts on its programmed vectors.',
      appliesTo: 'all functions',
      check: 'observe sink across restore -> silent [all bits]',
      variations: 'BAR assignment at creation must be overwritten; history: cloud-hypervisor 2b150ac2e',
    },
    {
      id: 'SNAP-005',
      strength: 'MUST',
      title: 'Migration between versions keeps identity and masks',
      citation: 'design rule (QEMU cmask/wmask check)',
      statement:
        'IDs, revision, capability layout, BAR types and sizes and RO masks are equal on both sides, otherwise the migration is refused before the guest runs.',
      appliesTo: 'all functions',
      check: 'restore on changed build -> refused or equal [RO bits]',
      variations: 'QEMU rejects on mismatch in checked bits',
    },
  ],
};
