// Why a client gets its answer: every step, with what it kept and what it dropped.

import { byId, fill, h } from './dom';
import { age, marks, ms, name } from './format';
import { ask } from './session';
import type { Explanation, ExplainedStep, Status } from './types';

const asks: Record<string, string> = { fences: 'Who may be sent where', overrides: 'Operators', health: 'What serves', order: 'In which order', take: 'What is taken', 'all-down': 'Nothing serves' };

export class ExplainBox {
  private labels = new Map<string, string>();

  constructor(private readonly show: (explanation: Explanation | null, regions: string[]) => void) {
    byId('explain-form').addEventListener('submit', (event) => { event.preventDefault(); void this.run(); });
  }

  update(status: Status): void {
    const owners = status.names.map((one) => name(one.owner)).slice(0, 500);
    fill(byId('explain-names'), owners, () => owners.map((value) => h('option', { value })));
    const field = byId<HTMLInputElement>('explain-name');
    if (!field.value && owners[0] && document.activeElement !== field) field.value = owners.find((owner) => owner.startsWith('www.')) ?? owners[0];
    this.labels = new Map(status.regions.flatMap((region) => region.addresses.map((address) => [address, region.label] as const)));
  }

  prefill(owner: string): void {
    byId<HTMLInputElement>('explain-name').value = owner;
    byId('explain').scrollIntoView({ block: 'start' });
    const client = byId<HTMLInputElement>('explain-client');
    client.focus();
    if (client.value) void this.run();
  }

  private async run(): Promise<void> {
    const value = (id: string): string => encodeURIComponent(byId<HTMLInputElement>(id).value.trim());
    const box = byId('explain-result');
    try {
      const found = await ask<Explanation>(`/api/v1/explain?name=${value('explain-name')}&type=${value('explain-type')}&client=${value('explain-client')}`);
      fill(box, [found, Date.now()], () => this.result(found));
      this.show(found, [...new Set(found.answer.records.map((record) => this.labels.get(record.split(' ').at(-1)!)).filter((label): label is string => !!label))]);
    } catch (error) {
      fill(box, [Date.now()], () => [h('p', { class: 'check bad' }, (error as Error).message)]);
      this.show(null, []);
    }
  }

  private result(found: Explanation): Node[] {
    const { location, client, answer } = found;
    const place = [location.country, location.continent, location.asn ? `AS${location.asn}` : null].filter(Boolean).join(', ') || 'no place known';
    const regions = answer.records.map((record) => this.labels.get(record.split(' ').at(-1)!)).filter(Boolean);
    return [
      h('p', { class: 'answer' }, h('strong', {}, answer.records.join(', ') || 'no record'), regions.length ? ` (${[...new Set(regions)].join(', ')})` : '', ` for ${client.address}/${client.prefixLength}`),
      h('dl', { class: 'facts' },
        h('dt', {}, 'Client'), h('dd', {}, `${place}; by ${client.source === 'ecs' ? 'client subnet' : 'the resolver\u2019s address'}`),
        h('dt', {}, 'TTL'), h('dd', {}, `${age(answer.ttl)}: ${answer.ttlReason}`), h('dt', {}, 'Scope'), h('dd', {}, `/${answer.scope}`),
        found.steeredBy ? [h('dt', {}, 'Steered by'), h('dd', {}, name(found.steeredBy))] : []),
      h('ol', { class: 'steps' }, found.steps.map((step) => this.step(step))),
    ];
  }

  private step(step: ExplainedStep): HTMLElement {
    const title = step.filter.replace(/^[a-z-]+/, (word) => asks[word] ?? word);
    return h('li', {}, h('h3', {}, title, h('span', { class: 'soft small' }, ` ${step.filter.split(' ')[0]}`)),
      h('p', { class: 'chips' }, step.kept.length ? step.kept.map((region) => h('span', { class: 'chip up' }, region)) : h('span', { class: 'soft' }, 'none')),
      step.dropped.length ? h('ul', { class: 'dropped' }, step.dropped.map((drop) => h('li', {}, h('span', { class: 'chip down' }, `${marks['down']} ${drop.region}`), ` ${drop.why}`))) : null,
      step.note ? h('p', { class: 'soft' }, step.note) : null,
      step.roundTrips?.length ? h('p', { class: 'soft small' }, step.roundTrips.map((trip) => `${trip.region} ${trip.milliseconds === null ? 'unknown' : ms(trip.milliseconds)} (${trip.source}, ${trip.samples} samples)`).join('; ')) : null,
      step.prices?.length ? h('p', { class: 'soft small' }, `load: ${step.prices.map((price) => `${price.region} +${ms(price.milliseconds)}`).join(', ')}`) : null);
  }
}
