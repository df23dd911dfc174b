// Nodes, stores, zones and balancers.

import { byId, h, rows, text } from './dom';
import { age, count, ms, name } from './format';
import { meter } from './regions';
import type { Balancer, Status } from './types';

export function showNodes(status: Status): void {
  rows(byId('node-rows'), status.vantages, (one) => one.node, (one) => [{ ...one, ageSeconds: 0 }, heard(one.ageSeconds)], (one) => h('tr', {},
    h('th', { scope: 'row' }, one.node, one.witness ? h('span', { class: 'soft' }, ' witness') : null), h('td', {}, one.region ?? ''),
    h('td', {}, one.self ? 'this node' : one.leaving ? 'left' : heard(one.ageSeconds)), h('td', {}, one.up), h('td', { class: one.down ? 'state down' : '' }, one.down),
    h('td', {}, one.sameConfig ? 'yes' : h('span', { class: 'state failing' }, 'no'))));
  text(byId('stores'), status.stores.length ? `Stores: ${status.stores.map((store) => `${store.name} ${store.reachable ? 'reachable' : `cannot be used${store.error ? ` (${store.error})` : ''}`}`).join(', ')}. Shared state is ${status.mode}.` : 'No store: state is in memory, of this node alone.');
  text(byId('zones'), `Zones: ${status.zones.slice(0, 20).map((zone) => `${name(zone.name)} serial ${zone.serial}`).join(', ')}${status.zones.length > 20 ? ` and ${status.zones.length - 20} more` : ''}. Measured prefixes: ${status.latency.prefixes}.`);
}

const heard = (seconds: number): string => (seconds < 5 ? 'just now' : `${age(seconds < 60 ? Math.floor(seconds / 5) * 5 : seconds)} ago`);

// Those that serve need no word; of many a balancer tells those that do not, and the busiest.
function backends(one: Balancer): HTMLElement | null {
  return one.each.length === 0 ? null : h('ul', { class: 'backends', 'aria-label': `Backends of ${one.name}` }, one.each.map((each) => h('li', {},
    h('span', { class: each.state }, '\u25cf'), ` ${each.cluster}/${each.name}`, h('span', { class: 'soft' }, ` ${[each.state === 'up' ? null : each.state, each.inFlight ? `${each.inFlight} in flight` : null].filter(Boolean).join(', ')}`))),
    one.each.length < one.backendsTotal ? h('li', { class: 'soft' }, `and ${one.backendsTotal - one.each.length} more`) : null);
}

export function showBalancers(balancers: Balancer[]): void {
  rows(byId('balancers'), balancers, (one) => `${one.region} ${one.name}`, (one) => one, (one) => {
    const state = !one.fresh ? 'silent' : one.leaving ? 'leaving' : one.draining ? 'draining' : one.serving ? 'serving' : 'not serving';
    return h('tr', {}, h('th', { scope: 'row' }, one.region), h('td', {}, one.name, h('span', { class: 'soft small' }, ` ${one.version}`)), h('td', { class: `state ${state === 'serving' ? 'up' : state === 'draining' ? 'drained' : 'failing'}` }, state),
      h('td', {}, `${one.backends} of ${one.backendsTotal}`, backends(one)), h('td', {}, count(one.rps)), h('td', {}, one.utilisation === null ? '' : [meter(one.utilisation, 'in use'), ` ${Math.round(one.utilisation * 100)} %`]),
      h('td', {}, one.p50Ms === null ? '' : ms(one.p50Ms)), h('td', {}, one.p99Ms === null ? '' : ms(one.p99Ms)), h('td', {}, `${(one.errors * 100).toFixed(one.errors ? 1 : 0)} %`));
  });
  byId('balancers-table').hidden = balancers.length === 0;
  text(byId('balancers-none'), balancers.length ? '' : 'No balancer reports: gslb-balancer does with --redis and --region.');
}
