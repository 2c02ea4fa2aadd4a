import { HARMLESS_RULE, isKnownHarmless } from '../dialects/harmless.ts';
import { contextText, debugText } from '../dialects/mbedtls-head.ts';
import { ofState, refusalOfCode } from '../dialects/mqtt-codes.ts';
import type { MonitorDetail } from '../event.ts';
import { readLogLine } from '../log-line.ts';
import { CERTIFICATE_SENSES } from './certificate-senses.ts';
import { CONNECTION_SENSES, TLS_SENSES } from './connection-senses.ts';
import { CHIP_SENSES, MEMORY_SENSES, UPDATE_SENSES } from './device-senses.ts';
import { NETWORK_SENSES } from './network-senses.ts';
import { isElsewhere } from '../subject.ts';
import { HARMLESS, type Sense } from './sense.ts';

/** The finer sense before the coarser one. */
const SENSES: readonly Sense[] = [
  ...CERTIFICATE_SENSES,
  ...MEMORY_SENSES,
  ...NETWORK_SENSES,
  ...TLS_SENSES,
  ...UPDATE_SENSES,
  ...CONNECTION_SENSES,
  ...CHIP_SENSES,
];

/** Statuses of HTTP in anybody's words: «code=503», «ret 500», «got 302». ESP-Mail-Client prints SMTP's before its own code. */
const STATUS =
  /\b(?:code|ret|rc|status|http|erro|error|got|reply|replied|returned|answer|says|c[oó]digo)\W{0,3}(?<!-)([45]\d\d|30[12378])\b(?![.:\d]|, Error Code:| ?(?:ms|bytes?|b|kb)\b)/i;
/** With its phrase, or a file: «firmware.bin 404, wrong path». */
const STATUS_ALONE =
  /(?:\.(?:bin|json|html?|php|txt)|\bpath|\bpage|\bhttp)[ ,>=-]{1,4}([45]\d\d)\b|\b([45]\d\d)\b[ ,]+(?:wrong path|not found|slow down|forbidden|unauthori[sz]ed)/i;
/** MQTT's CONNACK by its code in hex. */
const CONNACK = /\bconnack\b.{0,12}\b0x0?([1-5])\b/i;
/** PubSubClient's state. */
const STATE = /\bstate ?={0,2} ?(-[1-4])\b/i;
const OF_HTTP =
  /\b(?:http\w*|server|page|redirect\w*|web|get|post|put|write|api|data|heroku|cloud|solicitud|json|slow down|resp\w*|página|seite|url)\b|https?:/i;

const SOURCE_FILE = /[\w/-]{1,60}\.(?:cc?|cpp|h|hpp|ino):\d+:?/g;

/** What people write of a failure is no longer; a dump is, and takes long. */
const MAX_CHARACTERS = 400;

/**
 * What a line says in words that no dialect knows, by their sense, whatever their order and language; undefined where
 * it tells of nothing that is wrong. It takes some hundred times as long as a dialect.
 */
export function readLoosely(line: string): MonitorDetail | undefined {
  const { prefix, text: whole } = readLogLine(line);
  // The name of a source file is no word of the line: «ssl_tls12_client.c» says nothing of a version.
  const text = (contextText(whole) ?? debugText(whole) ?? whole).replaceAll(SOURCE_FILE, '');
  if (text.length > MAX_CHARACTERS) return undefined;
  if (HARMLESS.test(text) || HARMLESS_RULE.pattern.test(text) || isKnownHarmless(text, prefix))
    return undefined;
  const status = OF_HTTP.test(text) ? STATUS.exec(text)?.[1] : undefined;
  if (status !== undefined) return { kind: 'http-status', status: Number(status) };
  const alone = STATUS_ALONE.exec(text);
  if (alone !== null) return { kind: 'http-status', status: Number(alone[1] ?? alone[2]) };
  const connack = CONNACK.exec(text)?.[1];
  if (connack !== undefined) return refusalOfCode(Number(connack));
  const state = STATE.exec(text)?.[1];
  if (state !== undefined) return ofState(Number(state));
  const small = text.toLowerCase();
  const found = SENSES.find(
    ([stems, all, , without]) =>
      stems.some((stem) => small.includes(stem)) &&
      all.every((pattern) => pattern.test(text)) &&
      without?.test(text) !== true,
  );
  return found === undefined || isElsewhere(found[2], prefix, text) ? undefined : { ...found[2] };
}
