// The world: regions, arcs from where clients are to where their answers send them, and prefixes by round trip.

import { geoNaturalEarth1, geoPath, type GeoProjection } from 'd3-geo';
import { feature } from 'topojson-client';
import type { Topology } from 'topojson-specification';
import land from 'world-atlas/land-110m.json';
import { byId, rows, set, svg, text } from './dom';
import { marks, ms } from './format';
import type { Place } from './places';
import type { Answer, Explanation, Resolver } from './types';

interface Arc { key: string; from: [number, number]; to: string; count: number; at: number; about: string }

const world = feature(land as unknown as Topology, (land as unknown as Topology).objects['land']!);
const south = -56, north = 80, fadeMs = 120_000, mostArcs = 120;

export class WorldMap {
  private readonly box = byId('map');
  private readonly root = svg('svg', { role: 'group', 'aria-label': 'World map of regions and where answers go' });
  private readonly land = svg('path', { class: 'land' });
  private readonly arcs = svg('g', { class: 'arcs', 'aria-hidden': 'true' });
  private readonly clients = svg('g', { class: 'clients', 'aria-hidden': 'true' });
  private readonly resolvers = svg('g', { class: 'resolvers', 'aria-hidden': 'true' });
  private readonly asked = svg('g', { class: 'asked', 'aria-hidden': 'true' });
  private readonly regions = svg('g', { class: 'places' });
  private readonly projection: GeoProjection = geoNaturalEarth1();
  private readonly known = new Map<string, Arc>();
  private places: Place[] = [];
  private measured: Resolver[] = [];
  private explained: { from: [number, number]; to: string[] } | null = null;
  private width = 0;

  constructor(private readonly select: (label: string) => void) {
    this.root.append(this.land, this.resolvers, this.arcs, this.clients, this.asked, this.regions);
    this.box.append(this.root);
    new ResizeObserver(() => this.resize()).observe(this.box);
    for (const id of ['show-answers', 'show-resolvers']) byId(id).addEventListener('change', () => this.draw());
    this.resize();
  }

  update(places: Place[]): void {
    this.places = places;
    this.draw();
  }

  answers(answers: Answer[]): void {
    for (const answer of answers) {
      if (answer.latitude === null || answer.longitude === null) continue;
      for (const to of answer.regions) {
        const from: [number, number] = [answer.longitude, answer.latitude];
        const key = `${from.map((degrees) => Math.round(degrees)).join()}>${to}`;
        const before = this.known.get(key);
        this.known.delete(key);
        this.known.set(key, { key, from, to, count: (before?.count ?? 0) + 1, at: Date.parse(answer.at), about: `${answer.country ?? 'somewhere'}: ${answer.name} to ${to}` });
      }
    }
    for (const key of this.known.keys()) {
      if (this.known.size <= mostArcs) break;
      this.known.delete(key);
    }
  }

  roundTrips(resolvers: Resolver[]): void {
    this.measured = resolvers;
  }

  explain(explanation: Explanation | null, regions: string[]): void {
    const place = explanation?.location;
    this.explained = place && place.latitude !== null && place.longitude !== null ? { from: [place.longitude, place.latitude], to: regions } : null;
    this.draw();
  }

  private resize(): void {
    const width = Math.max(280, Math.floor(this.box.clientWidth));
    if (width === this.width) return;
    this.width = width;
    this.projection.rotate([-10, 0]).fitWidth(width, { type: 'Sphere' });
    const top = this.projection([10, north])![1], bottom = this.projection([10, south])![1];
    const [x, y] = this.projection.translate();
    this.projection.translate([x, y - top]).clipExtent([[0, 0], [width, bottom - top]]);
    set(this.root, { viewBox: `0 0 ${width} ${Math.round(bottom - top)}`, width, height: Math.round(bottom - top) });
    set(this.land, { d: geoPath(this.projection)(world) ?? '' });
    this.draw();
  }

  private draw(): void {
    this.drawPlaces();
    this.drawAnswers();
    this.drawResolvers();
    this.drawAsked();
    this.legend();
  }

  private at(longitude: number, latitude: number): [number, number] {
    return this.projection([longitude, Math.max(south, Math.min(north, latitude))]) ?? [-99, -99];
  }

  private line(from: [number, number], place: Place): string {
    // A bow, not the great circle: that of far places runs over the pole, and out of the picture.
    const [x1, y1] = this.at(...from), [x2, y2] = this.at(place.longitude, place.latitude);
    const lift = Math.min(Math.hypot(x2 - x1, y2 - y1) * 0.3, this.width * 0.09);
    return `M${x1.toFixed(1)} ${y1.toFixed(1)}Q${((x1 + x2) / 2).toFixed(1)} ${Math.max(2, (y1 + y2) / 2 - lift * 1.6).toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}`;
  }

  private drawPlaces(): void {
    const taken: [number, number, number, number][] = [];
    const labelled = this.places.map((place) => {
      const [x, y] = this.at(place.longitude, place.latitude);
      return { place, x, y, side: this.side(place, x, y, taken) };
    });
    rows(this.regions, labelled, ({ place }) => place.label, ({ place, x, y, side }) => [place.state, place.load?.utilisation, place.colour, Math.round(x), Math.round(y), side, this.width],
      ({ place, x, y, side }) => {
        const use = place.load?.utilisation ?? null;
        const pick = (event: Event): void => { event.preventDefault(); this.select(place.label); };
        return svg('g', {
          class: `place ${place.state}`, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, tabindex: 0, role: 'button', 'data-do': place.label,
          'aria-label': `${place.label}: ${place.state}${use === null ? '' : `, ${Math.round(use * 100)} % in use`}`,
          click: pick, keydown: (event) => { if (['Enter', ' '].includes((event as KeyboardEvent).key)) pick(event); },
        },
          svg('circle', { class: 'reach', r: 15 }),
          svg('circle', { class: 'dot', r: 7 }),
          use === null ? null : svg('circle', { class: `load ${use > 0.9 ? 'full' : ''}`, r: 10.5, pathLength: 100, 'stroke-dasharray': `${Math.min(100, use * 100).toFixed(0)} 100`, transform: 'rotate(-90)' }),
          svg('text', { class: 'glyph', 'text-anchor': 'middle', dy: '0.34em' }, place.state === 'up' ? '' : (marks[place.state] ?? '')),
          side === 0 ? null : svg('text', { class: 'label', x: side * 14, dy: '0.34em', 'text-anchor': side > 0 ? 'start' : 'end' }, place.label));
      });
  }

  /** 1: its name fits at the right, -1: at the left, 0: nowhere, and it is up, so it may go without. */
  private side(place: Place, x: number, y: number, taken: [number, number, number, number][]): number {
    const long = place.label.length * 7.4 + 8;
    for (const side of [1, -1]) {
      const box: [number, number, number, number] = side > 0 ? [x + 12, y - 9, x + 14 + long, y + 9] : [x - 14 - long, y - 9, x - 12, y + 9];
      if (box[0] < 0 || box[2] > this.width || taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
      taken.push(box);
      return side;
    }
    return place.state === 'up' || this.places.length > 30 ? 0 : x > this.width / 2 ? -1 : 1;
  }

  private drawAnswers(): void {
    const now = Date.now();
    for (const [key, arc] of this.known) if (now - arc.at > fadeMs) this.known.delete(key);
    const shown = byId<HTMLInputElement>('show-answers').checked ? [...this.known.values()] : [];
    const places = new Map(this.places.map((place) => [place.label, place]));
    const drawn = shown.filter((arc) => places.has(arc.to));
    rows(this.arcs, drawn, (arc) => arc.key, (arc) => [this.width, places.get(arc.to)!.colour, Math.min(8, arc.count)], (arc) =>
      svg('path', { d: this.line(arc.from, places.get(arc.to)!), stroke: places.get(arc.to)!.colour, 'stroke-width': (1 + Math.log2(1 + Math.min(8, arc.count)) / 2).toFixed(1) }, svg('title', {}, arc.about)));
    rows(this.clients, drawn, (arc) => arc.key, (arc) => [this.width, places.get(arc.to)!.colour], (arc) => {
      const [x, y] = this.at(...arc.from);
      return svg('circle', { cx: x.toFixed(1), cy: y.toFixed(1), r: 2.6, fill: places.get(arc.to)!.colour }, svg('title', {}, arc.about));
    });
    for (const group of [this.arcs, this.clients])
      drawn.forEach((arc, index) => set(group.children[index]!, { opacity: Math.max(0.15, 1 - (now - arc.at) / fadeMs).toFixed(2) }));
  }

  private drawResolvers(): void {
    const shown = byId<HTMLInputElement>('show-resolvers').checked ? this.measured : [];
    rows(this.resolvers, shown, (one) => one.client, (one) => [this.width, one.milliseconds], (one) => {
      const [x, y] = this.at(one.longitude, one.latitude);
      return svg('circle', { class: speed(one.milliseconds), cx: x.toFixed(1), cy: y.toFixed(1), r: 4.5 }, svg('title', {}, `${one.client}: ${ms(one.milliseconds)} to ${one.region}, ${one.samples} samples`));
    });
  }

  private drawAsked(): void {
    const asked = this.explained;
    const to = asked ? this.places.filter((place) => asked.to.includes(place.label)) : [];
    rows(this.asked, to, (place) => place.label, () => [this.width, asked], (place) => {
      const [x, y] = this.at(...asked!.from);
      return svg('g', {}, svg('path', { d: this.line(asked!.from, place) }), svg('circle', { cx: x.toFixed(1), cy: y.toFixed(1), r: 5 }));
    });
  }

  private legend(): void {
    const parts = ['\u25CF up', '\u25D0 in part', '\u2715 down', '\u25BD drained', '\u25CB not known'];
    if (this.places.some((place) => place.load?.utilisation != null)) parts.push('ring: load');
    parts.push(this.known.size ? `${this.known.size} arcs: answers sampled in the last 2 min` : 'no answer sampled in the last 2 min');
    if (this.measured.length) parts.push(`${this.measured.length} measured prefixes: rings, green under 30 ms, amber under 100 ms, red over`);
    text(byId('map-legend'), parts.join('  \u00B7  '));
  }
}

const speed = (milliseconds: number): string => (milliseconds < 30 ? 'near' : milliseconds < 100 ? 'middling' : 'far');
