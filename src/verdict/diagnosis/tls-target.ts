import type { LogFacts } from './log-facts.ts';

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
/** The same of URLs. */
export const PLAIN_SCHEMES: ReadonlySet<string | undefined> = new Set(['http', 'mqtt', 'ws']);
