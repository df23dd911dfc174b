// Rehearsed failures: start, stop, and what each node saw of them, as it comes.

import { byId, fill, h, rows, svg, text } from './dom';
import { clock, when } from './format';
import { ask, Refusal } from './session';
import type { Place } from './places';
import type { DrillMark, DrillReport } from './types';

const says: Record<string, string> = {
  heard: 'heard of it', failedProbe: 'first probe counted as failed', shortTtl: 'TTL lowered', down: 'verdict down', newAnswer: 'answers without the region',
  ended: 'drill over', up: 'verdict up', oldAnswer: 'answers with the region again', fullTtl: 'full TTL again',
};

export class Drills {
  private timer = 0;
  private asking: AbortController | null = null;

  constructor(private readonly say: (what: string) => void) {
    byId('drill-form').addEventListener('submit', (event) => { event.preventDefault(); void this.start(); });
    byId('drill-form').addEventListener('input', () => this.judgeSoon());
    byId('drill-form').addEventListener('focusin', () => this.judgeSoon());
  }

  update(drills: DrillReport[], places: Place[]): void {
    const labels = places.filter((place) => place.regions.some((region) => region.checks.length)).map((place) => place.label);
    const select = byId<HTMLSelectElement>('drill-region'), chosen = select.value;
    fill(select, labels, () => labels.map((label) => h('option', { selected: label === chosen }, label)));
    rows(byId('drill-list'), drills, (drill) => drill.id, (drill) => [drill.state, drill.nodes, drill.warnings, drill.state === 'running' ? Math.floor(Date.now() / 1000) : 0], (drill) => this.report(drill));
  }

  private body(): Record<string, unknown> {
    return { region: byId<HTMLSelectElement>('drill-region').value, for: byId<HTMLSelectElement>('drill-for').value, reason: byId<HTMLInputElement>('drill-reason').value.trim() };
  }

  private judgeSoon(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.timer = window.setTimeout(() => void this.judge(), 250);
  }

  private async judge(): Promise<void> {
    const asking = (this.asking = new AbortController());
    try {
      const answer = await ask<DrillReport>('/api/v1/drills?dryRun=true', 'POST', this.body(), asking.signal);
      this.verdict(answer.warnings.length ? 'caution' : 'good', answer.warnings.length ? `Allowed. ${answer.warnings.join('; ')}` : 'Safe: every name keeps a target that serves.');
    } catch (error) {
      if (!asking.signal.aborted) this.verdict('bad', (error as Refusal).message);
    }
  }

  private async start(): Promise<void> {
    clearTimeout(this.timer);
    this.asking?.abort();
    const body = this.body();
    try {
      await ask('/api/v1/drills', 'POST', body);
      this.verdict('', '');
      this.say(`drill of ${body['region']} started`);
    } catch (error) {
      this.verdict('bad', (error as Error).message);
    }
  }

  private async stop(region: string): Promise<void> {
    try {
      await ask(`/api/v1/drills/${encodeURIComponent(region)}`, 'DELETE');
      this.say(`drill of ${region} stopped`);
    } catch (error) {
      this.verdict('bad', (error as Error).message);
    }
  }

  private verdict(kind: string, what: string): void {
    byId('drill-verdict').className = `check ${kind}`;
    text(byId('drill-verdict'), what);
  }

  private report(drill: DrillReport): HTMLElement {
    const running = drill.state === 'running';
    const end = Math.max(5_000, running ? Date.now() - Date.parse(drill.startedAt) : 0, ...drill.nodes.flatMap((node) => node.marks.map((mark) => mark.lastMs)));
    const kinds = Object.keys(says).filter((kind) => drill.nodes.some((node) => node.marks.some((mark) => mark.kind === kind)));
    const cell = (marks: DrillMark[], kind: string): string => {
      const mark = marks.find((one) => one.kind === kind);
      return mark ? `${(mark.firstMs / 1000).toFixed(1)} s${mark.lastMs - mark.firstMs >= 100 ? ` to ${(mark.lastMs / 1000).toFixed(1)} s` : ''}` : '';
    };
    return h('article', { class: 'drill', 'aria-label': `Drill of ${drill.region}` },
      h('div', { class: 'line' },
        h('span', {}, h('strong', {}, drill.region), ` ${drill.state}`, running ? ` until ${clock(drill.endsAt)}` : ''),
        running ? h('button', { type: 'button', 'data-do': 'stop', click: () => void this.stop(drill.region) }, 'Stop drill') : null),
      h('p', { class: 'soft' }, `${when(drill.startedAt)} by ${drill.owner}: `, h('span', { class: 'reason' }, drill.reason), drill.ended ? ` (ended ${drill.ended})` : ''),
      drill.warnings.map((warning) => h('p', { class: 'caution' }, warning)),
      kinds.length ? h('div', { class: 'scroll', tabindex: 0, 'data-do': 'read', role: 'region', 'aria-label': `What nodes saw of the drill of ${drill.region}` }, h('table', {},
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'After'), drill.nodes.map((node) => h('th', { scope: 'col' }, node.node)))),
        h('tbody', {}, kinds.map((kind) => h('tr', {}, h('th', { scope: 'row' }, says[kind]!), drill.nodes.map((node) => h('td', {}, cell(node.marks, kind))))),
          h('tr', {}, h('td', {}, ''), drill.nodes.map((node) => h('td', {}, line(node.marks, end))))))) : h('p', { class: 'soft' }, 'No node has told of it yet.'));
  }
}

/** Up to the present, or to the last mark: when the region was out of answers. */
function line(marks: DrillMark[], end: number): SVGElement {
  const width = 160, at = (milliseconds: number): number => (milliseconds / end) * width;
  const find = (kind: string): number | undefined => marks.find((mark) => mark.kind === kind)?.firstMs;
  const out = find('newAnswer') ?? find('down'), back = find('oldAnswer') ?? find('up') ?? end;
  return svg('svg', { class: 'strip', viewBox: `0 0 ${width} 12`, width, height: 12, role: 'img', 'aria-label': out === undefined ? 'still in answers' : `out of answers from ${(out / 1000).toFixed(1)} s on` },
    svg('rect', { class: 's-u', x: 0, y: 6, width, height: 6 }), out === undefined ? null : svg('rect', { class: 's-d', x: at(out).toFixed(1), y: 0, width: Math.max(1, at(back) - at(out)).toFixed(1), height: 12 }));
}
