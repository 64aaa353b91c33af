/** A wrong answer bit by bit: the dword as the specification draws it, and its fields in words. */

import { useState } from 'preact/hooks';
import type { PageBits, PageField } from '../page-data.ts';
import { ATTRIBUTES, hex } from './words.ts';

/** A field or a stretch of bits that no field covers. */
interface Part extends PageField {
  high: number;
  low: number;
}

export function Bits({ bits, fields }: { bits: PageBits; fields: readonly PageField[] }) {
  const [chosen, setChosen] = useState(-1);
  const parts = partsOf(fields);
  const halves = [
    [31, 16],
    [15, 0],
  ].filter(([high, low]) => (bits.mask & maskOf(high!, low!)) !== 0) as [number, number][];
  const wrong = wrongBits(bits);
  return (
    <div class="bits">
      <p class="hint">
        dword at offset <code>{hex(bits.offset)}</code>; bits that differ are marked ▲, bits of which no value was
        expected are ·
      </p>
      {halves.map(([high, low]) => (
        <div class="scroll">
          <table class="grid" aria-hidden="true">
            <thead>
              <tr>
                <th />
                {range(high, low).map((bit) => (
                  <th class={edge(parts, bit)}>{bit}</th>
                ))}
              </tr>
              <tr class="names">
                <th>field</th>
                {parts
                  .filter((part) => part.high >= low && part.low <= high)
                  .map((part) => {
                    const index = parts.indexOf(part);
                    const span = Math.min(part.high, high) - Math.max(part.low, low) + 1;
                    return (
                      <td
                        colSpan={span}
                        class={`${index === chosen ? 'chosen' : ''} ${(part.mask & wrong) === 0 ? '' : 'wrong'}`}
                        title={titleOf(part)}
                        onMouseEnter={() => setChosen(index)}
                        onMouseLeave={() => setChosen(-1)}
                      >
                        <span>{part.name}</span>
                      </td>
                    );
                  })}
              </tr>
              <tr class="names">
                <th>attribute</th>
                {parts
                  .filter((part) => part.high >= low && part.low <= high)
                  .map((part) => (
                    <td colSpan={Math.min(part.high, high) - Math.max(part.low, low) + 1} title={titleOf(part)}>
                      {part.attribute}
                    </td>
                  ))}
              </tr>
            </thead>
            <tbody>
              <Row
                name="expected"
                high={high}
                low={low}
                parts={parts}
                show={(bit) => expectedBit(bits, bit)}
                wrong={0}
              />
              <Row name="read" high={high} low={low} parts={parts} show={(bit) => readBit(bits, bit)} wrong={wrong} />
              <tr class="marks">
                <th />
                {range(high, low).map((bit) => (
                  <td>{((wrong >>> bit) & 1) === 1 ? '▲' : ''}</td>
                ))}
              </tr>
            </tbody>
          </table>
        </div>
      ))}
      <div class="scroll">
        <table class="fields">
          <caption class="hidden">Fields of the dword that were read: expected and actual values</caption>
          <thead>
            <tr>
              <th scope="col">bits</th>
              <th scope="col">field</th>
              <th scope="col">attribute</th>
              <th scope="col">expected</th>
              <th scope="col">read</th>
              <th scope="col">rule</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part, index) =>
              (part.mask & bits.mask) === 0 ? null : (
                <tr
                  class={`${(part.mask & wrong) === 0 ? '' : 'wrong'} ${index === chosen ? 'chosen' : ''}`}
                  onMouseEnter={() => setChosen(index)}
                  onMouseLeave={() => setChosen(-1)}
                >
                  <td>{part.high === part.low ? part.low : `${part.high}:${part.low}`}</td>
                  <th scope="row">
                    {part.name}
                    {part.register === part.name || part.register === '' ? null : (
                      <span class="of"> {part.register}</span>
                    )}
                  </th>
                  <td class="attribute">
                    {part.attribute} <span class="of">{ATTRIBUTES[part.attribute] ?? ''}</span>
                  </td>
                  <td class="value">{valueOf(part, bits.expected, bits.known & bits.mask)}</td>
                  <td class="value">
                    {valueOf(part, bits.actual, bits.mask)}
                    {(part.mask & wrong) === 0 ? null : <strong> ▲ differs</strong>}
                  </td>
                  <td>{part.rule}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Row(props: {
  name: string;
  high: number;
  low: number;
  parts: readonly Part[];
  show: (bit: number) => string;
  wrong: number;
}) {
  const { name, high, low, parts, show, wrong } = props;
  return (
    <tr>
      <th>{name}</th>
      {range(high, low).map((bit) => (
        <td class={`${edge(parts, bit)} ${((wrong >>> bit) & 1) === 1 ? 'wrong' : ''}`}>{show(bit)}</td>
      ))}
    </tr>
  );
}

export function wrongBits({ mask, known, expected, actual }: PageBits): number {
  return (expected ^ actual) & known & mask;
}

/** All 32 bits in parts, from the highest on. */
export function partsOf(fields: readonly PageField[]): Part[] {
  const parts: Part[] = [];
  for (let high = 31; high >= 0;) {
    const field = fields.find(({ mask }) => ((mask >>> high) & 1) === 1);
    let low = high;
    const goesOn = (bit: number): boolean =>
      field === undefined ? !fields.some(({ mask }) => ((mask >>> bit) & 1) === 1) : ((field.mask >>> bit) & 1) === 1;
    while (low > 0 && goesOn(low - 1)) low--;
    const mask = maskOf(high, low);
    parts.push(
      field === undefined
        ? { register: '', name: 'no field', attribute: 'open', rule: '', mask, high, low }
        : { ...field, mask, high, low },
    );
    high = low - 1;
  }
  return parts;
}

function maskOf(high: number, low: number): number {
  return ((-1 >>> (31 - high + low)) << low) >>> 0;
}

function valueOf({ mask, low, high }: Part, value: number, known: number): string {
  const judged = mask & known;
  if (judged === 0) return 'any';
  const shown = high === low ? String((value >>> low) & 1) : hex((value & mask) >>> low);
  return (judged | 0) === (mask | 0) ? shown : `${hex((value & judged) >>> low)} in ${hex(judged >>> low)}`;
}

function titleOf({ name, attribute, rule, high, low }: Part): string {
  const bits = high === low ? `bit ${low}` : `bits ${high}:${low}`;
  return `${name}, ${bits}: ${attribute} (${ATTRIBUTES[attribute] ?? ''})${rule === '' ? '' : `, ${rule}`}`;
}

function expectedBit({ mask, known, expected }: PageBits, bit: number): string {
  if (((mask >>> bit) & 1) === 0) return '';
  return ((known >>> bit) & 1) === 1 ? String((expected >>> bit) & 1) : '·';
}

function readBit({ mask, actual }: PageBits, bit: number): string {
  return ((mask >>> bit) & 1) === 1 ? String((actual >>> bit) & 1) : '';
}

function edge(parts: readonly Part[], bit: number): string {
  return parts.some(({ high }) => high === bit) ? 'edge' : '';
}

function range(high: number, low: number): number[] {
  return Array.from({ length: high - low + 1 }, (_, index) => high - index);
}
