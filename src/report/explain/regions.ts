/** Accesses to memory and ports in words: what lies behind BARs, and what no function claims. */

import type { Access } from '../../access/access.ts';
import { formatBdf } from '../../access/bdf.ts';
import type { AccessStep } from '../../check/trace-steps.ts';
import type { Inside } from '../../model/decoder/claim.ts';
import { commonRegister, legacyRegister, STATUS_BITS } from '../../spec/virtio-common.ts';
import type { Annotation, SubjectKind, TableEntry } from './annotation.ts';
import { VIRTIO_REGISTERS } from './field-words.ts';
import { hex, listed } from './words.ts';

type RegionWords = Pick<Annotation, 'bdf' | 'place' | 'meaning' | 'subject' | 'region' | 'entry'>;

interface InsideWords {
  place: string;
  meaning: string;
  subject: SubjectKind;
  entry?: TableEntry;
}

const ENTRY = ['Message Address', 'Message Upper Address', 'Message Data', 'Vector Control'] as const;

/** An access to an address that some region decodes, or none. */
export function regionWords(step: AccessStep): RegionWords {
  const claims = step.decoder.claims(step.access);
  const [claim] = claims;
  if (claim === undefined) {
    return { bdf: -1, place: '', meaning: unclaimedWords(step), subject: 'elsewhere' };
  }
  const at = Number.isNaN(claim.offset) ? '?' : hex(BigInt(claim.offset));
  const place = `${claim.name} + ${at}`;
  const { name, bdf, sure } = claim;
  const doubt = listed([
    sure ? '' : 'if it decodes',
    claims.length > 1 ? `${claims.length} regions overlap there` : '',
  ]);
  if (claim.index === 6) return { bdf, place, meaning: doubt, subject: 'rom', region: { name } };
  const inside = claim.inside === undefined ? undefined : insideWords(claim.inside, step);
  if (inside === undefined) return { bdf, place, meaning: doubt, subject: 'device', region: { name } };
  return {
    bdf,
    place: `${inside.place} (${place})`,
    meaning: [inside.meaning, doubt].filter((part) => part !== '').join('; '),
    subject: inside.subject,
    region: { name },
    entry: inside.entry,
  };
}

/** Why nobody is there; a bridge may forward the address to a place where nobody is. */
function unclaimedWords({ access, decoder }: AccessStep): string {
  const { undecoded } = decoder;
  const window = decoder.forwarding(access);
  return [
    // The place of some region may not be known yet.
    undecoded === ''
      ? 'nobody is known to claim it'
      : undecoded.replace(/^no function claims/, 'no function is known to claim'),
    window === undefined ? '' : `in the ${window.kind} window of bridge ${formatBdf(window.bdf)}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function insideWords(inside: Inside, step: AccessStep): InsideWords {
  const { access } = step;
  const { at } = inside;
  switch (inside.kind) {
    case 'MSI-X table':
      return tableWords(at, step);
    case 'MSI-X PBA':
      return {
        place: `MSI-X PBA, vectors from ${8 * at}`,
        meaning: (access.valueLo | access.valueHi) === 0 ? 'none pending' : '',
        subject: 'device',
      };
    case 'virtio common':
      return virtioWords(commonRegister(at), at, 'virtio common configuration', step);
    case 'virtio legacy':
      return virtioWords(legacyRegister(at, inside.msix), at, 'virtio legacy interface', step);
    case 'virtio notify': {
      const meaning = access.write && access.width <= 2 ? `notifies queue ${access.valueLo}` : '';
      return { place: 'virtio notification', meaning, subject: 'device' };
    }
    case 'virtio ISR': {
      const bits = [(access.valueLo & 1) === 0 ? '' : 'queue', (access.valueLo & 2) === 0 ? '' : 'configuration'];
      const meaning = listed(bits) === '' ? 'no interrupt' : `${listed(bits)} interrupt`;
      return { place: 'virtio ISR status', meaning: access.write ? '' : meaning, subject: 'device' };
    }
    case 'virtio device':
      return { place: `virtio device configuration + ${hex(at)}`, meaning: '', subject: 'virtio' };
  }
}

function tableWords(at: number, { access }: AccessStep): InsideWords {
  const vector = at >>> 4;
  const first = (at >>> 2) & 3;
  const count = Math.max(1, Math.ceil(((at & 3) + access.width) / 4));
  const names = ENTRY.slice(first, first + count);
  const masked = maskBit(at, access);
  const meaning = masked === undefined ? '' : masked ? 'masked' : 'unmasked';
  const isContent = first < 3 && (access.valueLo !== 0 || (first < 2 && access.valueHi !== 0));
  const entry = { vector, hasContent: isContent, masked };
  return { place: `MSI-X vector ${vector}, ${names.join(', ')}`, meaning, subject: 'msi-x', entry };
}

/** Bit 0 of Vector Control, the byte 12 of an entry. */
function maskBit(at: number, { width, valueLo, valueHi }: Access): boolean | undefined {
  const lane = 12 - (at & 15);
  if (lane < 0 || lane >= width) return undefined;
  return (((lane < 4 ? valueLo : valueHi) >>> ((lane & 3) << 3)) & 1) === 1;
}

function virtioWords(
  found: { name: string; offset: number } | undefined,
  at: number,
  structure: string,
  { access }: AccessStep,
): InsideWords {
  if (found === undefined) return { place: `${structure} + ${hex(at)}`, meaning: '', subject: 'virtio' };
  const { name } = found;
  const meaning =
    name === 'device_status' ? statusWords(access.valueLo) : (VIRTIO_REGISTERS[name]?.(access.valueLo) ?? '');
  const isWork = name === 'queue_notify' || name === 'isr_status';
  return { place: `virtio ${name}`, meaning, subject: isWork ? 'device' : 'virtio' };
}

/** The bits of device_status; 0 is the reset. */
export function statusWords(value: number): string {
  if (value === 0) return 'reset';
  return STATUS_BITS.filter((name, bit) => name !== '' && ((value >>> bit) & 1) === 1).join(', ');
}
