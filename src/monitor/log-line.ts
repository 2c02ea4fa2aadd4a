import type { LogLevel, LogPrefix } from './event.ts';

/** A line parted into its head and its text. */
export interface LogLine {
  prefix: LogPrefix | undefined;
  text: string;
}

/** «10:58:58.521 -> », «[2020-07-23_17:32:56:143]» and the like, as serial terminals write before each line. */
const HOST_TIME = /^[[【]?(?:\d{4}-\d\d-\d\d[ T_])?\d\d:\d\d:\d\d(?:[.,:]\d+)?[\]】]?(?: -> | )?/;
/**
 * RTOS_SDK 3.x and ESP-IDF (components/log/log.c), with the time in milliseconds or, as an option, of the day. The
 * Wi-Fi library leaves out the blank behind the tag.
 */
const SDK = /^([EWIDV]) \((\d+|[\d:.]+)\) ([\w./[\]-]+): ?/;
/** Arduino-ESP32 (esp32-hal-log.h): «[E][ssl_client.cpp:35] handle_error(): », since 2.0 with milliseconds. */
const ARDUINO = /^(?:\[ *(\d+)\])?\[([EWIDV])\]\[([\w.-]+):\d+\] /;
/** FreeRTOS's logging task: «12 1536 [MQTT] ERROR: », number, ticks (of unknown length), module. */
const FREERTOS = /^\d+ \d+ \[(\w+)\] (ERROR|WARN|INFO|DEBUG)?:? ?/;
/** NodeMCU (mbedtls_debug callback): «TLS<3> (heap=10000): ». */
const NODEMCU = /^TLS<(\d)> (?=\(heap)/;

/** Takes the head off a line that has no colours any more. */
export function readLogLine(line: string): LogLine {
  const text = withoutHostTime(line);
  switch (text.charCodeAt(1)) {
    case 0x20: // blank
      return bySdk(text);
    case 0x4c: // L
      return byNodemcu(text);
    default:
      if (text.startsWith('[')) return byArduino(text);
      return isDigit(text.charCodeAt(0)) ? byFreertos(text) : { prefix: undefined, text };
  }
}

function withoutHostTime(line: string): string {
  const first = line.charCodeAt(0);
  if (!isDigit(first) && first !== 0x5b && first !== 0x3010) return line;
  const match = HOST_TIME.exec(line);
  return match === null ? line : line.slice(match[0].length);
}

function bySdk(text: string): LogLine {
  const match = SDK.exec(text);
  if (match === null) return isDigit(text.charCodeAt(0)) ? byFreertos(text) : { prefix: undefined, text };
  const [head, level, time, tag] = match;
  return {
    prefix: { level: level as LogLevel, timeMs: milliseconds(time!), tag: tag! },
    text: text.slice(head.length),
  };
}

/** A time of the day is no time since the start. */
function milliseconds(time: string): number | undefined {
  return /^\d+$/.test(time) ? Number(time) : undefined;
}

function byNodemcu(text: string): LogLine {
  const match = NODEMCU.exec(text);
  if (match === null) return { prefix: undefined, text };
  const level = (['E', 'W', 'I', 'D', 'V'] as const)[Number(match[1])] ?? 'V';
  return { prefix: { level, timeMs: undefined, tag: 'mbedtls' }, text: text.slice(match[0].length) };
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

function isDigit(character: number): boolean {
  return character >= 0x30 && character <= 0x39;
}
