import { BENCH_RULES } from './dialects/bench.ts';
import { BOOT_RULES, PARTITION_RULES } from './dialects/boot.ts';
import { CRASH_RULES } from './dialects/crash.ts';
import { DEBUG_RULES, debugText } from './dialects/mbedtls-debug.ts';
import { MEMORY_RULES } from './dialects/memory.ts';
import { NETWORK_RULES } from './dialects/network.ts';
import { CONNECTED_RULES, TLS_CALL_RULES } from './dialects/tls-calls.ts';
import { VERIFY_RULES } from './dialects/verify.ts';
import type { LogPrefix, MonitorDetail, MonitorEvent } from './event.ts';
import { garbageIn } from './garbage.ts';
import { readLogLine } from './log-line.ts';
import { firstMatch } from './rule.ts';

export type { MonitorEvent } from './event.ts';

/** As mail and forums mark what is quoted. */
const QUOTE = /^> (?=[EWIDV] \()/;

/** Reads one line, without its end; `text` or `log` where nothing is recognised. */
export function parseLine(rawLine: string): MonitorEvent {
  const line = stripAnsi(rawLine).replace(QUOTE, '');
  const { prefix, text } = readLogLine(line);
  const detail = detailOf(text, prefix);
  return prefix === undefined ? { ...detail, line } : { ...detail, line, prefix };
}

/**
 * Without ECMA-48 colours, as RTOS_SDK 3.x sets them; also where a paste has made U+241B of the escape character, or
 * has lost it.
 */
export function stripAnsi(line: string): string {
  if (!line.includes('[')) return line;
  return line.replaceAll(/[\x1B\u241B]\[[0-9;]*[A-Za-z]|\[0(?:;3\dm|m)/g, '');
}

/** What any firmware may print, in order of precedence. */
const COMMON_RULES = [
  ...CRASH_RULES,
  ...BOOT_RULES,
  ...DEBUG_RULES,
  ...VERIFY_RULES,
  ...TLS_CALL_RULES,
  ...MEMORY_RULES,
  ...NETWORK_RULES,
  ...CONNECTED_RULES,
];

/** One look for all marks: most lines hold none. */
const ANY_MARK = new RegExp(
  [...new Set(COMMON_RULES.map(({ mark }) => mark))]
    .map((mark) => mark.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('|'),
);

function detailOf(text: string, prefix: LogPrefix | undefined): MonitorDetail {
  const own = prefix === undefined ? undefined : firstMatch(rulesOfTag(prefix.tag), text, prefix);
  if (own !== undefined) return own;
  const debug = debugText(text);
  if (debug !== undefined) {
    const detail = firstMatch(DEBUG_RULES, debug, prefix);
    if (detail !== undefined) return detail;
  }
  const common = ANY_MARK.test(text) ? firstMatch(COMMON_RULES, debug ?? text, prefix) : undefined;
  if (common !== undefined) return common;
  if (prefix !== undefined) return { kind: 'log', ...prefix, timeMs: prefix.timeMs ?? 0, text };
  const garbage = garbageIn(text);
  return garbage === 0 ? { kind: 'text' } : { kind: 'garbage', bytes: garbage };
}

function rulesOfTag(tag: string) {
  return tag === 'boot' ? PARTITION_RULES : (BENCH_RULES[tag] ?? []);
}
