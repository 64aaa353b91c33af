/** Who decodes which addresses over the accesses of a trace: as a picture, and as a table. */

import { useMemo, useState } from 'preact/hooks';
import type { PagePicture } from '../page-data.ts';
import { AddressScene } from './address-scene.ts';
import { Paged } from './paged.tsx';
import { grouped, plural } from './words.ts';
import { Zoomable } from './zoomable.tsx';

export function AddressMap({ picture, moment }: { picture: PagePicture; moment: number | undefined }) {
  const spaces = (['memory', 'port'] as const).filter((space) => picture.regions.some((lane) => lane.space === space));
  const [wanted, setWanted] = useState<'memory' | 'port'>('memory');
  const space = spaces.includes(wanted) ? wanted : (spaces[0] ?? 'memory');
  const scene = useMemo(() => new AddressScene(picture, space), [picture, space]);
  const lanes = picture.regions.filter((lane) => lane.space === space);
  const rows = lanes.flatMap((lane) => lane.spans.map((span) => ({ lane, span })));
  const coarse = lanes.filter(({ grain }) => grain > 0).length;
  return (
    <section id="addresses" aria-labelledby="addresses-title">
      <h2 id="addresses-title">Address map over time</h2>
      {rows.length === 0 ? (
        <p class="empty">Nothing is known to have decoded any address.</p>
      ) : (
        <>
          <div class="filters">
            {spaces.length < 2 ? null : (
              <label>
                Space
                <select value={space} onChange={(event) => setWanted(event.currentTarget.value as typeof space)}>
                  <option value="memory">memory</option>
                  <option value="port">ports</option>
                </select>
              </label>
            )}
            <Legend />
          </div>
          <p class="hint">
            Time runs to the right, in accesses and events. Heights are logarithms of sizes, and addresses that nothing
            uses are left out: order and overlaps are true, lengths are not.
            {scene.overlaps.length === 0 ? '' : ` ${plural(scene.overlaps.length, 'overlap')} between functions.`}
            {coarse === 0 ? '' : ` ${plural(coarse, 'range')} changed too often: near changes are drawn as one.`}
          </p>
          <Zoomable scene={scene} moment={moment} />
          <details class="as-table">
            <summary>The same as a table ({plural(rows.length, 'row')})</summary>
            {scene.overlaps.length === 0 ? null : (
              <ul class="plain">
                {scene.overlaps.slice(0, 50).map(({ from, to, one, other }) => (
                  <li>
                    overlap of {one.function} {one.name} and {other.function} {other.name}, accesses {grouped(from)} to{' '}
                    {grouped(to)}
                  </li>
                ))}
              </ul>
            )}
            <Paged items={rows} step={100} noun="row" reset={`${picture.name} ${space}`}>
              {(some) => (
                <div class="scroll">
                  <table>
                    <caption class="hidden">Ranges that decoded, by owner</caption>
                    <thead>
                      <tr>
                        <th scope="col">function</th>
                        <th scope="col">range</th>
                        <th scope="col">first</th>
                        <th scope="col">last</th>
                        <th scope="col">from</th>
                        <th scope="col">to</th>
                        <th scope="col">decodes</th>
                      </tr>
                    </thead>
                    <tbody>
                      {some.map(({ lane, span: [from, to, base, last, isOn, stretches] }) => (
                        <tr>
                          <td>{lane.function === '' ? 'machine' : lane.function}</td>
                          <th scope="row">{lane.name}</th>
                          <td class="value">{base}</td>
                          <td class="value">{last}</td>
                          <td class="number">{grouped(from)}</td>
                          <td class="number">{grouped(to)}</td>
                          <td>
                            {isOn === 1 ? 'yes' : 'perhaps'}
                            {stretches > 1 ? `, longest of ${grouped(stretches)}` : ''}
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
            </Paged>
          </details>
        </>
      )}
    </section>
  );
}

function Legend() {
  return (
    <ul class="legend" aria-label="Legend">
      <li>
        <span class="swatch bar" /> BAR or ROM, a colour a function
      </li>
      <li>
        <span class="swatch maybe" /> perhaps
      </li>
      <li>
        <span class="swatch window" /> bridge window
      </li>
      <li>
        <span class="swatch ecam" /> ECAM, RAM
      </li>
      <li>
        <span class="swatch overlap" /> overlap
      </li>
      <li>
        <span class="swatch bad" /> finding
      </li>
    </ul>
  );
}
