import { withoutHostTime } from './log-line.ts';

/**
 * Heads with which a library or a crash handler begins a message: esp-idf's and RTOS_SDK's log («E (1234) tag:», with or
 * without colours), Arduino's («[ 1234][E][file.cpp:56]»), a panic's and a reset's.
 */
const HEAD =
  /(?:\x1B\[0;3\dm)?[EWIDV] \(\d{2,10}\) [\w.-]{2,40}: ?\S|(?:\[ *\d+\])?\[[EWIDV]\]\[[\w.-]+\.\w{1,3}:\d+\] |Guru Meditation Error: Core|\bassert failed: \w|assertion "[^"]+" failed: file|\babort\(\) was called at PC|ets J(?:an|un|ul) +\d+ 20\d\d,rst /g;
/** No words of a program: times, marks and wrappers that a terminal, a recorder or ESPHome puts before a message. */
const WRAPPER = /\[[^[\]]{0,80}\]|<[^<>]{0,80}>|\([^()]{0,80}\)|\b(?:DEBUG|INFO|WARNING|ERROR)\b/g;
const WORD = /[A-Za-z]{3}/;
/** Of a port, a container or another board that the log came through. */
const NAME = /^[\w.-]{1,20} ?[:|>]$/;

/** Third of «E (1234)», and first of a colour. */
const OPEN = 0x28;
const ESCAPE = 0x1b;
/** A word and a head behind it, in characters. */
const SHORTEST = 16;

/**
 * The messages of a line: several where a program printed without a line end («Connecting...»), and a library or a crash
 * handler then began a line of its own.
 */
export function messagesIn(line: string): string[] {
  // Too short, as most lines without a head are; and esp-idf's log prints each message and its line end at once.
  if (line.length < SHORTEST || line.charCodeAt(2) === OPEN || line.charCodeAt(0) === ESCAPE) return [line];
  const first = line.search(HEAD);
  if (first < 0) return [line];
  const others = Array.from(line.matchAll(HEAD), ({ index }) => index).slice(1);
  // Behind the first head all others begin a message.
  const starts = isMessage(line.slice(0, first)) ? [first, ...others] : others;
  return [0, ...starts].map((start, index) => line.slice(start, starts[index]));
}

function isMessage(before: string): boolean {
  const said = withoutHostTime(before).replaceAll(WRAPPER, '').trim();
  return WORD.test(said) && !NAME.test(said);
}
