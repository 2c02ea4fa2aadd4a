import { APPLICATION_RULES, APPLICATION_STEP_RULES } from './dialects/application.ts';
import { ARDUINO_CODE_RULES } from './dialects/arduino-codes.ts';
import { ARDUINO_WORD_RULES } from './dialects/arduino-words.ts';
import { AXTLS_RULES } from './dialects/axtls.ts';
import { BEARSSL_FAILURE_RULES, BEARSSL_RULES } from './dialects/bearssl.ts';
import { BENCH_RULES } from './dialects/bench.ts';
import { BOOT_RULES, PARTITION_RULES } from './dialects/boot.ts';
import { C_LIBRARY_WORD_RULES } from './dialects/c-library-words.ts';
import { COMPUTER_RULES } from './dialects/computers.ts';
import { CONNECTED_RULES } from './dialects/connected.ts';
import { CRASH_RULES } from './dialects/crash.ts';
import { FIRMWARE_WORD_RULES } from './dialects/firmware-words.ts';
import { FOREIGN_CODE_RULES, LOOSE_CODE_RULES } from './dialects/loose-codes.ts';
import { DEBUG_RULES, SERVER_STEP_RULE } from './dialects/mbedtls-debug.ts';
import { contextText, debugText, dumpRow } from './dialects/mbedtls-head.ts';
import { DEBUG_SENTENCE_RULES } from './dialects/mbedtls-sentences.ts';
import { ESPRESSIF_WORD_RULES } from './dialects/espressif-words.ts';
import { MEMORY_RULES } from './dialects/memory.ts';
import { MODEM_RESULT_RULES, MODEM_RULES } from './dialects/modem.ts';
import { HARMLESS_RULE, KNOWN_HARMLESS_RULE } from './dialects/harmless.ts';
import { HTTP_RULES } from './dialects/http.ts';
import { MQTT_RULES } from './dialects/mqtt.ts';
import { MQTT5_REASON_RULES, MQTT5_TAGS } from './dialects/mqtt5-reasons.ts';
import { NETWORK_RULES } from './dialects/network.ts';
import { NETX_RULES } from './dialects/netx.ts';
import { NETWORK_WORD_RULES } from './dialects/network-words.ts';
import { LIBRARY_WORD_RULES } from './dialects/library-words.ts';
import { PLAIN_WORD_RULES } from './dialects/plain-words.ts';
import { OPENSSL_VERIFY_RULE } from './dialects/openssl.ts';
import { RETURN_CODE_RULES } from './dialects/return-codes.ts';
import { RUST_RULES } from './dialects/rust.ts';
import { SCRIPT_ENGINE_RULES } from './dialects/script-engines.ts';
import { SCRIPTING_RULES } from './dialects/scripting.ts';
import { SDK_CODE_RULES } from './dialects/sdk-codes.ts';
import { SDK_WORD_RULES } from './dialects/sdk-words.ts';
import { SERVICE_WORD_RULES } from './dialects/service-words.ts';
import { SERVER_RULES } from './dialects/servers.ts';
import { SSL_CLIENT_RULES } from './dialects/ssl-client.ts';
import { BARE_STRERROR_RULE, STRERROR_RULES } from './dialects/strerror.ts';
import { TIME_RULES } from './dialects/time.ts';
import { TLS_WORD_RULES } from './dialects/tls-words.ts';
import { UPDATE_RULES } from './dialects/update.ts';
import { SIGNAL_RULE, WIFI_RULES, WIFI_WORD_RULES } from './dialects/wifi.ts';
import { STEP_RULES, TLS_CALL_RULES } from './dialects/tls-calls.ts';
import { WOLFSSL_RULES } from './dialects/wolfssl.ts';
import { VERIFY_RULES } from './dialects/verify.ts';
import type { LogPrefix, MonitorDetail, MonitorEvent } from './event.ts';
import { garbageIn } from './garbage.ts';
import { readLogLine } from './log-line.ts';
import { RuleIndex } from './rule.ts';
import { isElsewhere } from './subject.ts';
import { trimmed } from './trimmed.ts';

export type { MonitorEvent } from './event.ts';

/** NodeMCU's event of the station, whose fields only a tab tells from others'; sought behind an «r» alone. */
const FIELD = /^ *\treason: \d/;

/** Reads one line, without its end; `text` or `log` where nothing is recognised. */
export function parseLine(rawLine: string): MonitorEvent {
  const line = unquoted(stripAnsi(rawLine));
  // Pastes have blanks before and behind, and rules look at where a line begins and ends.
  const said = trimmed(line);
  if (said === '') return { kind: 'text', line };
  const { prefix, text } = readLogLine(said.charCodeAt(0) === 0x72 && FIELD.test(line) ? `\t${said}` : said);
  const detail = detailOf(text, prefix);
  if (detail === undefined) return unread(line, text, prefix);
  // Rules give new values: to add to them is a fraction of the cost of copying them.
  const event = detail as MonitorEvent;
  event.line = line;
  if (prefix !== undefined) event.prefix = prefix;
  return event;
}

/** A line that no rule knows, as most are: made whole at once, which V8 does faster. */
function unread(line: string, text: string, prefix: LogPrefix | undefined): MonitorEvent {
  if (prefix !== undefined) {
    const { level, tag, timeMs = 0 } = prefix;
    return { kind: 'log', level, timeMs, tag, text, line, prefix };
  }
  const bytes = garbageIn(text);
  return bytes === 0 ? { kind: 'text', line } : { kind: 'garbage', bytes, line };
}

/**
 * Without ECMA-48 colours, as RTOS_SDK 3.x sets them; also where a paste has made U+241B of the escape character, or
 * has lost it.
 */
function stripAnsi(line: string): string {
  if (!line.includes('[')) return line;
  return line.replaceAll(/[\x1B\u241B]\[[0-9;]*[A-Za-z]|\[0(?:;3\dm|m)/g, '');
}

/** Typed at a prompt (NodeMCU, Espruino, MicroPython). */
export const TYPED = /^>{1,3} .*\b(?:function|print|lambda|def \w+) ?\(/;

/** Without the mark that mail and forums put before what is quoted. */
function unquoted(line: string): string {
  // What was typed holds words that are said later, or never.
  if (line.startsWith('>') && TYPED.test(line)) return '';
  return line.startsWith('> ') && line.startsWith(' (', 3) ? line.slice(2) : line;
}

/** What any firmware may print, in order of precedence. */
const COMMON = new RuleIndex([
  KNOWN_HARMLESS_RULE,
  HARMLESS_RULE,
  ...COMPUTER_RULES,
  ...CRASH_RULES,
  ...BOOT_RULES,
  ...DEBUG_RULES,
  ...DEBUG_SENTENCE_RULES,
  ...BEARSSL_RULES,
  ...AXTLS_RULES,
  ...SDK_CODE_RULES,
  ...SDK_WORD_RULES,
  ...C_LIBRARY_WORD_RULES,
  ...NETX_RULES,
  ...WOLFSSL_RULES,
  ...MODEM_RULES,
  ...SCRIPTING_RULES,
  ...ESPRESSIF_WORD_RULES,
  ...ARDUINO_CODE_RULES,
  ...ARDUINO_WORD_RULES,
  ...SCRIPT_ENGINE_RULES,
  ...RUST_RULES,
  ...FIRMWARE_WORD_RULES,
  ...SERVICE_WORD_RULES,
  ...SSL_CLIENT_RULES,
  ...LIBRARY_WORD_RULES,
  ...SERVER_RULES,
  OPENSSL_VERIFY_RULE,
  ...VERIFY_RULES,
  ...BEARSSL_FAILURE_RULES,
  ...TLS_CALL_RULES,
  ...STRERROR_RULES,
  ...MEMORY_RULES,
  ...WIFI_RULES,
  ...RETURN_CODE_RULES,
  ...MQTT_RULES,
  ...NETWORK_RULES,
  ...MODEM_RESULT_RULES,
  ...APPLICATION_RULES,
  ...CONNECTED_RULES,
  ...STEP_RULES,
  ...UPDATE_RULES,
  ...LOOSE_CODE_RULES,
  BARE_STRERROR_RULE,
  ...HTTP_RULES,
  ...TIME_RULES,
  // Last, what says in words what none of the above knows.
  ...PLAIN_WORD_RULES,
  ...WIFI_WORD_RULES,
  ...TLS_WORD_RULES,
  ...NETWORK_WORD_RULES,
  ...APPLICATION_STEP_RULES,
  ...FOREIGN_CODE_RULES,
  SIGNAL_RULE,
]);

/** Behind a source file and its line: nothing but mbedTLS's debug output looks so. */
const DEBUG = new RuleIndex([...DEBUG_RULES, SERVER_STEP_RULE, ...DEBUG_SENTENCE_RULES, ...VERIFY_RULES]);

const BY_TAG: ReadonlyMap<string, RuleIndex> = new Map([
  ['boot', new RuleIndex(PARTITION_RULES)],
  ...MQTT5_TAGS.map((tag): [string, RuleIndex] => [tag, new RuleIndex(MQTT5_REASON_RULES)]),
  ...Object.entries(BENCH_RULES).map(([tag, rules]): [string, RuleIndex] => [tag, new RuleIndex(rules)]),
]);

/**
 * Of mbedTLS's own files, which make up most of a log that has them; other programs print their files and lines, too:
 * the SDK's OpenSSL layer its ssl_pm.c and ssl_lib.c.
 */
function isOfTls(text: string): boolean {
  return (
    (text.includes('ssl_') && !text.includes('ssl_pm.') && !text.includes('ssl_lib.')) ||
    text.includes('x509')
  );
}

/** What the rules say of a text; undefined where none knows it. */
function detailOf(text: string, prefix: LogPrefix | undefined): MonitorDetail | undefined {
  const context = contextText(text);
  const debug = context ?? debugText(text);
  const found =
    debug === undefined
      ? ((prefix === undefined ? undefined : BY_TAG.get(prefix.tag)?.match(text, prefix)) ??
        COMMON.match(text, prefix))
      : (dumpRow(debug) ??
        DEBUG.match(debug, prefix) ??
        // An address stands before a frame's function and file, too.
        (context === undefined && isOfTls(text) ? undefined : COMMON.match(text, prefix)));
  if (found === undefined || found.kind === 'text' || isElsewhere(found, prefix, text)) return undefined;
  return found.kind === 'code' ? ofHandshake(found.code, text, prefix) : found;
}

/** A code without a call, in a line that speaks of the handshake, is the handshake's. */
function ofHandshake(code: number, text: string, prefix: LogPrefix | undefined): MonitorDetail {
  return /\bhandshake\b/i.test(text)
    ? { kind: 'call', call: 'handshake', code, timeMs: prefix?.timeMs }
    : { kind: 'code', code };
}
