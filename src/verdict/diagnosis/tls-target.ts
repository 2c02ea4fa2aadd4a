import type { LogFacts, Witness } from './log-facts.ts';

/** A connection with TLS was to be made. */
export function goesToTls(facts: LogFacts): boolean {
  return facts
    .seen('connecting')
    .some(({ event: { scheme, port } }) => TLS_SCHEMES.has(scheme) || TLS_PORTS.has(port));
}

/** An IPv4 address in the place of a name. */
export function isAddress(host: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}

const TLS_SCHEMES: ReadonlySet<string | undefined> = new Set(['https', 'mqtts', 'wss']);
/** Of HTTPS and MQTT over TLS (IANA). */
export const TLS_PORTS: ReadonlySet<number> = new Set([443, 8883]);
/** Of HTTP and MQTT without TLS (IANA). */
export const PLAIN_PORTS: ReadonlySet<number> = new Set([80, 1883]);
/** Of servers that have TLS only where it was set up: Home Assistant, InfluxDB, and those that developers run. */
export const OFTEN_PLAIN_PORTS: ReadonlySet<number> = new Set([3000, 5000, 8000, 8080, 8086, 8123]);
/** The same of URLs. */
export const PLAIN_SCHEMES: ReadonlySet<string | undefined> = new Set(['http', 'mqtt', 'ws']);

/** An address, and a port or scheme without TLS: there is no name to be resolved, and no handshake. */
export function isTcpAlone(facts: LogFacts, { at, line }: Witness): boolean {
  const [, address, port] = /\b(\d{1,3}(?:\.\d{1,3}){3}):(\d{2,5})\b/.exec(line) ?? [];
  if (address !== undefined) return PLAIN_PORTS.has(Number(port));
  const to = facts.seen('connecting').findLast((connecting) => connecting.at <= at)?.event;
  return to !== undefined && isAddress(to.host) && (PLAIN_PORTS.has(to.port) || PLAIN_SCHEMES.has(to.scheme));
}
