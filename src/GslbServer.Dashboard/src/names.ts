// Steered names, and what happened.

import { byId, h, rows, text } from './dom';
import { age, marks, name, when } from './format';
import type { AuditEntry, Name } from './types';

const most = 100;

export class NameTable {
  private names: Name[] = [];

  constructor(private readonly explain: (owner: string) => void) {
    byId('names-find').addEventListener('input', () => this.draw());
  }

  update(names: Name[]): void {
    this.names = names;
    this.draw();
  }

  private draw(): void {
    const wanted = byId<HTMLInputElement>('names-find').value.trim().toLowerCase();
    const found = this.names.filter((one) => `${one.owner} ${one.policy} ${one.targets.map((target) => target.target).join(' ')}`.toLowerCase().includes(wanted));
    rows(byId('names-rows'), found.slice(0, most), (one) => one.owner, (one) => one, (one) => h('tr', {},
      h('th', { scope: 'row' }, name(one.owner)), h('td', {}, one.policy),
      h('td', {}, `${one.ttlNow} s`, one.ttlNow === one.ttl ? null : h('span', { class: 'soft' }, ` of ${one.ttl} s`)), h('td', {}, age(one.worstCaseFailoverSeconds)),
      h('td', {}, h('div', { class: 'chips' }, one.targets.map((target) => h('span', { class: `chip ${target.state}` }, `${marks[target.state] ?? ''} ${name(target.target)}${one.policy === 'weighted' ? ` ${target.weight}` : ''}`)))),
      h('td', {}, h('button', { type: 'button', 'data-do': 'explain', 'aria-label': `Explain ${name(one.owner)}`, click: () => this.explain(name(one.owner)) }, 'Explain'))));
    text(byId('names-more'), this.names.length === 0 ? 'No name is steered.' : found.length > most ? `${found.length - most} more of ${this.names.length}; find them by name, policy or target.` : '');
  }
}

export class Timeline {
  private entries: AuditEntry[] = [];

  constructor() {
    for (const id of ['timeline-kind', 'timeline-find']) byId(id).addEventListener('input', () => this.draw());
  }

  restore(entries: AuditEntry[]): void {
    this.entries = [];
    this.add(entries);
  }

  add(entries: AuditEntry[]): void {
    if (!entries.length && this.entries.length) return;
    const known = new Set(this.entries.map((entry) => entry.id));
    this.entries = [...this.entries, ...entries.filter((entry) => !known.has(entry.id))].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, 500);
    this.draw();
  }

  private draw(): void {
    const kind = byId<HTMLSelectElement>('timeline-kind').value;
    const wanted = byId<HTMLInputElement>('timeline-find').value.trim().toLowerCase();
    const found = this.entries.filter((entry) => (!kind || entry.kind === kind) && [entry.subject, entry.who, entry.reason, entry.result, entry.node].join(' ').toLowerCase().includes(wanted));
    rows(byId('entries'), found.slice(0, most), (entry) => entry.id, () => 0, (entry) => h('li', { class: `entry ${entry.kind}` },
      h('time', { datetime: entry.at }, when(entry.at)),
      h('span', { class: `kind ${entry.to === 'down' ? 'down' : entry.to === 'up' ? 'up' : entry.kind}` }, entry.kind === 'transition' ? 'health' : entry.kind),
      h('div', {}, h('strong', {}, entry.subject.replace(/^drill:/, '')), entry.from || entry.to ? ` ${entry.from ?? '?'} \u2192 ${entry.to ?? '?'}` : '', entry.forced ? ' by force' : '',
        entry.reason ? h('span', { class: 'reason' }, ` ${entry.reason}`) : null,
        h('span', { class: 'soft small' }, [entry.who ? ` by ${entry.who}` : '', entry.node ? ` on ${entry.node}` : '', entry.result ? `: ${entry.result}` : ''].join('')))));
    text(byId('entries-more'), this.entries.length === 0 ? 'Nothing yet.' : found.length === 0 ? 'Nothing is like that.' : found.length > most ? `${found.length - most} older ones are in gslb audit.` : '');
  }
}
