/** How a campaign went over the accesses of its programs. */

import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { PageCurve } from '../page-data.ts';
import { grouped } from './words.ts';

const HEIGHT = 180;

export function Curves({ curves }: { curves: readonly PageCurve[] }) {
  return (
    <section id="campaign" aria-labelledby="campaign-title">
      <h2 id="campaign-title">The campaign over its accesses</h2>
      {curves
        .filter(({ accesses }) => accesses.length > 1)
        .map((curve) => (
          <div class="curves">
            {curves.length === 1 ? null : <h3>{curve.name}</h3>}
            <div class="plots">
              {curve.series.map(({ name, values }) => (
                <Plot name={name} accesses={curve.accesses} values={values} />
              ))}
            </div>
            <details class="as-table">
              <summary>The same as a table</summary>
              <Table curve={curve} />
            </details>
          </div>
        ))}
    </section>
  );
}

function Plot({ name, accesses, values }: { name: string; accesses: readonly number[]; values: readonly number[] }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current!;
    let plot: uPlot | undefined;
    const draw = (): void => {
      plot?.destroy();
      plot = new uPlot(optionsOf(element), [[...accesses], [...values]], element);
    };
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const print = matchMedia('print');
    const observer = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height: HEIGHT }));
    draw();
    dark.addEventListener('change', draw);
    print.addEventListener('change', draw);
    observer.observe(element);
    return () => {
      dark.removeEventListener('change', draw);
      print.removeEventListener('change', draw);
      observer.disconnect();
      plot?.destroy();
    };
  }, [accesses, values]);
  const last = values.at(-1) ?? 0;
  return (
    <figure>
      <figcaption>
        {name}: <b>{grouped(last)}</b>
      </figcaption>
      <div
        ref={place}
        role="img"
        aria-label={`${name} over accesses: ${last} in the end. The table below says the same.`}
      />
    </figure>
  );
}

function optionsOf(element: HTMLElement): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: colour('soft'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1 },
    font: `11px ${colour('sans')}`,
  };
  const numbers = (_: uPlot, values: number[]): string[] =>
    values.map((value) => (Number.isInteger(value) ? grouped(value) : ''));
  return {
    width: element.clientWidth,
    height: HEIGHT,
    scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] } },
    legend: { show: false },
    cursor: { y: false },
    axes: [
      { ...axis, values: numbers, size: 28 },
      { ...axis, values: numbers, size: 48 },
    ],
    series: [
      {},
      { stroke: colour('c0'), width: 2, points: { show: false }, paths: uPlot.paths.stepped!({ align: 1 }) },
    ],
  };
}

/** At most so many rows, at equal distances. */
const ROWS = 24;

function Table({ curve: { accesses, series } }: { curve: PageCurve }) {
  const every = Math.max(1, Math.ceil(accesses.length / ROWS));
  const rows = accesses
    .map((_, index) => index)
    .filter((index) => index % every === 0 || index === accesses.length - 1);
  return (
    <div class="scroll">
      <table>
        <caption class="hidden">The campaign over its accesses</caption>
        <thead>
          <tr>
            <th scope="col">accesses</th>
            {series.map(({ name }) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              <th scope="row" class="number">
                {grouped(accesses[row]!)}
              </th>
              {series.map(({ values }) => (
                <td class="number">{grouped(values[row]!)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
