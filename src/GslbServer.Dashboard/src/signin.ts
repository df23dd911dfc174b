// The token of this tab: the node is asked whose it is before it counts, and when the node takes it no longer it is forgotten.

import { byId, text } from './dom';
import { reconnect } from './live';
import { onUnauthorized, Refusal, token, whoami, type Who } from './session';

export class SignIn {
  private readonly dialog = byId<HTMLDialogElement>('token-dialog');
  private readonly field = byId<HTMLInputElement>('token');
  private asking: AbortController | null = null;
  private declined = false;

  constructor() {
    byId('sign-in').addEventListener('click', () => this.open(''));
    byId('token-cancel').addEventListener('click', () => this.dialog.close());
    byId('token-out').addEventListener('click', () => { this.take('', null); this.dialog.close(); });
    byId('token-form').addEventListener('submit', (event) => { event.preventDefault(); void this.enter(this.field.value.trim()); });
    this.dialog.addEventListener('close', () => { this.asking?.abort(); this.declined = !token.get(); });
    onUnauthorized((reason, held, asked) => this.refused(reason, held, asked));
  }

  /** With each new stream: where anyone may read, only this tells that a token was revoked. */
  async check(): Promise<void> {
    const held = token.get();
    if (!held) return;
    try {
      const who = await whoami(held);
      if (who.by !== 'token') this.refused('The node takes this token no longer.', held, false);
      else if (held === token.get()) this.show(who);
    } catch {
      // Who cannot be asked has refused nothing.
    }
  }

  private async enter(value: string): Promise<void> {
    const say = (what: string): void => text(byId('token-error'), what);
    this.asking?.abort();
    say('');
    if (!/^[!-~]+$/.test(value)) return say('A token is of visible ASCII characters alone: this is none.');
    const none = 'This is none of the node\u2019s tokens, or it has expired.';
    const { signal } = (this.asking = new AbortController());
    try {
      const who = await whoami(value, signal);
      if (who.by !== 'token') return say(who.by === 'nothing' ? none : 'This node has no tokens: it asks you for none.');
      this.take(value, who);
      this.dialog.close();
    } catch (error) {
      if (!signal.aborted) say(error instanceof Refusal && [401, 403].includes(error.status) ? none : (error as Error).message);
    }
  }

  private take(value: string, who: Who | null): void {
    token.set(value);
    this.show(who);
    reconnect();
  }

  private show(who: Who | null): void {
    text(byId('sign-in'), who ? `Signed in: ${who.name ?? 'no name'}, ${who.role}` : 'Sign in');
  }

  /** Who has closed the dialog is not asked again and again by the stream, but by what needs a token. */
  private refused(reason: string, held: string, asked: boolean): void {
    if (held !== token.get()) return;
    if (held) this.take('', null);
    if (held || asked || !this.declined) this.open(held ? `You are signed out. ${reason}` : reason);
  }

  private open(reason: string): void {
    if (this.dialog.open) return;
    text(byId('token-error'), reason);
    this.field.value = '';
    this.dialog.showModal();
  }
}
