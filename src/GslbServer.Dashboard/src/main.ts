import 'uplot/dist/uPlot.min.css';
import './dashboard.css';
import { byId, fill, h, text } from './dom';
import { Drills } from './drills';
import { ExplainBox } from './explain';
import { age } from './format';
import { HealthMatrix } from './health';
import { follow, reconnect } from './live';
import { WorldMap } from './map';
import { NameTable, Timeline } from './names';
import { showBalancers, showNodes } from './nodes';
import { OverrideDialog } from './overrides';
import { placesOf, type Place } from './places';
import { Plots } from './plots';
import { RegionList } from './regions';
import { ask, onUnauthorized, token } from './session';
import type { Frame, Hello, Status } from './types';

const announce = (what: string): void => text(byId('announce'), what);
const overrides = new OverrideDialog(announce);
const regions = new RegionList({ drain: (target) => overrides.open(target), undo: (override) => overrides.openUndo(override) });
const map = new WorldMap((label) => regions.focus(label));
const explain = new ExplainBox((explanation, labels) => map.explain(explanation, labels));
const health = new HealthMatrix();
const plots = new Plots();
const names = new NameTable((owner) => explain.prefill(owner));
const timeline = new Timeline();
const drills = new Drills(announce);

let heardAt = 0;
let period = 1;
let before = new Map<string, string>();

void follow({
  hello(hello: Hello) {
    health.restore(hello);
    plots.restore(hello.traffic);
    timeline.restore(hello.entries);
    regions.clear();
    regions.add(hello.answers);
    map.answers(hello.answers);
    map.roundTrips(hello.resolvers);
  },
  frame(frame: Frame) {
    heardAt = performance.now();
    period = frame.periodSeconds;
    const { status } = frame;
    const places = placesOf(status);
    regions.add(frame.answers);
    map.answers(frame.answers);
    if (frame.resolvers) map.roundTrips(frame.resolvers);
    head(status, places);
    map.update(places);
    regions.update(places, status);
    overrides.targets(status);
    health.update(status, frame.at);
    plots.update(frame, places);
    names.update(status.names);
    explain.update(status);
    drills.update(frame.drills, places);
    showBalancers(frame.balancers);
    timeline.add(frame.entries);
    showNodes(status);
    freshness('');
  },
  lost: (why) => freshness(why),
});
setInterval(() => freshness(''), 1000);

function head(status: Status, places: Place[]): void {
  const bad = places.filter((place) => place.state === 'down' || place.state === 'partial');
  const drained = places.filter((place) => place.state === 'drained');
  const verdict = !status.ready ? 'Not ready' : bad.length ? `${bad.map((place) => `${place.label} ${place.state === 'down' ? 'is down' : 'serves in part'}`).slice(0, 3).join(', ')}${bad.length > 3 ? ` and ${bad.length - 3} more` : ''}`
    : drained.length ? `${drained.map((place) => place.label).join(', ')} ${drained.length === 1 ? 'is' : 'are'} drained; all else serves` : status.healthy ? 'All regions serve' : 'Regions serve; something needs a look';
  const kind = !status.ready || bad.length ? 'bad' : drained.length || !status.healthy ? 'caution' : 'good';
  text(byId('verdict'), verdict);
  byId('verdict').parentElement!.className = `card verdict ${kind}`;
  document.title = `${kind === 'good' ? '\u25CF' : '\u2715'} ${verdict} \u00B7 ${status.node.name}`;
  const lines = [...status.notReady.map((reason) => `not ready: ${reason}`), ...status.warnings];
  fill(byId('warnings'), lines, () => lines.slice(0, 20).map((line) => h('li', {}, line)));
  text(byId('node-name'), status.node.name);
  text(byId('node-facts'), `${status.node.region ? `${status.node.region} \u00B7 ` : ''}${status.node.version} \u00B7 up ${age(status.node.uptimeSeconds < 60 ? status.node.uptimeSeconds : Math.floor(status.node.uptimeSeconds / 60) * 60)} \u00B7 DNS on ${status.node.listen.slice(0, 3).join(', ')}`);

  const now = new Map(places.map((place) => [place.label, place.state]));
  const changes = [...now].filter(([label, state]) => before.has(label) && before.get(label) !== state).map(([label, state]) => `${label} is now ${state}`);
  if (changes.length) announce(changes.join('. '));
  before = now;
}

/** How old what is shown is: old news must not look new. */
function freshness(why: string): void {
  const seconds = heardAt ? (performance.now() - heardAt) / 1000 : Infinity;
  const old = seconds > period * 3 + 5;
  byId('live').className = `live ${old ? 'old' : ''}`;
  text(byId('live'), old ? 'not live' : 'live');
  if (!old) {
    byId('stale').hidden = true;
    return;
  }
  if (!heardAt && !why) return;
  byId('stale').hidden = false;
  const since = heardAt ? `What you see is ${age(seconds)} old.` : '';
  if (why) byId('stale').dataset['why'] = why;
  text(byId('stale'), `No news from the node. ${byId('stale').dataset['why'] ?? ''} ${since} Trying again.`);
}

// Theme.
const theme = byId<HTMLSelectElement>('theme');
theme.value = localStorage.getItem('gslb.theme') ?? 'auto';
const dress = (): void => {
  document.documentElement.dataset['theme'] = theme.value;
  plots.draw();
};
theme.addEventListener('change', () => { localStorage.setItem('gslb.theme', theme.value); dress(); });
dress();

// The token of this tab.
const dialog = byId<HTMLDialogElement>('token-dialog');
const signedIn = (): void => {
  text(byId('sign-in'), token.get() ? 'Signed in' : 'Sign in');
  if (!token.get()) return;
  void ask<{ name: string | null; role: string; by: string }>('/api/v1/whoami').then((who) => {
    if (who.by === 'token') text(byId('sign-in'), `Signed in: ${who.name ?? 'no name'}, ${who.role}`);
  }, () => undefined);
};
const openSignIn = (why: string): void => {
  text(byId('token-error'), why);
  byId<HTMLInputElement>('token').value = '';
  if (!dialog.open) dialog.showModal();
};
const use = (value: string): void => {
  token.set(value);
  signedIn();
  dialog.close();
  reconnect();
};
byId('sign-in').addEventListener('click', () => openSignIn(''));
byId('token-cancel').addEventListener('click', () => dialog.close());
byId('token-out').addEventListener('click', () => use(''));
byId('token-form').addEventListener('submit', (event) => { event.preventDefault(); use(byId<HTMLInputElement>('token').value.trim()); });
onUnauthorized(openSignIn);
signedIn();
