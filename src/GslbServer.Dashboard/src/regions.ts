// The list of regions and of overrides, beside the map.

import { byId, h, rows } from './dom';
import { age, count, marks, ms, when } from './format';
import type { Place } from './places';
import type { Answer, Override, Status } from './types';

export interface Actions {
  drain(target: string): void;
  undo(override: Override): void;
}

export class RegionList {
  private answers: Answer[] = [];

  constructor(private readonly actions: Actions) {}

  add(answers: Answer[]): void {
    this.answers = [...this.answers, ...answers].slice(-200);
  }

  clear(): void {
    this.answers = [];
  }

  update(places: Place[], status: Status): void {
    const recent = this.answers.filter((answer) => Date.now() - Date.parse(answer.at) < 300_000);
    const items = places.map((place) => ({ place, share: recent.length < 5 ? null : recent.filter((answer) => answer.regions.includes(place.label)).length / recent.length }));
    rows(byId('regions'), items, ({ place }) => place.label,
      ({ place, share }) => [place.state, place.override, place.colour, share && Math.round(share * 100), place.load && [Math.round((place.load.utilisation ?? 0) * 100), Math.round(place.load.rps), place.load.backends, place.load.news, place.load.priceMs]],
      ({ place, share }) => this.item(place, share, status));
    rows(byId('overrides'), status.overrides, (one) => one.target, (one) => ({ ...one, ageSeconds: one.ageSeconds < 60 ? one.ageSeconds : Math.round(one.ageSeconds / 60) }), (one) => this.override(one));
    byId('overrides-part').hidden = status.overrides.length === 0;
  }

  focus(label: string): void {
    const row = byId('regions').querySelector<HTMLElement>(`[data-key="${CSS.escape(label)}"]`);
    row?.scrollIntoView({ block: 'nearest' });
    row?.focus();
  }

  private item(place: Place, share: number | null, status: Status): HTMLElement {
    const load = place.load;
    const facts = [
      load?.utilisation != null ? `${Math.round(load.utilisation * 100)} % in use` : null,
      load ? `${count(load.rps)} req/s` : null,
      load ? `${load.backends} of ${load.backendsTotal} backends` : null,
      load && load.priceMs > 0 ? `counts ${ms(load.priceMs)} farther` : null,
      load?.news ? `balancers: ${load.news === 'notServing' ? 'not serving' : load.news}` : null,
      share !== null ? `${Math.round(share * 100)} % of sampled answers` : null,
    ].filter(Boolean);
    const down = place.regions.flatMap((region) => region.checks).filter((check) => check.verdict === 'down').length;
    const all = place.regions.flatMap((region) => region.checks).length;
    if (down) facts.unshift(`${down} of ${all} checks down`);
    const override = status.overrides.find((one) => one.target === place.override);
    return h('li', { tabindex: -1, class: `region ${place.state}` },
      h('div', { class: 'line' },
        h('span', { class: `state ${place.state}` }, marks[place.state] ?? '', ' ', h('strong', {}, place.label), ' ', place.state),
        override
          ? h('button', { type: 'button', 'data-do': 'undo', 'aria-label': `Undrain ${place.label}`, click: () => this.actions.undo(override) }, override.state === 'drain' ? 'Undrain' : 'Take back')
          : h('button', { type: 'button', 'data-do': 'drain', 'aria-label': `Drain ${place.label}`, click: () => this.actions.drain(place.label) }, 'Drain…')),
      load?.utilisation != null ? meter(load.utilisation, `${place.label} in use`) : null,
      facts.length ? h('p', { class: 'soft' }, facts.join(' \u00B7 ')) : null);
  }

  private override(one: Override): HTMLElement {
    const what = `${one.state}${one.percent === 100 ? '' : ` ${one.percent} %`}`;
    const notes = [
      `by ${one.owner}, ${age(one.ageSeconds)} ago`,
      one.startsAt && one.phase === 'scheduled' ? `begins ${when(one.startsAt)}` : null,
      one.expiresAt ? `ends ${when(one.expiresAt)}` : 'no end: stays until undrained',
      one.phase === 'in-force' ? null : one.phase.replace('-', ' '),
      one.phase === 'moving' ? `${one.movedPercent} % moved` : null,
      one.forced ? 'by force' : null,
    ].filter(Boolean).join(' \u00B7 ');
    return h('li', { class: 'region' },
      h('div', { class: 'line' },
        h('span', { class: `state ${one.state === 'drain' ? 'drained' : one.state}` }, marks[one.state] ?? '', ' ', h('strong', {}, one.target), ' ', what),
        h('button', { type: 'button', 'data-do': 'undo', 'aria-label': `Take back the ${one.state} of ${one.target}`, click: () => this.actions.undo(one) }, one.state === 'drain' ? 'Undrain' : 'Take back')),
      h('p', { class: 'reason' }, one.reason), h('p', { class: 'soft' }, notes),
      one.standsAsideAt.length ? h('p', { class: 'caution' }, `Stands aside at ${one.standsAsideAt.join(', ')}: nothing else serves there.`) : null,
      one.missingOn.length ? h('p', { class: 'caution' }, `Not in force on ${one.missingOn.join(', ')}.`) : null,
      one.arriving.length ? h('p', { class: 'soft' }, `still arrives: ${one.arriving.map((a) => `${count(a.requestsPerSecond)} req/s at ${a.balancer}`).join(', ')}`) : null);
  }
}

export function meter(share: number, label: string): HTMLElement {
  return h('meter', { min: 0, max: 1, high: 0.8, optimum: 0.3, value: Math.min(1, share).toFixed(3), 'aria-label': label });
}
