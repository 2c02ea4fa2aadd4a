import type { MonitorEvent } from '../monitor/events.ts';
import type { LogPattern } from './case.ts';

/** A test of lines; made once, as it is asked for every line. */
export function matcher(pattern: LogPattern): (event: MonitorEvent) => boolean {
  if (pattern.kind === 'text') return ({ line }) => line.includes(pattern.text);
  if (pattern.kind === 'regex') {
    const regex = new RegExp(pattern.source, 'u');
    return ({ line }) => regex.test(line);
  }
  const fields = Object.entries(pattern.where);
  return (event) =>
    event.kind === pattern.event &&
    fields.every(([name, value]) => (event as unknown as Readonly<Record<string, unknown>>)[name] === value);
}

/** `"MQTT"`, `/MQTT.*5/`, `event handshake (suite TLS_…)` */
export function patternText(pattern: LogPattern): string {
  if (pattern.kind === 'text') return JSON.stringify(pattern.text);
  if (pattern.kind === 'regex') return `/${pattern.source}/`;
  const fields = Object.entries(pattern.where).map(([name, value]) => `${name} ${String(value)}`);
  return `event ${pattern.event}${fields.length === 0 ? '' : ` (${fields.join(', ')})`}`;
}
