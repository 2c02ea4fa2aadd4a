import { isTold } from './event.ts';
import { parseLine, type MonitorEvent } from './events.ts';

/** A terminal's narrowest window, or a form's: shorter lines are whole. */
const NARROWEST = 40;
const IN_MIDDLE = /[a-z,-] ?$/i;
/** Of a line that a firmware prints: its level, its time, its first word begin otherwise. */
const GOES_ON = /^ ?[a-z(]/;

/**
 * Reads the lines of a log that was pasted, where a terminal or a form has torn some in two: two halves that tell nothing
 * each, and something together. The whole stands in the place of the second half. A line may also stand in a text.
 */
export class TornLines {
  #first: string | undefined;

  read(line: string): MonitorEvent {
    const event = parsePlain(line);
    const first = this.#first;
    this.#first = !isTold(event) && line.length >= NARROWEST && IN_MIDDLE.test(line) ? line : undefined;
    if (first === undefined || isTold(event) || !GOES_ON.test(line)) return event;
    return [first + line, `${first} ${line}`].map(parseLine).find(isTold) ?? event;
  }
}

/** Who writes a line into a text puts a mark before it, or a full stop behind it. */
function parsePlain(line: string): MonitorEvent {
  const event = parseLine(line);
  if (isTold(event)) return event;
  const plain = line.replace(MARK_BEFORE, '').replace(STOP_BEHIND, '');
  if (plain === line) return event;
  const other = parseLine(plain);
  return isTold(other) ? { ...other, line: event.line } : event;
}

const MARK_BEFORE = /^ *(?:[-*\u2022#|]|\/\/) +(?=\S)/;
const STOP_BEHIND = /(?<=[\w)\]'"])[.,;!]$/;
