/**
 * A picture over the accesses of a trace, on a canvas: zoomed and moved with the mouse, the keys or the buttons. What is drawn
 * is the scene's affair; the text of it stands in a table below the picture.
 */

import { scaleLinear } from 'd3-scale';
import type { ScaleLinear } from 'd3-scale';
import { select } from 'd3-selection';
import { zoom, zoomIdentity } from 'd3-zoom';
import type { D3ZoomEvent } from 'd3-zoom';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { onShowPicture } from './navigation.ts';
import { grouped } from './words.ts';

/** Where a scene draws: `x` takes moments, `y` heights of the scene's own. */
export interface View {
  x: ScaleLinear<number, number>;
  y: ScaleLinear<number, number>;
  left: number;
  width: number;
  height: number;
  colour: (name: string) => string;
}

export interface Scene {
  /** For those who do not see it. */
  label: string;
  /** Accesses and events of the trace. */
  steps: number;
  /** Height in units of its own, and in how many pixels one unit is shown at first; undefined: all of it is shown. */
  extent: number;
  unit: number | undefined;
  /** Pixels for labels. */
  left: number;
  draw(context: CanvasRenderingContext2D, view: View): void;
  /** What is at a place, in lines; undefined: nothing. */
  describe(view: View, x: number, y: number): string[] | undefined;
  /** The finding at a place, if there is one. */
  finding(view: View, x: number, y: number): string | undefined;
}

const BOTTOM = 22;
const TOP = 12;
const HEIGHT_AT_MOST = 560;

/** `moment`: what is in the middle of a scene that is new. */
export function Zoomable({
  scene,
  moment,
  children,
}: {
  scene: Scene;
  moment: number | undefined;
  children?: ComponentChildren;
}) {
  const keys = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<Chart | undefined>(undefined);
  const [tip, setTip] = useState<{ lines: string[]; x: number; y: number }>();
  useEffect(() => {
    const made = new Chart(canvas.current!, scene, setTip);
    chart.current = made;
    if (moment !== undefined) made.show(moment);
    return () => made.end();
  }, [scene]);
  const act = (what: (one: Chart) => void) => (): void => {
    if (chart.current !== undefined) what(chart.current);
  };
  return (
    <div class="picture">
      <div class="tools" role="group" aria-label="Zoom">
        <button type="button" onClick={act((one) => one.zoomTime(2))}>
          Zoom in
        </button>
        <button type="button" onClick={act((one) => one.zoomTime(0.5))}>
          Zoom out
        </button>
        <button type="button" onClick={act((one) => one.zoomHeight(1.5))}>
          Taller
        </button>
        <button type="button" onClick={act((one) => one.zoomHeight(1 / 1.5))}>
          Flatter
        </button>
        <button type="button" onClick={act((one) => one.fit())}>
          Show all
        </button>
        <span class="hint" id={keys}>
          keys: + and − zoom, arrows move, 0 shows all; mouse: wheel for time, with Shift for height, drag to move
        </span>
      </div>
      <div class="frame">
        <canvas
          ref={canvas}
          tabIndex={0}
          role="application"
          aria-roledescription="picture that is zoomed by keys"
          aria-label={scene.label}
          aria-describedby={keys}
          style={{ height: `${heightOf(scene)}px` }}
          onKeyDown={(event) => chart.current?.key(event)}
        />
        {tip === undefined ? null : (
          <div class="tip" style={{ left: `${tip.x}px`, top: `${tip.y}px` }}>
            {tip.lines.map((line) => (
              <div>{line}</div>
            ))}
          </div>
        )}
      </div>
      {children}
    </div>
  );
}

function heightOf({ extent, unit }: Scene): number {
  const all = unit === undefined ? HEIGHT_AT_MOST - 160 : extent * unit + TOP + BOTTOM;
  return Math.min(HEIGHT_AT_MOST, Math.max(90, all));
}

class Chart {
  private readonly canvas: HTMLCanvasElement;
  private readonly scene: Scene;
  private readonly tell: (tip: { lines: string[]; x: number; y: number } | undefined) => void;
  private readonly behaviour = zoom<HTMLCanvasElement, unknown>();
  private readonly observer = new ResizeObserver(() => this.resize());
  private readonly dark = matchMedia('(prefers-color-scheme: dark)');
  private readonly print = matchMedia('print');
  private readonly redraw = (): void => this.draw();
  private readonly forget: () => void;
  private transform = zoomIdentity;
  /** Magnification of the height, and how far it is scrolled, in pixels. */
  private tall = 1;
  private scrolled = 0;
  private frame = 0;
  private lastY = 0;

  constructor(canvas: HTMLCanvasElement, scene: Scene, tell: Chart['tell']) {
    this.canvas = canvas;
    this.scene = scene;
    this.tell = tell;
    if (scene.unit !== undefined) this.tall = Math.max(1, (scene.extent * scene.unit) / this.inner);
    this.behaviour
      .scaleExtent([1, Math.max(1, scene.steps / 4)])
      .filter((event: MouseEvent) => !event.shiftKey && (event.type !== 'wheel' || event.ctrlKey || this.isFocused))
      .on('zoom', (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => this.zoomed(event));
    select(canvas).call(this.behaviour).on('dblclick.zoom', null);
    canvas.addEventListener('wheel', this.wheel, { passive: false });
    canvas.addEventListener('pointermove', this.hover);
    canvas.addEventListener('pointerleave', this.leave);
    canvas.addEventListener('click', this.click);
    this.dark.addEventListener('change', this.redraw);
    this.print.addEventListener('change', this.redraw);
    this.observer.observe(canvas);
    this.forget = onShowPicture((_, index) => this.show(index));
    this.resize();
  }

  end(): void {
    this.observer.disconnect();
    this.canvas.removeEventListener('wheel', this.wheel);
    this.canvas.removeEventListener('pointermove', this.hover);
    this.canvas.removeEventListener('pointerleave', this.leave);
    this.canvas.removeEventListener('click', this.click);
    this.dark.removeEventListener('change', this.redraw);
    this.print.removeEventListener('change', this.redraw);
    cancelAnimationFrame(this.frame);
    this.forget();
    select(this.canvas).on('.zoom', null);
  }

  zoomTime(factor: number): void {
    this.behaviour.scaleBy(select(this.canvas), factor, [this.scene.left + this.span / 2, 0]);
  }

  zoomHeight(factor: number, at = this.inner / 2): void {
    const tall = Math.min(400, Math.max(1, this.tall * factor));
    this.scrolled = ((this.scrolled + at) * tall) / this.tall - at;
    this.tall = tall;
    this.scroll(0);
  }

  fit(): void {
    this.tall = 1;
    this.scrolled = 0;
    this.behaviour.transform(select(this.canvas), zoomIdentity);
    this.later();
  }

  key(event: KeyboardEvent): void {
    const step = 60;
    const pan = (x: number): void => this.behaviour.translateBy(select(this.canvas), x / this.transform.k, 0);
    const keys: Record<string, () => void> = {
      '+': () => this.zoomTime(1.5),
      '=': () => this.zoomTime(1.5),
      '-': () => this.zoomTime(1 / 1.5),
      '0': () => this.fit(),
      ArrowLeft: () => pan(step),
      ArrowRight: () => pan(-step),
      ArrowUp: () => this.scroll(-step),
      ArrowDown: () => this.scroll(step),
    };
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  /** The wheel scrolls the page until the picture was clicked at, or Ctrl is held. */
  private get isFocused(): boolean {
    return document.activeElement === this.canvas;
  }

  private get span(): number {
    return Math.max(10, this.canvas.clientWidth - this.scene.left - 8);
  }

  private get inner(): number {
    return Math.max(10, heightOf(this.scene) - TOP - BOTTOM);
  }

  /** A moment in the middle, magnified so that single accesses can be told. */
  show(index: number): void {
    const k = Math.max(1, Math.min(this.scene.steps / 40, 64));
    const x = this.scene.left + (index / Math.max(1, this.scene.steps)) * this.span;
    const middle = this.scene.left + this.span / 2;
    this.behaviour.transform(select(this.canvas), zoomIdentity.translate(middle - x * k, 0).scale(k));
  }

  private zoomed({ transform, sourceEvent }: D3ZoomEvent<HTMLCanvasElement, unknown>): void {
    const source = sourceEvent as Event | null;
    // A drag moves the height, too; magnifying does not.
    if (source?.type === 'mousemove' || source?.type === 'touchmove') this.scroll(this.lastY - transform.y);
    this.lastY = transform.y;
    this.transform = transform;
    this.later();
  }

  private scroll(pixels: number): void {
    this.scrolled = Math.min(Math.max(0, this.scrolled + pixels), this.inner * (this.tall - 1));
    this.later();
  }

  private readonly wheel = (event: WheelEvent): void => {
    if (!event.shiftKey) return;
    event.preventDefault();
    const delta = event.deltaY === 0 ? event.deltaX : event.deltaY;
    this.zoomHeight(delta < 0 ? 1.2 : 1 / 1.2, event.offsetY - TOP);
  };

  private readonly hover = (event: PointerEvent): void => {
    const { offsetX: x, offsetY: y } = event;
    const view = this.view();
    const lines = x < this.scene.left ? undefined : this.scene.describe(view, x, y);
    const finding = this.scene.finding(view, x, y);
    this.canvas.style.cursor = finding === undefined ? '' : 'pointer';
    const all = [...(finding === undefined ? [] : [`${finding}: click to read it`]), ...(lines ?? [])];
    if (all.length === 0) this.tell(undefined);
    else this.tell({ lines: all, x: Math.min(x + 14, Math.max(0, this.canvas.clientWidth - 280)), y: y + 16 });
  };

  private readonly leave = (): void => this.tell(undefined);

  private readonly click = (event: MouseEvent): void => {
    this.canvas.focus({ preventScroll: true });
    const finding = this.scene.finding(this.view(), event.offsetX, event.offsetY);
    if (finding !== undefined) location.hash = `#finding=${encodeURIComponent(finding)}`;
  };

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const ratio = window.devicePixelRatio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.behaviour
      .extent([
        [this.scene.left, 0],
        [this.scene.left + this.span, height],
      ])
      .translateExtent([
        [this.scene.left, Number.NEGATIVE_INFINITY],
        [this.scene.left + this.span, Number.POSITIVE_INFINITY],
      ]);
    this.draw();
  }

  private later(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  private view(): View {
    const { left, steps, extent } = this.scene;
    const style = getComputedStyle(this.canvas);
    const x = scaleLinear([0, Math.max(1, steps)], [left, left + this.span]);
    const top = TOP - this.scrolled;
    return {
      x: this.transform.rescaleX(x),
      y: scaleLinear([0, extent], [top, top + this.inner * this.tall]),
      left,
      width: left + this.span,
      height: TOP + this.inner,
      colour: (name) => style.getPropertyValue(`--${name}`).trim(),
    };
  }

  private draw(): void {
    const context = this.canvas.getContext('2d');
    if (context === null) return;
    const view = this.view();
    const ratio = window.devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.canvas.clientWidth, this.canvas.clientHeight);
    context.font = `11px ${view.colour('sans')}`;
    context.textBaseline = 'middle';
    context.save();
    context.beginPath();
    context.rect(0, TOP - 1, this.canvas.clientWidth, view.height - TOP + 2);
    context.clip();
    this.scene.draw(context, view);
    context.restore();
    this.axis(context, view);
  }

  private axis(context: CanvasRenderingContext2D, { x, left, width, height, colour }: View): void {
    context.strokeStyle = colour('line');
    context.fillStyle = colour('soft');
    context.beginPath();
    context.moveTo(left, height + 0.5);
    context.lineTo(width, height + 0.5);
    context.stroke();
    const ticks = x.ticks(Math.max(2, Math.floor((width - left) / 110))).filter(Number.isInteger);
    for (const tick of ticks) {
      const at = x(tick);
      if (at < left - 1 || at > width + 1) continue;
      context.textAlign = at > width - 40 ? 'right' : at < left + 20 ? 'left' : 'center';
      context.fillRect(at, height, 1, 4);
      context.fillText(grouped(tick), at, height + 13);
    }
    context.textAlign = 'left';
  }
}
