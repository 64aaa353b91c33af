/** The PCI Express capability, version 2 (PCIe 7.5.3), and the start of a function level reset. */
import type { CapabilityList } from './capability-list.ts';
import type { DeviceFunction } from './device-function.ts';
import { hasLink } from './layout.ts';
import type { ExpressLayout, FunctionKind } from './layout.ts';
import { Part } from './part.ts';
import { Slot } from './slot.ts';

const PORT_TYPE: Partial<Record<FunctionKind, number>> = {
  endpoint: 0,
  'legacy-endpoint': 1,
  'root-port': 4,
  'upstream-port': 5,
  'downstream-port': 6,
  'express-to-pci': 7,
  integrated: 9,
};

const START_RESET = 0x8000;
const LINK_DISABLE = 0x10;
const ARI_FORWARDING = 0x20;
const LINK_ACTIVE = 0x2000 << 16;

export class Express extends Part {
  readonly offset: number;
  private readonly flr: boolean;
  private readonly link: boolean;
  private readonly reportsLink: boolean;

  constructor(fn: DeviceFunction, list: CapabilityList, layout: ExpressLayout, at?: number) {
    super(fn);
    const slot = fn.layout.capabilities.find((capability) => capability.kind === 'slot');
    this.flr = layout.flr;
    this.link = hasLink(fn.layout.kind);
    this.reportsLink = slot !== undefined;
    this.offset = list.place(0x10, 60, at);
    this.defineDevice(slot !== undefined);
    this.defineLink();
    const root = fn.layout.kind === 'root-port' || this.faulty('pcie-root-cap-on-endpoint');
    if (root) fn.config.define(this.offset + 0x1c, 2, 0, { writable: 0x0f });
    if (root) fn.config.define(this.offset + 0x20, 4, 0, { clearable: 0x10000 });
    this.defineSecondVersion(layout.ari);
    if (fn.bridge !== undefined) fn.bridge.express = this;
    if (slot !== undefined) fn.slot = new Slot(fn, this, slot);
    // Without a slot the device below is always present (PCIe 7.5.3.11).
    else if (this.link) fn.config.define(this.offset + 0x1a, 2, 0x40);
  }

  private defineDevice(slot: boolean): void {
    const { config, layout } = this.fn;
    const type = PORT_TYPE[layout.kind] ?? 0;
    config.define(this.offset + 2, 2, 2 | (this.faulty('pcie-cap-missing') ? type : type << 4) | (slot ? 0x100 : 0));
    // Payload of 256 bytes, role-based error reporting, function level reset.
    config.define(this.offset + 4, 4, 0x8001 | (this.flr ? 1 << 28 : 0));
    // Virtual functions have these fields in their physical function (PCIe 9.3.5.4).
    const virtual = this.fn.virtual !== undefined;
    config.define(this.offset + 8, 2, virtual ? 0 : 0x2810, { writable: virtual ? 0 : 0x78ff, kept: 0xe0 });
    config.define(this.offset + 0x0a, 2, 0, { clearable: 0x0f });
    config.onWrite(this.offset + 8, (_before, _after, value) => {
      if ((value & START_RESET) === 0) return;
      if (this.flr || this.faulty('flr-without-capability')) this.fn.reset('function');
      if (this.flr && this.faulty('flr-bit-reads-one')) config.change(this.offset + 8, START_RESET, START_RESET);
    });
  }

  private defineLink(): void {
    const { config, layout } = this.fn;
    if (layout.kind === 'integrated') return;
    // One lane of 2.5 GT/s; ports with a slot report whether the link is active.
    config.define(this.offset + 0x0c, 4, 0x0011 | (this.reportsLink ? 1 << 20 : 0) | (layout.device << 24));
    const virtual = this.fn.virtual !== undefined;
    const endpoint = layout.kind === 'endpoint' || layout.kind === 'legacy-endpoint';
    // ASPM, common clock, extended synch; endpoints: read completion boundary; ports: link disable.
    const control = virtual ? 0 : 0xc3 | (endpoint ? 0x08 : 0) | (this.link ? LINK_DISABLE : 0);
    config.define(this.offset + 0x10, 2, 0, { writable: control, kept: control });
    config.define(this.offset + 0x12, 2, virtual ? 0 : 0x0011);
    config.onWrite(this.offset + 0x10, (before, after) => {
      if (((before ^ after) & LINK_DISABLE) !== 0) this.linkDisableChanged();
    });
  }

  private defineSecondVersion(ari: boolean): void {
    const { config, layout } = this.fn;
    const virtual = this.fn.virtual !== undefined;
    const forwarding = ari && this.link ? ARI_FORWARDING : 0;
    const timeouts = virtual || layout.kind === 'upstream-port' || layout.kind === 'downstream-port' ? 0 : 0x1f;
    config.define(this.offset + 0x24, 4, timeouts | forwarding);
    config.define(this.offset + 0x28, 2, 0, { writable: timeouts | forwarding });
    if (layout.kind !== 'integrated') config.define(this.offset + 0x2c, 4, virtual ? 0 : 2);
    if (forwarding !== 0) config.onWrite(this.offset + 0x28, () => this.fn.bridge?.linkChanged());
  }

  get linkDisabled(): boolean {
    return this.link && (this.fn.config.dword(this.offset + 0x10) & LINK_DISABLE) !== 0;
  }

  get ariForwarding(): boolean {
    return (this.fn.config.dword(this.offset + 0x28) & ARI_FORWARDING) !== 0;
  }

  private linkDisableChanged(): void {
    const { bridge } = this.fn;
    if (this.linkDisabled) bridge?.resetBelow('conventional');
    bridge?.linkChanged();
    this.updateLink();
  }

  /** The link came up or went down, perhaps: then Slot Status tells. */
  updateLink(): void {
    if (this.showLink()) this.fn.slot?.linkActiveChanged();
  }

  /** Data Link Layer Link Active follows what is below (PCIe 7.5.3.8). Returns whether it changed. */
  showLink(): boolean {
    if (!this.reportsLink) return false;
    const { config, slot } = this.fn;
    const up = slot?.occupied === true && slot.powered && !this.linkDisabled;
    const active = up || this.faulty('link-active-without-device');
    const before = (config.dword(this.offset + 0x10) & LINK_ACTIVE) !== 0;
    config.change(this.offset + 0x10, LINK_ACTIVE, active ? LINK_ACTIVE : 0);
    return active !== before;
  }
}
