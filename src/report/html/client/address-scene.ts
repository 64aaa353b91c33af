/** The address map as it is drawn: time to the right, addresses upward. */

import type { PagePicture, PageRegionLane, PageRegionSpan } from '../page-data.ts';
import { AddressAxis } from './address-axis.ts';
import type { Scene, View } from './zoomable.tsx';
import { grouped, plural } from './words.ts';

interface Box {
  lane: PageRegionLane;
  span: PageRegionSpan;
  /** In units of the axis. */
  top: number;
  bottom: number;
  colour: string;
}

export interface Overlap {
  from: number;
  to: number;
  top: number;
  bottom: number;
  one: PageRegionLane;
  other: PageRegionLane;
}

const COLOURS = 8;
const OVERLAPS_AT_MOST = 2000;

export class AddressScene implements Scene {
  readonly label: string;
  readonly steps: number;
  readonly extent: number;
  readonly unit = undefined;
  readonly left = 118;
  readonly overlaps: readonly Overlap[];
  private readonly axis: AddressAxis;
  /** Where names of windows stand, left and right end and height: no other is written over them. */
  private drawn: { left: number; right: number; y: number }[] = [];
  private readonly boxes: readonly Box[];
  private readonly divergences: PagePicture['divergences'];

  constructor(picture: PagePicture, space: 'memory' | 'port') {
    const lanes = picture.regions.filter((lane) => lane.space === space);
    this.steps = picture.steps;
    this.divergences = picture.divergences;
    this.axis = new AddressAxis(lanes);
    this.extent = this.axis.extent;
    const owners = [...new Set(lanes.filter(({ kind }) => kind !== 'window').map((lane) => lane.function))];
    this.boxes = lanes.flatMap((lane) =>
      lane.spans.map((span): Box => {
        const top = this.axis.height(BigInt(span[3]), true);
        const bottom = this.axis.height(BigInt(span[2]));
        return { lane, span, top, bottom, colour: colourOf(lane, owners.indexOf(lane.function)) };
      }),
    );
    this.overlaps = overlapsOf(this.boxes);
    const moves = lanes.reduce((sum, { spans }) => sum + spans.length, 0);
    this.label =
      `Who decodes which ${space} addresses over ${grouped(picture.steps)} accesses and events: ` +
      `${plural(lanes.length, 'range')}, ${plural(moves, 'stretch', 'stretches')}, ` +
      `${plural(this.overlaps.length, 'overlap')}. The table below says the same.`;
  }

  draw(context: CanvasRenderingContext2D, view: View): void {
    this.drawn = [];
    this.drawBands(context, view);
    for (const pass of ['RAM', 'ECAM', 'window', 'BAR', 'ROM'] as const)
      for (const box of this.boxes) if (box.lane.kind === pass) this.drawBox(context, view, box);
    context.fillStyle = view.colour('overlap');
    for (const { from, to, top, bottom } of this.overlaps) {
      const [x, width] = [view.x(from), Math.max(2, view.x(to) - view.x(from))];
      if (x + width < view.left || x > view.width) continue;
      context.globalAlpha = 0.75;
      hatch(
        context,
        Math.max(view.left, x),
        view.y(top),
        Math.min(width, view.width - x),
        view.y(bottom) - view.y(top),
      );
      context.globalAlpha = 1;
    }
    drawDivergences(context, view, this.divergences);
    this.drawLabels(context, view);
  }

  describe(view: View, x: number, y: number): string[] | undefined {
    const at = view.x.invert(x);
    const height = view.y.invert(y);
    const hits = this.boxes
      .filter(({ span, top, bottom }) => at >= span[0] && at < span[1] && height >= top && height <= bottom)
      .toSorted((one, other) => Number(one.lane.kind === 'window') - Number(other.lane.kind === 'window'));
    if (hits.length === 0) return undefined;
    const bars = hits.filter(({ lane }) => lane.kind === 'BAR' || lane.kind === 'ROM');
    const lines = hits.slice(0, 5).flatMap(({ lane, span }) => describeSpan(lane, span));
    return bars.length > 1 ? ['overlap', ...lines] : lines;
  }

  finding(view: View, x: number): string | undefined {
    return findingAt(view, this.divergences, x);
  }

  /** Gaps between addresses that are used. */
  private drawBands(context: CanvasRenderingContext2D, view: View): void {
    context.fillStyle = view.colour('gap');
    for (const { isGap, top, bottom } of this.axis.bands)
      if (isGap) context.fillRect(view.left, view.y(top), view.width - view.left, view.y(bottom) - view.y(top));
  }

  private drawBox(context: CanvasRenderingContext2D, view: View, { lane, span, top, bottom, colour }: Box): void {
    const [from, to, base, , isOn] = span;
    const x0 = Math.max(view.left, view.x(from));
    const x1 = Math.min(view.width, Math.max(view.x(to), view.x(from) + 1));
    if (x1 < view.left || x0 > view.width) return;
    const [y0, y1] = [view.y(top), view.y(bottom)];
    const isFrame = lane.kind === 'window';
    context.fillStyle = view.colour(colour);
    context.strokeStyle = view.colour(colour);
    context.globalAlpha = isFrame ? 0.12 : isOn === 1 ? 0.85 : 0.3;
    context.fillRect(x0, y0, x1 - x0, y1 - y0);
    context.globalAlpha = 1;
    if (isFrame || isOn === 0) {
      context.setLineDash(isOn === 1 ? [] : [3, 3]);
      if (x1 - x0 > 2) context.strokeRect(x0 + 0.5, y0 + 0.5, x1 - x0 - 1, Math.max(0, y1 - y0 - 1));
      context.setLineDash([]);
    }
    this.drawInside(context, view, lane, base, x0, x1);
    const text = `${lane.function} ${lane.name}`.trim();
    if (y1 - y0 < 11 || x1 - x0 < 60) return;
    context.fillStyle = view.colour(isFrame || isOn === 0 ? 'text' : 'on-colour');
    const fits = Math.floor((x1 - x0 - 8) / 6.2);
    const shown = text.length <= fits ? text : `${text.slice(0, Math.max(0, fits - 1))}…`;
    // A window's name stands at its border, where the BARs in it leave room.
    const y = isFrame ? y0 + 6 : (Math.max(y0, 0) + Math.min(y1, view.height)) / 2;
    if (isFrame) {
      const place = { left: x0, right: x0 + 8 + context.measureText(shown).width, y };
      if (this.drawn.some((one) => Math.abs(one.y - y) < 11 && one.left < place.right && place.left < one.right))
        return;
      this.drawn.push(place);
    }
    context.fillText(shown, x0 + 4, y);
  }

  private drawInside(
    context: CanvasRenderingContext2D,
    view: View,
    { inside }: PageRegionLane,
    base: string,
    x0: number,
    x1: number,
  ): void {
    context.fillStyle = view.colour('text');
    context.globalAlpha = 0.25;
    for (const { offset, bytes } of inside) {
      const from = BigInt(base) + BigInt(offset);
      const y = view.y(this.axis.height(from + BigInt(bytes) - 1n, true));
      context.fillRect(x0, y, x1 - x0, Math.max(1, view.y(this.axis.height(from)) - y));
    }
    context.globalAlpha = 1;
  }

  /** Addresses at borders, as many as there is room for. */
  private drawLabels(context: CanvasRenderingContext2D, view: View): void {
    context.clearRect(0, 0, view.left - 1, view.height + 2);
    context.fillStyle = view.colour('soft');
    context.textAlign = 'right';
    context.font = `10px ${view.colour('mono')}`;
    let last = -20;
    for (const { first, bottom, isGap } of this.axis.bands) {
      const y = view.y(bottom);
      if (isGap || y - last < 12 || y < 6 || y > view.height) continue;
      context.fillText(`0x${first.toString(16)}`, view.left - 6, y - 4);
      last = y;
    }
    context.textAlign = 'left';
    context.font = `11px ${view.colour('sans')}`;
  }
}

function colourOf({ kind, name }: PageRegionLane, owner: number): string {
  if (kind === 'window') return name === 'prefetchable window' ? 'window-prefetchable' : 'window';
  if (kind === 'ECAM' || kind === 'RAM') return kind.toLowerCase();
  return `c${owner % COLOURS}`;
}

function describeSpan(lane: PageRegionLane, [from, to, base, last, isOn, stretches]: PageRegionSpan): string[] {
  const what = [lane.prefetchable ? 'prefetchable' : '', lane.space === 'port' ? 'ports' : ''].filter(
    (word) => word !== '',
  );
  return [
    `${lane.function} ${lane.name}`.trim() + (what.length === 0 ? '' : ` (${what.join(', ')})`),
    `  ${base} to ${last}${isOn === 1 ? '' : ', perhaps'}`,
    `  accesses ${grouped(from)} to ${grouped(to)}${stretches > 1 ? `, longest of ${grouped(stretches)} stretches` : ''}`,
  ];
}

/** Where two functions decode the same address at one time. What a machine has at fixed places counts for no function. */
function overlapsOf(boxes: readonly Box[]): Overlap[] {
  const found: Overlap[] = [];
  const bars = boxes
    .filter(({ lane, span }) => (lane.kind === 'BAR' || lane.kind === 'ROM') && span[4] === 1)
    .toSorted((one, other) => one.span[0] - other.span[0]);
  let open: Box[] = [];
  for (const box of bars) {
    open = open.filter(({ span }) => span[1] > box.span[0]);
    for (const other of open) {
      const top = Math.max(box.top, other.top);
      const bottom = Math.min(box.bottom, other.bottom);
      if (bottom - top < 1e-9 || other.lane.function === box.lane.function) continue;
      const to = Math.min(box.span[1], other.span[1]);
      found.push({ from: box.span[0], to, top, bottom, one: other.lane, other: box.lane });
      if (found.length >= OVERLAPS_AT_MOST) return found;
    }
    open.push(box);
  }
  return found;
}

function hatch(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = context.fillStyle;
  context.lineWidth = 2;
  context.beginPath();
  for (let at = x - height; at < x + width; at += 6) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.lineWidth = 1;
  context.strokeRect(x, y, width, height);
  context.restore();
}

/** Moments at which something diverged: a line, and a mark at its head. */
export function drawDivergences(
  context: CanvasRenderingContext2D,
  view: View,
  divergences: PagePicture['divergences'],
): void {
  context.fillStyle = view.colour('bad');
  for (const [at] of divergences) {
    const x = view.x(at + 0.5);
    if (x < view.left || x > view.width) continue;
    context.globalAlpha = 0.8;
    context.fillRect(x - 0.5, 0, 1, view.height);
    context.globalAlpha = 1;
    context.beginPath();
    context.moveTo(x - 4, 11);
    context.lineTo(x + 4, 11);
    context.lineTo(x, 18);
    context.fill();
  }
}

export function findingAt(view: View, divergences: PagePicture['divergences'], x: number): string | undefined {
  return divergences.find(([at]) => Math.abs(view.x(at + 0.5) - x) <= 4)?.[1];
}
