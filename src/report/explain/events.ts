/** Events in words. */

import { formatBdf } from '../../access/bdf.ts';
import type { Event } from '../../access/event.ts';
import type { EventStep } from '../../check/trace-steps.ts';
import type { Annotation, SubjectKind } from './annotation.ts';
import { atMost } from './words.ts';

type EventWords = Pick<Annotation, 'bdf' | 'place' | 'meaning' | 'subject'>;

export function eventWords({ event, decoder }: EventStep): EventWords {
  const words = (place: string, meaning: string, subject: SubjectKind = 'machine', bdf = -1): EventWords => ({
    bdf,
    place,
    meaning,
    subject,
  });
  switch (event.kind) {
    case 'message':
      return messageWords(event, decoder);
    case 'line':
      return words(`interrupt input ${event.input}`, event.level === 1 ? 'goes up' : 'goes down', 'device');
    case 'intx':
      return words('INTx', event.level === 1 ? 'asserted' : 'deasserted', 'device', event.bdf);
    case 'condition':
      return words('interrupt condition', event.level === 1 ? 'begins' : 'ends', 'device', event.bdf);
    case 'fire':
      return words(`cause of vector ${event.vector}`, 'happens inside the device', 'device', event.bdf);
    case 'power-on':
      return words('power-on', 'registers hold their reset values');
    case 'reset':
      return words('reset of the machine', '');
    case 'plug':
      return words('plugged', 'a function is put in', 'machine', event.bdf);
    case 'unplug':
      return words('unplugged', 'a function is taken out', 'machine', event.bdf);
    case 'eject':
      return words('eject', `devices ${devices(event.devices)} of some bus are taken out or put in`);
    case 'save':
      return words('save', 'a snapshot of the machine is taken');
    case 'restore':
      return words('restore', 'the machine goes back to its snapshot');
    case 'gap':
      return words('gap', event.lost === undefined ? 'the recording lost a stretch' : `${event.lost} events were lost`);
    case 'refused':
      return words(`refused ${event.write ? 'write' : 'read'}`, decoder.undecoded, 'elsewhere');
    case 'remark':
      return words('remark', '');
  }
}

function devices(mask: number): string {
  const numbers = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => ((mask >>> bit) & 1) === 1);
  return numbers.length === 0 ? 'none' : numbers.map((bit) => bit.toString(16).padStart(2, '0')).join(', ');
}

/** Who sent a message, as far as the contents of the vectors tell. */
function messageWords(event: Extract<Event, { kind: 'message' }>, decoder: EventStep['decoder']): EventWords {
  const senders = decoder.senders(event);
  const [first] = senders;
  if (first === undefined) {
    const isForeign = decoder.isOfIoApic(event);
    const meaning = isForeign ? 'from the I/O APIC' : 'no vector that is known sends it';
    const subject = isForeign ? 'elsewhere' : 'device';
    return { bdf: event.bdf ?? -1, place: 'message', meaning, subject };
  }
  const names = senders.map(
    ({ bdf, msix, vector }) =>
      `${msix ? 'MSI-X' : 'MSI'} vector ${vector}${senders.length > 1 ? ` of ${formatBdf(bdf)}` : ''}`,
  );
  const meaning = senders.length === 1 ? (names[0] as string) : `one of ${atMost(names, 3)}`;
  return { bdf: first.bdf, place: 'message', meaning, subject: 'device' };
}
