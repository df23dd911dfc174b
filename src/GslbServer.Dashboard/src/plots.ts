// Traffic and latency of the last ten minutes.

import uPlot from 'uplot';
import { byId, text } from './dom';
import { count, ms } from './format';
import type { Place } from './places';
import type { Frame, TrafficPoint } from './types';

const kept = 600, height = 190;

type Column = (number | null)[];

class Plot {
  private plot: uPlot | null = null;
  private signature = '';
  private readonly box: HTMLElement;

  /** @param logarithmic A single slow probe must not press all other lines to the ground. */
  constructor(id: string, private readonly unit: (value: number) => string, private readonly logarithmic: boolean) {
    this.box = byId(id);
    new ResizeObserver(() => this.plot?.setSize({ width: this.box.clientWidth, height })).observe(this.box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { this.signature = ''; });
  }

  draw(times: number[], lines: { label: string; colour: string; values: Column }[]): void {
    const theme = document.documentElement.dataset['theme'] ?? '';
    const signature = JSON.stringify([theme, lines.map((line) => [line.label, line.colour])]);
    const data = [times, ...lines.map((line) => line.values)] as uPlot.AlignedData;
    if (this.plot && signature === this.signature) {
      this.plot.setData(data);
      this.tellLast(times.length - 1);
      return;
    }
    this.signature = signature;
    this.plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    const colour = (value: string): string => style.getPropertyValue(value.replace(/^var\((.*)\)$/, '$1')).trim() || value;
    const axis: uPlot.Axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' };
    this.plot = new uPlot({
      width: Math.max(200, this.box.clientWidth), height, cursor: { y: false, points: { size: 6 } }, legend: { live: true },
      scales: {
        y: this.logarithmic
          ? { distr: 3, range: (_plot, min, max) => [10 ** Math.floor(Math.log10(Math.max(0.01, min ?? 1))), 10 ** Math.ceil(Math.log10(Math.max(0.1, (max ?? 10) * 1.01)))] }
          : { range: (_plot, _min, max) => [0, Math.max(1, (max ?? 0) * 1.15)] },
      },
      axes: [{ ...axis, space: 70, values: (_plot, splits) => splits.map(hourMinute) }, { ...axis, size: 58, space: 34, values: (_plot, splits) => splits.map((value) => (this.logarithmic && !Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6) ? '' : this.unit(value))) }],
      series: [{ label: 'at', value: (_plot, value) => (value === null ? '' : new Date(value * 1000).toTimeString().slice(0, 8)) },
        ...lines.map((line): uPlot.Series => ({ label: line.label, stroke: colour(line.colour), width: 1.6, points: { show: false }, spanGaps: false, value: (_plot, value) => (value === null ? '' : this.unit(value)) }))],
    }, data, this.box);
    this.tellLast(times.length - 1);
  }

  /** The legend says what is now, but where somebody points. */
  private tellLast(index: number): void {
    if (this.plot && (this.plot.cursor.idx ?? null) === null) this.plot.setLegend({ idx: index }, false);
  }
}

const hourMinute = (seconds: number): string => new Date(seconds * 1000).toTimeString().slice(0, 5);

export class Plots {
  private readonly queries = new Plot('plot-queries', count, false);
  private readonly latency = new Plot('plot-latency', ms, true);
  private points: (TrafficPoint & { loads: Record<string, { p50: number | null; p99: number | null }> })[] = [];
  private places: Place[] = [];

  constructor() {
    byId('latency-of').addEventListener('change', () => this.drawLatency());
  }

  restore(points: TrafficPoint[]): void {
    this.points = points.map((point) => ({ ...point, loads: {} }));
  }

  update(frame: Frame, places: Place[]): void {
    this.places = places;
    const loads = Object.fromEntries(places.filter((place) => place.load).map((place) => [place.label, { p50: place.load!.p50Milliseconds, p99: place.load!.p99Milliseconds }]));
    this.points = [...this.points, { ...frame.traffic, loads }].slice(-kept);
    this.draw();
  }

  draw(): void {
    if (!this.points.length || document.hidden) return;
    const times = this.times();
    this.queries.draw(times, [
      { label: 'all', colour: '--r0', values: this.points.map((point) => point.queries) },
      { label: 'steered', colour: '--r1', values: this.points.map((point) => point.steered) },
      { label: 'failed', colour: '--down', values: this.points.map((point) => point.failed) },
      { label: 'dropped', colour: '--warn', values: this.points.map((point) => point.dropped) },
    ]);
    const last = this.points.at(-1)!;
    text(byId('traffic-now'), `now ${count(last.queries)} queries a second, ${count(last.steered)} of them steered, ${count(last.failed)} failed (SERVFAIL, REFUSED), ${count(last.dropped)} dropped`);
    this.drawLatency();
  }

  private times(): number[] {
    return this.points.map((point) => Date.parse(point.at) / 1000);
  }

  private drawLatency(): void {
    const of = byId<HTMLSelectElement>('latency-of').value as 'probe' | 'p50' | 'p99';
    const at = (label: string) => (point: (typeof this.points)[number]): number | null => (of === 'probe' ? point.roundTrips[label] : point.loads[label]?.[of]) ?? null;
    const lines = this.places.slice(0, 32).map((place) => ({ label: place.label, colour: place.colour, values: this.points.map(at(place.label)) })).filter((line) => line.values.some((value) => value !== null));
    this.latency.draw(this.times(), lines);
    const now = lines.map((line) => ({ label: line.label, value: line.values.at(-1) })).filter((line) => line.value != null);
    text(byId('latency-now'), now.length ? `now ${now.map((line) => `${line.label} ${ms(line.value!)}`).join(', ')}` : of === 'probe' ? 'no probe succeeds now' : 'no balancer reports it now');
  }
}
