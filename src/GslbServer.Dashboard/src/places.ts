// Regions as people think of them: one label is one place, in whatever zones it stands.

import type { Load, Region, Status } from './types';

export interface Place {
  label: string; latitude: number; longitude: number; regions: Region[];
  /** up, partial, down, unknown, unchecked; drained where a drain of the whole place is in force. */
  state: string; load: Load | null; colour: string; override: string | null;
}

export function placesOf(status: Status): Place[] {
  const byLabel = new Map<string, Region[]>();
  for (const region of status.regions) byLabel.set(region.label, [...(byLabel.get(region.label) ?? []), region]);
  const labels = [...byLabel.keys()].sort();
  return labels.map((label, index) => {
    const regions = byLabel.get(label)!;
    const states = new Set(regions.map((region) => region.state));
    const override = status.overrides.find((one) => one.target === label || regions.some((region) => one.target === region.name && regions.length === 1)) ?? null;
    const checked = states.size === 1 ? [...states][0]! : states.has('down') || states.has('partial') ? 'partial' : 'unknown';
    const overridden = override && override.phase !== 'scheduled' ? (override.state === 'drain' ? 'drained' : override.state) : null;
    return {
      label, regions, latitude: regions[0]!.latitude, longitude: regions[0]!.longitude, load: regions.find((region) => region.load)?.load ?? null,
      state: overridden === 'drained' && checked === 'down' ? 'down' : (overridden ?? checked), colour: `var(--r${index % 8})`, override: override?.target ?? null,
    };
  });
}
