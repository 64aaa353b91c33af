/** What interrupt vectors and lines were allowed to do, and what they did: as a picture, and as a table. */

import { useMemo } from 'preact/hooks';
import type { PagePicture, PageVectorLane, PageVectorSpan } from '../page-data.ts';
import { VECTOR_STATES } from '../page-data.ts';
import { drawDivergences, findingAt } from './address-scene.ts';
import { Paged } from './paged.tsx';
import { grouped, plural } from './words.ts';
import type { Scene, View } from './zoomable.tsx';
import { Zoomable } from './zoomable.tsx';

const ROW = 20;

export function Interrupts({ picture, moment }: { picture: PagePicture; moment: number | undefined }) {
  const scene = useMemo(() => new VectorScene(picture), [picture]);
  const { vectors } = picture;
  const coarse = vectors.filter(({ grain }) => grain > 0).length;
  return (
    <section id="interrupts" aria-labelledby="interrupts-title">
      <h2 id="interrupts-title">Interrupts over time</h2>
      {vectors.length === 0 ? (
        <p class="empty">No vector was enabled, and no message or line was seen.</p>
      ) : (
        <>
          <ul class="legend" aria-label="Legend">
            <li>
              <span class="swatch ready" /> enabled, or line up
            </li>
            <li>
              <span class="swatch masked" /> masked
            </li>
            <li>
              <span class="swatch pending" /> pending
            </li>
            <li>
              <span class="swatch message" /> message
            </li>
            <li>
              <span class="swatch event" /> event inside the function
            </li>
          </ul>
          {coarse === 0 ? null : (
            <p class="hint">{plural(coarse, 'lane')} changed too often: near changes are drawn as one.</p>
          )}
          <Zoomable scene={scene} moment={moment} />
          <details class="as-table">
            <summary>The same as a table ({plural(vectors.length, 'lane')})</summary>
            <Paged items={vectors} step={50} noun="lane" reset={picture.name}>
              {(some) => (
                <div class="scroll">
                  <table>
                    <caption class="hidden">Interrupts by lane</caption>
                    <thead>
                      <tr>
                        <th scope="col">function</th>
                        <th scope="col">vector</th>
                        <th scope="col">messages</th>
                        <th scope="col">events</th>
                        <th scope="col">states, from access to access</th>
                      </tr>
                    </thead>
                    <tbody>
                      {some.map((lane) => (
                        <tr>
                          <td>{lane.function === '' ? 'machine' : lane.function}</td>
                          <th scope="row">{lane.name}</th>
                          <td class="number">{grouped(total(lane.messages))}</td>
                          <td class="number">{grouped(total(lane.events))}</td>
                          <td>{states(lane)}</td>
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

function total(marks: PageVectorLane['messages']): number {
  return marks.reduce((sum, [, count]) => sum + count, 0);
}

function states({ spans }: PageVectorLane): string {
  const shown = spans.slice(0, 12).map((span) => `${stateOf(span)} ${grouped(span[0])} to ${grouped(span[1])}`);
  return [...shown, ...(spans.length > 12 ? [`and ${grouped(spans.length - 12)} more`] : [])].join('; ');
}

function stateOf([, , state, isPending]: PageVectorSpan): string {
  return `${VECTOR_STATES[state] ?? ''}${isPending === 1 ? ', pending' : ''}`;
}

class VectorScene implements Scene {
  readonly label: string;
  readonly steps: number;
  readonly extent: number;
  readonly unit = ROW;
  readonly left = 130;
  private readonly lanes: readonly PageVectorLane[];
  private readonly divergences: PagePicture['divergences'];

  constructor({ vectors, steps, divergences }: PagePicture) {
    this.lanes = vectors;
    this.steps = steps;
    this.divergences = divergences;
    this.extent = vectors.length;
    const messages = vectors.reduce((sum, lane) => sum + total(lane.messages), 0);
    this.label =
      `Interrupts over ${grouped(steps)} accesses and events: ${plural(vectors.length, 'lane')}, ` +
      `${plural(messages, 'message')}. The table below says the same.`;
  }

  draw(context: CanvasRenderingContext2D, view: View): void {
    for (const [index, lane] of this.lanes.entries()) {
      const [y0, y1] = [view.y(index), view.y(index + 1)];
      if (y1 < 0 || y0 > view.height) continue;
      if (index % 2 === 1) {
        context.fillStyle = view.colour('gap');
        context.fillRect(0, y0, view.width, y1 - y0);
      }
      for (const span of lane.spans) this.drawSpan(context, view, span, y0, y1);
      this.drawMarks(context, view, lane, y0, y1);
    }
    drawDivergences(context, view, this.divergences);
    context.clearRect(0, 0, view.left - 1, view.height + 2);
    context.fillStyle = view.colour('text');
    for (const [index, lane] of this.lanes.entries()) {
      const y = view.y(index + 0.5);
      if (y < 0 || y > view.height || view.y(1) - view.y(0) < 9) continue;
      context.fillText(`${lane.function} ${lane.name}`.trim(), 4, y, view.left - 10);
    }
  }

  describe(view: View, x: number, y: number): string[] | undefined {
    const lane = this.lanes[Math.floor(view.y.invert(y))];
    if (lane === undefined) return undefined;
    const at = view.x.invert(x);
    const near = (marks: PageVectorLane['messages']): number =>
      marks.reduce((sum, [moment, count]) => (Math.abs(view.x(moment) - x) < 4 ? sum + count : sum), 0);
    const span = lane.spans.find(([from, to]) => at >= from && at < to);
    const [messages, events] = [near(lane.messages), near(lane.events)];
    return [
      `${lane.function} ${lane.name}`.trim(),
      `  ${span === undefined ? 'off' : stateOf(span)} at ${grouped(Math.max(0, Math.floor(at)))}`,
      ...(span !== undefined && span[4] > 1 ? [`  longest of ${grouped(span[4])} stretches`] : []),
      ...(messages > 0 ? [`  ${plural(messages, 'message')} here`] : []),
      ...(events > 0 ? [`  ${plural(events, 'event')} here`] : []),
    ];
  }

  finding(view: View, x: number): string | undefined {
    return findingAt(view, this.divergences, x);
  }

  private drawSpan(context: CanvasRenderingContext2D, view: View, span: PageVectorSpan, y0: number, y1: number): void {
    const [from, to, state, isPending] = span;
    const x0 = Math.max(view.left, view.x(from));
    const x1 = Math.min(view.width, Math.max(view.x(to), view.x(from) + 1));
    if (x1 < view.left || x0 > view.width) return;
    const height = y1 - y0;
    context.fillStyle = view.colour(isPending === 1 ? 'pending' : (VECTOR_STATES[state] ?? 'unknown'));
    context.fillRect(x0, y0 + height * 0.3, x1 - x0, height * 0.4);
  }

  private drawMarks(context: CanvasRenderingContext2D, view: View, lane: PageVectorLane, y0: number, y1: number): void {
    const height = y1 - y0;
    const visible = (x: number): boolean => x >= view.left && x <= view.width;
    context.fillStyle = view.colour('message');
    for (const [at] of lane.messages) {
      const x = view.x(at);
      if (visible(x)) context.fillRect(x - 0.75, y0 + height * 0.12, 1.5, height * 0.76);
    }
    context.fillStyle = view.colour('event');
    for (const [at] of lane.events) {
      const x = view.x(at);
      if (!visible(x)) continue;
      context.beginPath();
      context.arc(x, y0 + height * 0.85, Math.min(3, height / 5), 0, 2 * Math.PI);
      context.fill();
    }
  }
}
