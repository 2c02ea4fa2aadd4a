import type { MonitorDetail } from '../event.ts';
import type { MqttRefusal } from '../event-terms.ts';
import { copyOf } from '../rule.ts';

/** TCP_DISCONNECTED to TLS_BAD_FINGERPRINT (AsyncMqttClient/DisconnectReasons.hpp). */
export const ASYNC_MQTT: readonly MonitorDetail[] = [
  { kind: 'connection-lost' },
  refused('protocol'),
  refused('client-id'),
  refused('unavailable'),
  refused('credentials'),
  refused('credentials'),
  { kind: 'allocation-failed', bytes: undefined },
  { kind: 'fingerprint-mismatch' },
];

/**
 * The names of the same numbers (the enumerator's, with or without its prefix) and espMqttClient's texts for them
 * (disconnectReasonToString in TypeDefs.cpp, which writes «Identified»).
 */
const REASON_NAMES: readonly RegExp[] = [
  /^tcp disconnect/,
  /^(?:mqtt )?unacceptable protocol version/,
  /^(?:mqtt )?identifie[rd] rejected/,
  /^(?:mqtt )?server unavailable/,
  /^(?:mqtt )?malformed credentials/,
  /^(?:mqtt )?not authorized/,
  /^(?:esp8266 )?not enough space/,
  /^(?:tls )?bad fingerprint/,
];

/** What a text means that begins with such a name, as the enumerator or in words. */
export function ofReasonName(text: string): MonitorDetail | undefined {
  const words = text.toLowerCase().replaceAll('_', ' ');
  return copyOf(ASYNC_MQTT[REASON_NAMES.findIndex((name) => name.test(words))]);
}

/** Of PubSubClient, from -4 on. */
export const STATES: readonly (string | undefined)[] = [
  'CONNECTION_TIMEOUT',
  'CONNECTION_LOST',
  'FAILED',
  'DISCONNECTED',
  'CONNECTED',
  'BAD_PROTOCOL',
  'BAD_CLIENT_ID',
  'UNAVAILABLE',
  'BAD_CREDENTIALS',
  'UNAUTHORIZED',
];

/** MQTT 3.1.1, table 3.1, and the same of MQTT 5 (2.4). */
export const REFUSALS: Readonly<Record<number, MqttRefusal>> = {
  1: 'protocol',
  2: 'client-id',
  3: 'unavailable',
  4: 'credentials',
  5: 'credentials',
  132: 'protocol',
  133: 'client-id',
  134: 'credentials',
  135: 'credentials',
  136: 'unavailable',
  // Malformed, against the protocol; busy, banned, shutting down, a bad authentication method; keep alive, taken over;
  // what is not supported; quota, rate, time; another server, moved.
  129: 'rules-broken',
  130: 'rules-broken',
  137: 'unavailable',
  138: 'credentials',
  139: 'unavailable',
  140: 'credentials',
  141: 'keep-alive',
  142: 'taken-over',
  143: 'not-supported',
  144: 'not-supported',
  147: 'limit',
  148: 'not-supported',
  149: 'too-large',
  150: 'limit',
  151: 'limit',
  153: 'not-supported',
  154: 'not-supported',
  155: 'not-supported',
  156: 'moved',
  157: 'moved',
  158: 'not-supported',
  159: 'limit',
  160: 'limit',
  161: 'not-supported',
  162: 'not-supported',
};

/** Whether MQTT 5 has a reason of failure by that number (2.4). */
export function isReasonCode(code: number): boolean {
  return code >= 0x80 && code <= 0xa2;
}

/** What CONNACK's code says; undefined for one that is none. */
export function refusalOfCode(code: number): MonitorDetail | undefined {
  const why = REFUSALS[code];
  return why === undefined ? undefined : refused(why);
}

/** What PubSubClient's state says; undefined for a code that is none of a failure. */
export function ofState(code: number): MonitorDetail | undefined {
  if (code === -2) return { kind: 'connect-failed', host: undefined, why: 'any-layer' };
  if (code === -4 || code === -3) return refused('no-answer');
  // MQTT_DISCONNECTED: there was a connection, and what came over it was no CONNACK.
  if (code === -1) return refused('closed');
  return refusalOfCode(code);
}

/** Why CONNECT was refused, in a broker's words; undefined where they do not say. */
export function ofWords(text: string): MqttRefusal | undefined {
  if (/not auth|unauth|authori[sz]|credential|password|user ?name|access denied/i.test(text))
    return 'credentials';
  if (/identifier|client ?id|ID rejected/i.test(text)) return 'client-id';
  if (/protocol/i.test(text)) return 'protocol';
  if (/\bbanned\b|\bauthentication method\b/i.test(text)) return 'credentials';
  if (/another server|server moved/i.test(text)) return 'moved';
  return /unavailable|server busy/i.test(text) ? 'unavailable' : undefined;
}

/** MQTT was refused, or went without an answer, for a reason that the diagnosis knows. */
export function refused(why: MqttRefusal): MonitorDetail {
  return { kind: 'mqtt-refused', why };
}

export const KEEP_ALIVE = refused('keep-alive');
/** Nobody was asked: the device has none, or none that it can read. */
export const NO_CREDENTIALS = refused('no-credentials');
