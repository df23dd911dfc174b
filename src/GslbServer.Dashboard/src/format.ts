// How numbers, ages and states are said.

export function age(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min${s < 600 && s % 60 ? ` ${s % 60} s` : ''}`;
  if (s < 86400) return `${Math.floor(s / 3600)} h${s % 3600 >= 60 ? ` ${Math.floor((s % 3600) / 60)} min` : ''}`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

export function count(value: number): string {
  if (value >= 999_950) return `${(value / 1e6).toFixed(value >= 9.95e6 ? 0 : 1)} M`;
  if (value >= 10_000) return `${(value / 1000).toFixed(value >= 99_950 ? 0 : 1)} k`;
  return value >= 100 || Number.isInteger(value) ? Math.round(value).toString() : value.toFixed(1);
}

export function ms(value: number): string {
  return `${value >= 10 ? Math.round(value) : value >= 1 ? +value.toFixed(1) : +value.toFixed(2)} ms`;
}

export function clock(at: string | Date): string {
  const time = new Date(at);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** Today only the time, else with the day. */
export function when(at: string): string {
  const time = new Date(at);
  const today = new Date().toDateString() === time.toDateString();
  return today ? clock(at) : `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock(at)}`;
}

const two = (value: number): string => value.toString().padStart(2, '0');

export const name = (owner: string): string => owner.replace(/\.$/, '');

/** A state's shape stands beside its colour: colour alone tells some people nothing. */
export const marks: Record<string, string> = {
  up: '\u25CF', down: '\u2715', partial: '\u25D0', drained: '\u25BD', drain: '\u25BD', unknown: '\u25CB', unchecked: '\u25CB', failing: '\u25B2', mixed: '\u25D0',
};
