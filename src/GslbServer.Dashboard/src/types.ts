// What the admin API says; the C# records of src/GslbServer/Admin are the originals.

export interface Frame {
  sequence: number; at: string; periodSeconds: number; status: Status; traffic: TrafficPoint; answers: Answer[];
  resolvers: Resolver[] | null; balancers: Balancer[]; entries: AuditEntry[]; drills: DrillReport[];
}
export interface Hello {
  sequence: number; at: string; traffic: TrafficPoint[]; health: { slot: number; slotSeconds: number; cells: Strip[] };
  answers: Answer[]; resolvers: Resolver[]; entries: AuditEntry[];
}
export interface TrafficPoint { at: string; queries: number; steered: number; failed: number; dropped: number; roundTrips: Record<string, number> }
export interface Answer {
  at: string; name: string; type: string; client: string; latitude: number | null; longitude: number | null; country: string | null; regions: string[]; answer: string;
}
export interface Resolver { client: string; latitude: number; longitude: number; region: string; milliseconds: number; samples: number }
export interface Balancer {
  region: string; name: string; version: string; fresh: boolean; serving: boolean; draining: boolean; leaving: boolean; backends: number; backendsTotal: number;
  inFlight: number; rps: number; capacity: number | null; utilisation: number | null; errors: number; p50Ms: number | null; p99Ms: number | null;
  each: { cluster: string; name: string; state: string; inFlight: number }[];
}
export interface Strip { node: string; region: string; check: string; address: string; strip: string }

export interface Status {
  healthy: boolean; ready: boolean; notReady: string[]; mode: string;
  node: { name: string; region: string | null; cluster: string; version: string; startedAt: string; uptimeSeconds: number; listen: string[] };
  stores: { name: string; reachable: boolean; sinceLastReadSeconds: number; error: string | null }[];
  vantages: Vantage[]; regions: Region[]; names: Name[]; overrides: Override[];
  zones: { name: string; serial: number; hash: string }[];
  latency: { prefixes: number; ageSeconds: number | null; epoch: number };
  warnings: string[];
  held: { region: string; names: string[]; sinceSeconds: number; command: string }[];
}
export interface Vantage { node: string; region: string | null; self: boolean; ageSeconds: number; leaving: boolean; monitors: number; up: number; down: number; sameConfig: boolean; witness: boolean }
export interface Load {
  balancers: number; draining: number; notServing: number; backends: number; backendsTotal: number; inFlight: number; rps: number; capacity: number | null;
  utilisation: number | null; errors: number; p50Milliseconds: number | null; p99Milliseconds: number | null; priceMs: number; news: string | null;
}
export interface Region {
  name: string; label: string; state: string; latitude: number; longitude: number; capacity: number | null; addresses: string[]; checks: Check[]; overrides: string[]; load: Load | null;
}
export interface Check {
  check: string; address: string; verdict: string; settled: boolean; changedSecondsAgo: number | null; votes: { up: number; down: number; fresh: number };
  observations: { node: string; verdict: string; streak: number; rttMilliseconds: number; detail: string }[]; flaps: number; suppressedSeconds: number | null;
}
export interface Name {
  owner: string; zone: string; policy: string; ttl: number; ttlNow: number; worstCaseFailoverSeconds: number; up: number; down: number;
  targets: { target: string; state: string; weight: number }[];
}
export interface Override {
  target: string; state: string; percent: number; reason: string; owner: string; createdAt: string; ageSeconds: number; startsAt: string | null; expiresAt: string | null;
  ramp: string | null; forced: boolean; phase: string; movedPercent: number; standsAsideAt: string[]; missingOn: string[];
  arriving: { region: string; balancer: string; requestsPerSecond: number; inFlight: number }[]; warnings?: string[];
}
export interface AuditEntry {
  id: string; at: string; node: string; kind: string; subject: string; from: string | null; to: string | null; who: string | null; origin: string | null;
  reason: string | null; forced: boolean; result: string | null;
}
export interface DrillReport {
  id: string; region: string; state: string; reason: string; owner: string; startedAt: string; endsAt: string; endedAt: string | null; ended: string; forced: boolean;
  names: string[]; addresses: string[]; nodes: { node: string; clockSkewMs: number; marks: DrillMark[] }[]; traffic: { atMs: number; oldRps: number; newRps: number }[]; warnings: string[];
}
export interface DrillMark { kind: string; firstMs: number; lastMs: number; count: number; value: number }
export interface Explanation {
  name: string; type: string; steeredBy: string | null; client: { address: string; prefixLength: number; source: string };
  location: { country: string | null; continent: string | null; latitude: number | null; longitude: number | null; asn: number | null };
  steps: ExplainedStep[]; answer: { records: string[]; ttl: number; ttlReason: string; scope: number };
}
export interface ExplainedStep {
  filter: string; kept: string[]; dropped: { region: string; why: string }[]; note: string | null;
  roundTrips: { region: string; milliseconds: number | null; samples: number; source: string; confidence: string }[] | null;
  prices: { region: string; milliseconds: number }[] | null;
}
