/** What a message carries, and how it is compared with what a function is programmed to send (PCIe 6.1.4). */

import type { Event, Located } from '../../access/event.ts';

export type Message = Located<Extract<Event, { kind: 'message' }>>;

export interface Content {
  addressLo: number;
  addressHi: number;
  data: number;
}

/** Content that was replaced while the vector was masked. */
export interface Replaced extends Content {
  /** By the write of 8 bytes that takes the mask away in the same access (MSIX-019). */
  unmasking: boolean;
}

/** A content that must not be sent any more, and the rule that says so. */
export interface Expired extends Content {
  rule: 'MSIX-012' | 'MSIX-018' | 'MSIX-019' | 'MSI-008';
}

/** Whether a message is this content. `iommu`: addresses on the wire are not the programmed ones. */
export function same(content: Content, event: Message, iommu: boolean): boolean {
  if (((content.data ^ event.data) & event.dataMask) !== 0) return false;
  return sameAddress(content, event, iommu);
}

export function sameAddress(content: Content, event: Message, iommu: boolean): boolean {
  return iommu || ((content.addressLo ^ event.addressLo) >>> 2 === 0 && content.addressHi === event.addressHi);
}

/** Each field old or new (MSIX-018, MSI-008). */
export function mixes(now: Content, old: readonly Content[], event: Message, iommu: boolean): boolean {
  if (old.length === 0) return false;
  const all = [now, ...old];
  return (
    all.some((content) => ((content.data ^ event.data) & event.dataMask) === 0) &&
    (iommu || all.some((content) => (content.addressLo ^ event.addressLo) >>> 2 === 0)) &&
    (iommu || all.some((content) => content.addressHi === event.addressHi))
  );
}
