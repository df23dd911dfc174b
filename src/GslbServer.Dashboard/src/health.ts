// The matrix of endpoints and vantages, each cell with its last ten minutes.

import { byId, fill, h, rows, svg, text } from './dom';
import { age, marks, ms, name } from './format';
import type { Check, Hello, Region, Status } from './types';

interface Row { region: Region; check: Check; key: string }

const slots = 60, most = 100, slotWidth = 2;
const worst = '.ufd';

export class HealthMatrix {
  private readonly strips = new Map<string, string>();
  private slotSeconds = 10;
  private slot = -1;
  private status: Status | null = null;

  constructor() {
    for (const id of ['health-bad', 'health-find']) byId(id).addEventListener('input', () => this.draw());
  }

  restore(hello: Hello): void {
    this.strips.clear();
    ({ slot: this.slot, slotSeconds: this.slotSeconds } = hello.health);
    for (const cell of hello.health.cells) this.strips.set(key(cell.node, cell.region, cell.check, cell.address), cell.strip);
  }

  update(status: Status, at: string): void {
    this.status = status;
    const slot = Math.floor(Date.parse(at) / 1000 / this.slotSeconds);
    const steps = this.slot < 0 ? 0 : Math.min(slots, Math.max(0, slot - this.slot));
    this.slot = slot;
    if (steps) for (const [id, strip] of this.strips) this.strips.set(id, strip.slice(steps) + '.'.repeat(steps));
    for (const region of status.regions)
      for (const check of region.checks)
        for (const seen of check.observations) {
          const id = key(seen.node, region.name, check.check, check.address);
          const strip = this.strips.get(id) ?? '.'.repeat(slots);
          const now = seen.verdict === 'down' ? 'd' : seen.streak < 0 ? 'f' : seen.verdict === 'up' ? 'u' : '.';
          const last = strip.at(-1)!;
          this.strips.set(id, strip.slice(0, -1) + (worst.indexOf(now) > worst.indexOf(last) ? now : last));
        }
    this.draw();
  }

  private draw(): void {
    const status = this.status;
    if (!status) return;
    const vantages = status.vantages.map((vantage) => vantage.node);
    const table = byId<HTMLTableElement>('matrix');
    fill(table.tHead!, vantages, () => [h('tr', {}, h('th', { scope: 'col' }, 'Endpoint'), h('th', { scope: 'col' }, 'Verdict'), vantages.map((node) => h('th', { scope: 'col' }, node)))]);
    const wanted = byId<HTMLInputElement>('health-find').value.trim().toLowerCase();
    const bad = byId<HTMLInputElement>('health-bad').checked;
    const all: Row[] = status.regions.flatMap((region) => region.checks.map((check) => ({ region, check, key: key('', region.name, check.check, check.address) })));
    const found = all.filter((row) => (!bad || row.check.verdict !== 'up' || row.check.observations.some((seen) => seen.verdict !== 'up')) && `${row.region.name} ${row.check.check} ${row.check.address}`.toLowerCase().includes(wanted));
    rows(table.tBodies[0]!, found.slice(0, most), (row) => row.key,
      (row) => [row.check.verdict, row.check.settled, row.check.flaps, row.check.suppressedSeconds !== null, changed(row.check), vantages, row.check.observations.map((seen) => [seen.node, seen.verdict, seen.streak < 0, shown(seen.rttMilliseconds), seen.detail]), this.stripsOf(row, vantages)],
      (row) => this.row(row, vantages));
    text(byId('health-more'), all.length === 0 ? 'No region is checked: all count as up.' : found.length === 0 ? 'Nothing is like that.' : found.length > most ? `${found.length - most} more; find them by region, check or address.` : '');
  }

  private stripsOf(row: Row, vantages: string[]): string[] {
    return vantages.map((node) => this.strips.get(key(node, row.region.name, row.check.check, row.check.address)) ?? '');
  }

  private row(row: Row, vantages: string[]): HTMLElement {
    const { region, check } = row;
    const notes = [check.settled ? null : 'may change soon', check.flaps ? `${check.flaps} flap${check.flaps === 1 ? '' : 's'}` : null, check.suppressedSeconds === null ? null : 'no clients while it flaps', changed(check)].filter(Boolean).join(', ');
    return h('tr', {},
      h('th', { scope: 'row' }, region.label, h('span', { class: 'soft' }, ` ${name(check.check)} ${check.address}`)),
      h('td', {}, h('span', { class: `state ${check.verdict}` }, `${marks[check.verdict] ?? ''} ${check.verdict}`), notes ? h('div', { class: 'soft small' }, notes) : null),
      vantages.map((node) => {
        const seen = check.observations.find((one) => one.node === node);
        const strip = this.strips.get(key(node, region.name, check.check, check.address)) ?? '';
        if (!seen) return h('td', { class: 'soft' }, 'not asked');
        const state = seen.verdict === 'up' && seen.streak < 0 ? 'failing' : seen.verdict;
        return h('td', { title: seen.detail }, h('span', { class: `state ${state}` }, `${marks[state] ?? ''} ${state === 'up' ? ms(seen.rttMilliseconds) : state}`), drawn(strip),
          state === 'up' ? null : h('div', { class: 'soft small' }, seen.detail));
      }));
  }
}

const key = (node: string, region: string, check: string, address: string): string => [node, region, check, address].join('\n');

/** Small changes of a round trip are not worth drawing a row again. */
const shown = (rtt: number): string => (rtt < 1 ? '<1' : rtt.toPrecision(1));

const changed = (check: Check): string | null => (check.changedSecondsAgo === null || check.changedSecondsAgo > 3600 ? null : `changed ${age(check.changedSecondsAgo < 60 ? Math.floor(check.changedSecondsAgo / 5) * 5 : Math.floor(check.changedSecondsAgo / 60) * 60)} ago`);

function drawn(strip: string): SVGElement {
  const bars: SVGElement[] = [];
  for (let start = 0; start < strip.length;) {
    let end = start + 1;
    while (end < strip.length && strip[end] === strip[start]) end++;
    if (strip[start] !== '.') bars.push(svg('rect', { class: `s-${strip[start]}`, x: start * slotWidth, width: (end - start) * slotWidth, y: strip[start] === 'u' ? 6 : strip[start] === 'f' ? 3 : 0, height: strip[start] === 'u' ? 6 : strip[start] === 'f' ? 9 : 12 }));
    start = end;
  }
  const bad = [...strip].filter((one) => one === 'd').length;
  return svg('svg', { class: 'strip', viewBox: `0 0 ${slots * slotWidth} 12`, width: slots * slotWidth, height: 12, preserveAspectRatio: 'none', role: 'img', 'aria-label': bad ? `down in ${age(bad * 10)} of the last ten minutes` : 'never down in the last ten minutes' }, ...bars);
}

