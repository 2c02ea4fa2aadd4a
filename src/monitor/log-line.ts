import type { LogLevel, LogPrefix } from './event.ts';

/** A line parted into its head and its text. */
export interface LogLine {
  prefix: LogPrefix | undefined;
  text: string;
}

/** «10:58:58.521 -> » (also with → or >), «[2020-07-23_17:32:56:143]» and the like, as serial terminals write before each line. */
const HOST_TIME =
  /^[[【]?(?:\d{4}[-/]\d\d[-/]\d\d[ T_]|[A-Z][a-z]{2} +\d\d? )?(\d\d):(\d\d):(\d\d)(?:[.,:](\d+))?(?:Z|[+-]\d\d:?\d\d)?[\]】]?(?: (?:->|→|>) ?| )?/;
/** ESPHome (esp-idf's log hook), round a line of the SDK: «[23:45:15][D][esp-idf:000][task]: ». */
const ESPHOME = /^(?:\[[\d:.]+\])?\[[A-Z]+\]\[esp-idf:\d+\](?:\[[^\]]*\])?: (?=[EWIDV] \()/;
/** J-Link's RTT viewer: the number of its terminal. */
const TERMINAL = /^\d\d> /;
/** Arduino-ESP32 (esp32-hal-log.h): «[E][ssl_client.cpp:35] handle_error(): », since 2.0 with milliseconds. */
const ARDUINO = /^(?:\[ *(\d+)\])?\[([EWIDV])\]\[([\w.-]+):\d+\] /;
/** FreeRTOS's logging task: «12 1536 [MQTT] ERROR: », number, ticks (of unknown length), module. */
const FREERTOS = /^\d+ \d+ \[(\w+)\] (ERROR|WARN|INFO|DEBUG)?:? ?/;
/** Azure's SDK for C (xlogging.c): «Error: Time:Tue Jul 14 10:04:30 2020 File:… Func:… Line:552 ». */
const AZURE = /^(?:Error|Info): Time:.{20,30} File:.{1,200}? Func:\w+ Line:\d+ ?/;
/** NodeMCU (mbedtls_debug callback): «TLS<3> (heap=10000): ». */
const NODEMCU = /^TLS<(\d)> (?=\(heap)/;

/** The time that a serial terminal wrote before a line, in milliseconds since midnight; undefined where it wrote none. */
export function hostTimeMs(line: string): number | undefined {
  const match = mayHaveHostTime(line) ? HOST_TIME.exec(line) : null;
  if (match === null) return undefined;
  const [, hours, minutes, seconds, fraction = ''] = match;
  const ms = fraction.padEnd(3, '0').slice(0, 3);
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(ms);
}

/** Takes the head off a line that has no colours any more. */
export function readLogLine(line: string): LogLine {
  const text = withoutHostTime(line);
  switch (text.charCodeAt(1)) {
    case 0x20: // blank
      return bySdk(text);
    case 0x4c: // L
      return byNodemcu(text);
    case 0x6e: // n
    case 0x72: // r
      return byAzure(text);
    default:
      return byOthers(text);
  }
}

/** Without the time that a serial terminal wrote before it, and ESPHome's head. */
export function withoutHostTime(line: string): string {
  if (!mayHaveHostTime(line)) return line;
  const wrapped = line.includes('][esp-idf:') ? ESPHOME.exec(line) : null;
  if (wrapped !== null) return line.slice(wrapped[0].length);
  const said = TERMINAL.test(line) ? line.slice('00> '.length) : line;
  const match = HOST_TIME.exec(said);
  return match === null ? said : said.slice(match[0].length);
}

/** A digit or a bracket, or a month's three letters: what a terminal's or syslog's time begins with. */
function mayHaveHostTime(line: string): boolean {
  const first = line.charCodeAt(0);
  return (
    isDigit(first) || first === 0x5b || first === 0x3010 || (line.charCodeAt(3) === 0x20 && isCapital(first))
  );
}

/**
 * RTOS_SDK 3.x and ESP-IDF (components/log/log.c), «I (123) tag: », with the time in milliseconds or, as an option, of
 * the day. The Wi-Fi library leaves out the blank behind the tag. Read by hand: every line of a log comes here.
 */
function bySdk(text: string): LogLine {
  const level = levelOf(text.charCodeAt(0));
  const close = level !== undefined && text.charCodeAt(2) === 0x28 ? text.indexOf(') ', 3) : -1;
  if (level === undefined || close < 0 || close > MAX_TIME_END) {
    // Arduino-ESP32 puts blanks before a time of few digits.
    return byOthers(text);
  }
  const colon = text.indexOf(':', close + 2);
  const tag = tagAt(text, close + 2, colon);
  if (tag === undefined) return { prefix: undefined, text };
  const timeMs = milliseconds(text, 3, close);
  const start = text.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1;
  return { prefix: { level, timeMs, tag }, text: text.slice(start) };
}

/** Of the line before: most lines have the same one, and to know it again is faster than to read it. */
let lastTag = '?';

function tagAt(text: string, start: number, end: number): string | undefined {
  if (end - start === lastTag.length && text.startsWith(lastTag, start)) return lastTag;
  if (end <= start || !isTag(text, start, end)) return undefined;
  lastTag = text.slice(start, end);
  return lastTag;
}

function levelOf(character: number): LogLevel | undefined {
  switch (character) {
    case 0x49:
      return 'I';
    case 0x44:
      return 'D';
    case 0x56:
      return 'V';
    case 0x57:
      return 'W';
    case 0x45:
      return 'E';
    default:
      return undefined;
  }
}

/** Behind the longest time, that of the day. */
const MAX_TIME_END = 20;

function isTag(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code <= 0x20 || code === 0x28 || code === 0x29) return false;
  }
  return true;
}

/** A time of the day is no time since the start: undefined. */
function milliseconds(text: string, start: number, end: number): number | undefined {
  let value = 0;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (!isDigit(code)) return undefined;
    value = value * 10 + code - 0x30;
  }
  return value;
}

function byOthers(text: string): LogLine {
  if (text.startsWith('[')) return byArduino(text);
  return isDigit(text.charCodeAt(0)) ? byFreertos(text) : { prefix: undefined, text };
}

function byNodemcu(text: string): LogLine {
  const match = NODEMCU.exec(text);
  if (match === null) return { prefix: undefined, text };
  const level = (['E', 'W', 'I', 'D', 'V'] as const)[Number(match[1])] ?? 'V';
  return { prefix: { level, timeMs: undefined, tag: 'mbedtls' }, text: text.slice(match[0].length) };
}

function byAzure(text: string): LogLine {
  const match = text.includes(': Time:') ? AZURE.exec(text) : null;
  return { prefix: undefined, text: match === null ? text : text.slice(match[0].length) };
}

function byArduino(text: string): LogLine {
  const match = ARDUINO.exec(text);
  if (match === null) return { prefix: undefined, text };
  const [head, time, level, tag] = match;
  const timeMs = time === undefined ? undefined : Number(time);
  return { prefix: { level: level as LogLevel, timeMs, tag: tag! }, text: text.slice(head.length) };
}

function byFreertos(text: string): LogLine {
  const match = FREERTOS.exec(text);
  if (match === null) return { prefix: undefined, text };
  const [head, tag, level] = match;
  return {
    prefix: { level: FREERTOS_LEVELS[level ?? 'INFO'] ?? 'I', timeMs: undefined, tag: tag! },
    text: text.slice(head.length),
  };
}

const FREERTOS_LEVELS: Readonly<Record<string, LogLevel>> = { ERROR: 'E', WARN: 'W', INFO: 'I', DEBUG: 'D' };

function isCapital(character: number): boolean {
  return character >= 0x41 && character <= 0x5a;
}

function isDigit(character: number): boolean {
  return character >= 0x30 && character <= 0x39;
}
