import 'uplot/dist/uPlot.min.css';
import './dashboard.css';
import { byId, fill, h, plain, text } from './dom';
import { Drills } from './drills';
import { ExplainBox } from './explain';
import { age } from './format';
import { HealthMatrix } from './health';
import { follow } from './live';
import { WorldMap } from './map';
import { NameTable, Timeline } from './names';
import { showBalancers, showNodes } from './nodes';
import { OverrideDialog } from './overrides';
import { placesOf, type Place } from './places';
import { Plots } from './plots';
import { RegionList } from './regions';
import { Refusal } from './session';
import { SignIn } from './signin';
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
const signIn = new SignIn();

/** A stream that is back so soon is no alarm; one in which nothing comes is only after longer. */
const graceMs = 1_000, silenceMs = 8_000;

let heardAt = 0;
let live = false;
let why = '';
/** From when on it is one that nothing comes. */
let alarmAt = performance.now() + silenceMs;
let before = new Map<string, string>();

void follow({
  hello(hello: Hello) {
    why = '';
    alarmAt = performance.now() + silenceMs;
    void signIn.check();
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
    live = true;
    alarmAt = heardAt + frame.periodSeconds * 3_000 + 5_000;
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
    freshness();
  },
  lost(error: Error) {
    live = false;
    why = error.message;
    alarmAt = Math.min(alarmAt, performance.now() + (error instanceof Refusal ? 0 : graceMs));
    freshness();
    setTimeout(freshness, graceMs);
  },
});
setInterval(freshness, 1_000);

function head(status: Status, places: Place[]): void {
  const bad = places.filter((place) => place.state === 'down' || place.state === 'partial');
  const drained = places.filter((place) => place.state === 'drained');
  const verdict = !status.ready ? 'Not ready' : bad.length ? `${bad.map((place) => `${place.label} ${place.state === 'down' ? 'is down' : 'serves in part'}`).slice(0, 3).join(', ')}${bad.length > 3 ? ` and ${bad.length - 3} more` : ''}`
    : drained.length ? `${drained.map((place) => place.label).join(', ')} ${drained.length === 1 ? 'is' : 'are'} drained; all else serves` : status.healthy ? 'All regions serve' : 'Regions serve; something needs a look';
  const kind = !status.ready || bad.length ? 'bad' : drained.length || !status.healthy ? 'caution' : 'good';
  text(byId('verdict'), verdict);
  byId('verdict').parentElement!.className = `card verdict ${kind}`;
  document.title = plain(`${kind === 'good' ? '\u25CF' : '\u2715'} ${verdict} \u00B7 ${status.node.name}`);
  const lines = [...status.notReady.map((reason) => `not ready: ${reason}`), ...status.warnings];
  fill(byId('warnings'), lines, () => lines.slice(0, 20).map((line) => h('li', {}, line)));
  text(byId('node-name'), status.node.name);
  text(byId('node-facts'), `${status.node.region ? `${status.node.region} \u00B7 ` : ''}${status.node.version} \u00B7 up ${age(status.node.uptimeSeconds < 60 ? status.node.uptimeSeconds : Math.floor(status.node.uptimeSeconds / 60) * 60)} \u00B7 DNS on ${status.node.listen.slice(0, 3).join(', ')}`);

  const now = new Map(places.map((place) => [place.label, place.state]));
  const changes = [...now].filter(([label, state]) => before.has(label) && before.get(label) !== state).map(([label, state]) => `${label} is now ${state}`);
  if (changes.length) announce(changes.join('. '));
  before = now;
}

/** How old what is shown is: old news must not look new. Only the reason is an alert; a screen reader is not told each second how old all is. */
function freshness(): void {
  const now = performance.now(), late = now >= alarmAt;
  const isLive = live && !late;
  byId('live').className = `live ${isLive ? '' : 'old'}`;
  text(byId('live'), isLive ? 'live' : 'not live');
  byId('stale').hidden = !late;
  text(byId('stale-why'), late ? `No news from the node. ${why} Trying again.` : '');
  text(byId('stale-age'), late && heardAt ? `What you see is ${age((now - heardAt) / 1000)} old.` : '');
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
