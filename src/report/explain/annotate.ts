/** Puts the steps of a trace into words, one at a time. */

import { formatAccess, formatEvent, formatPlace } from '../../access/text.ts';
import { formatBdf } from '../../access/bdf.ts';
import { formatHex } from '../../core/hex.ts';
import type { AccessStep, EventStep, Step } from '../../check/trace-steps.ts';
import type { Annotation } from './annotation.ts';
import { BarProbes } from './bars.ts';
import { configurationWords } from './configuration.ts';
import { eventWords } from './events.ts';
import { regionWords } from './regions.ts';
import { hex, inert } from './words.ts';

const ENABLE = 0x80000000 | 0;

/** What is said of a step; what is left out is not known, or not there. */
type Words = Pick<Annotation, 'subject'> &
  Partial<Omit<Annotation, 'index' | 'line' | 'text' | 'way' | 'value' | 'verdicts'>>;

const NO_FIELDS: Annotation['fields'] = [];

/** Written out, for there are millions of them, and copying objects by their keys takes longer than all the rest. */
function make(step: Step, text: string, way: Annotation['way'], value: string, words: Words): Annotation {
  return {
    index: step.index,
    line: step.line,
    text,
    way,
    bdf: words.bdf ?? -1,
    mechanism: words.mechanism ?? '',
    offset: words.offset ?? 0,
    width: words.width ?? 0,
    structure: words.structure ?? '',
    place: words.place ?? '',
    value,
    fields: words.fields ?? NO_FIELDS,
    meaning: words.meaning ?? '',
    subject: words.subject,
    verdicts: step.verdicts,
    f: words.f,
    bar: words.bar,
    region: words.region,
    entry: words.entry,
  };
}

export class Annotator {
  private readonly probes = new BarProbes();

  annotate(step: Step): Annotation {
    const annotation = step.access === undefined ? this.event(step) : this.access(step);
    if (isUpheaval(annotation)) this.probes.clear();
    else if (resetsItself(annotation)) this.probes.forget(annotation.bdf);
    return annotation;
  }

  private event(step: EventStep): Annotation {
    return make(step, inert(formatEvent(step.event)), 'event', '', eventWords(step));
  }

  private access(step: AccessStep): Annotation {
    const { access } = step;
    const value = formatHex(access.valueHi, access.valueLo);
    return make(step, formatAccess(access), access.write ? 'write' : 'read', value, this.words(step));
  }

  private words(step: AccessStep): Words {
    const { access, reached } = step;
    switch (reached.kind) {
      case 'configuration':
        return configurationWords(step, reached, this.probes);
      case 'index':
        return indexWords(step);
      case 'part of the index':
        return { place: 'part of CONFIG_ADDRESS', meaning: 'not a load of the index', subject: 'mechanism' };
      case 'data disabled':
        return { place: 'CONFIG_DATA', meaning: 'the index is not enabled: plain I/O', subject: 'mechanism' };
      case 'data unknown':
        return { place: 'CONFIG_DATA', meaning: 'the index is not known', subject: 'mechanism' };
      case 'reset control': {
        const meaning = access.write && (access.valueLo & 6) === 6 ? 'resets the machine' : '';
        return { place: 'Reset Control', meaning, subject: 'machine' };
      }
      case 'I/O APIC':
        return { place: formatPlace(access), meaning: 'I/O APIC', subject: 'elsewhere' };
      case 'memory':
      case 'port': {
        const words = regionWords(step);
        return words.place === '' ? { ...words, place: formatPlace(access) } : words;
      }
    }
  }
}

/** Whether registers may hold something else afterwards, or functions have other numbers. */
function isUpheaval({ subject, way, offset, f, place, meaning }: Annotation): boolean {
  if (subject === 'machine') return place !== 'save' && (way === 'event' || meaning !== '');
  // Bus numbers, and the control with the reset of the secondary bus.
  const isOfBridge = way === 'write' && subject === 'bridge' && f?.headerType === 1;
  return isOfBridge && ((offset >= 0x18 && offset < 0x1b) || offset >= 0x3c);
}

/** Whether a write resets the function: by FLR, or on its way back from D3hot (PCIe 6.6.2, 5.3.1.4.1). */
function resetsItself({ way, fields }: Annotation): boolean {
  if (way !== 'write') return false;
  return fields.some(({ field, value, before }) => {
    if (field === 'PowerState') return before === 3 && value === 0 && !keepsContext(fields);
    return value === 1 && (field === 'Initiate Function Level Reset' || field === 'Initiate FLR');
  });
}

function keepsContext(fields: Annotation['fields']): boolean {
  return fields.some(({ field, before }) => field === 'No_Soft_Reset' && before === 1);
}

/** CONFIG_ADDRESS: which register the data window leads to from now on. */
function indexWords({ access }: AccessStep): Words {
  const { valueLo: index } = access;
  const bdf = (index >>> 8) & 0xffff;
  const isEnabled = (index & ENABLE) !== 0;
  const where = `${formatBdf(bdf)}, ${hex(index & 0xfc)}`;
  return {
    place: 'CONFIG_ADDRESS',
    meaning: isEnabled ? `${access.write ? 'selects' : 'is at'} ${where}` : 'not enabled',
    subject: access.write && isEnabled ? 'index' : 'mechanism',
    ...(isEnabled ? { bdf } : {}),
  };
}
