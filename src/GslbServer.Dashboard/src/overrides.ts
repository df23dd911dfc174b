// Drain, down, up and back: the dialog asks the node what it would say before anything is done.

import { byId, close, fill, h, text } from './dom';
import { name } from './format';
import { ask, Refusal } from './session';
import type { Override, Status } from './types';

const pause = 250;

export class OverrideDialog {
  private readonly dialog = byId<HTMLDialogElement>('override-dialog');
  private readonly undoing = byId<HTMLDialogElement>('undo-dialog');
  private readonly force = byId<HTMLInputElement>('override-force');
  private timer = 0;
  private asking: AbortController | null = null;
  private undone: Override | null = null;

  constructor(private readonly say: (what: string) => void) {
    byId('override-form').addEventListener('submit', (event) => { event.preventDefault(); void this.submit(); });
    byId('override-form').addEventListener('input', (event) => this.changed(event.target !== this.force && event.target !== byId('override-reason')));
    byId('override-cancel').addEventListener('click', () => this.dialog.close());
    byId('undo-form').addEventListener('submit', (event) => { event.preventDefault(); void this.undo(); });
    byId('undo-cancel').addEventListener('click', () => this.undoing.close());
    byId('new-override').addEventListener('click', () => this.open(''));
  }

  targets(status: Status): void {
    const labels = [...new Set(status.regions.map((region) => region.label))];
    const known = [...labels, ...status.regions.flatMap((region) => region.addresses.map((address) => `${region.label}/${address}`)), ...status.names.flatMap((one) => one.targets.map((target) => `${one.owner}@${target.target}`))].slice(0, 500);
    fill(byId('override-targets'), known, () => known.map((value) => h('option', { value })));
  }

  open(target: string): void {
    byId<HTMLFormElement>('override-form').reset();
    byId<HTMLInputElement>('override-target').value = target;
    text(byId('override-error'), '');
    this.changed(true);
    this.dialog.showModal();
    byId(target ? 'override-reason' : 'override-target').focus();
  }

  openUndo(override: Override): void {
    this.undone = override;
    const word = override.state === 'drain' ? 'Undrain' : 'Take back';
    text(byId('undo-title'), `${word} ${override.target}`);
    text(byId('undo-submit'), word);
    text(byId('undo-text'), `${override.state} by ${override.owner}: ${override.reason}. Clients come back at once, as health allows.`);
    text(byId('undo-error'), '');
    this.undoing.showModal();
  }

  private changed(anew: boolean): void {
    const target = this.value('override-target'), state = this.value('override-state');
    text(byId('override-title'), target ? `${verb(state)} ${target}` : 'Drain or force a target');
    text(byId('override-submit'), verb(state));
    for (const id of ['override-percent', 'override-ramp']) byId<HTMLInputElement>(id).disabled = state !== 'drain';
    if (!anew) {
      this.allow();
      return;
    }
    this.force.checked = false;
    byId('override-force-part').hidden = true;
    byId<HTMLButtonElement>('override-submit').disabled = true;
    this.verdict('', 'Asking the node what this would do.', []);
    clearTimeout(this.timer);
    this.asking?.abort();
    this.timer = window.setTimeout(() => void this.judge(), pause);
  }

  /** The node's own word on it, before anything is done. */
  private async judge(): Promise<void> {
    const target = this.value('override-target');
    if (!target) return this.verdict('', 'Which target? A region, one address of it, or one name at a region.', []);
    const asking = (this.asking = new AbortController());
    try {
      const answer = await ask<Override>(`${path(target)}?dryRun=true`, 'PUT', { ...this.body(), reason: this.value('override-reason') || 'dry run' }, asking.signal);
      const warnings = answer.warnings ?? [];
      this.verdict(warnings.length ? 'caution' : 'good', warnings.length ? 'Allowed. The safety rule warns:' : 'Safe: every name keeps a target that serves.', warnings);
      byId('override-force-part').hidden = true;
      this.force.checked = false;
    } catch (error) {
      if (asking.signal.aborted) return;
      const refusal = error as Refusal;
      if (refusal.status === 409) this.verdict('bad', 'Refused by the safety rule. These names would lose their last serving target:', refusal.names.map(name));
      else this.verdict('bad', refusal.message, []);
      byId('override-force-part').hidden = refusal.status !== 409;
      byId('override-verdict').dataset['refused'] = 'yes';
    }
    this.allow();
  }

  private allow(): void {
    const refused = byId('override-verdict').dataset['refused'] === 'yes';
    byId<HTMLButtonElement>('override-submit').disabled = byId('override-verdict').dataset['kind'] === '' || (refused && !this.force.checked);
  }

  private verdict(kind: string, says: string, lines: string[]): void {
    const box = byId('override-verdict');
    box.dataset['kind'] = kind;
    delete box.dataset['refused'];
    box.className = `check ${kind}`;
    fill(box, [says, lines], () => [h('p', {}, says), lines.length ? h('ul', {}, lines.slice(0, 12).map((line) => h('li', {}, line)), lines.length > 12 ? h('li', {}, `and ${lines.length - 12} more`) : null) : null]);
  }

  private async submit(): Promise<void> {
    const target = this.value('override-target'), state = this.value('override-state');
    const button = byId<HTMLButtonElement>('override-submit');
    button.disabled = true;
    text(byId('override-error'), '');
    try {
      await ask<Override>(path(target), 'PUT', { ...this.body(), reason: this.value('override-reason'), force: this.force.checked });
      close(this.dialog, byId('regions-title'));
      this.say(`${target}: ${state} is in force`);
    } catch (error) {
      text(byId('override-error'), (error as Error).message);
      button.disabled = false;
    }
  }

  private async undo(): Promise<void> {
    const override = this.undone!;
    try {
      await ask(path(override.target), 'DELETE');
      close(this.undoing, byId('regions-title'));
      this.say(`${override.target}: ${override.state} is taken back`);
    } catch (error) {
      text(byId('undo-error'), (error as Error).message);
    }
  }

  private body(): Record<string, unknown> {
    const state = this.value('override-state'), minutes = Number(this.value('override-ends'));
    return {
      state,
      ...(state === 'drain' ? { percent: Number(this.value('override-percent')) || 0 } : {}),
      ...(state === 'drain' && this.value('override-ramp') ? { ramp: this.value('override-ramp') } : {}),
      ...(minutes ? { expiresAt: new Date(Date.now() + minutes * 60_000).toISOString() } : {}),
    };
  }

  private value(id: string): string {
    return byId<HTMLInputElement>(id).value.trim();
  }
}

const path = (target: string): string => `/api/v1/overrides/${encodeURIComponent(target)}`;
const verb = (state: string): string => (state === 'drain' ? 'Drain' : state === 'down' ? 'Force down' : 'Force up');
