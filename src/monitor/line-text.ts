import pc from 'picocolors';
import type { HeardLine } from './listen.ts';

/** «16:45:44.955  E (3854) esp-tls: …», and under it what it means. Without a line end. */
export function lineText(
  { at, event }: Pick<HeardLine, 'at' | 'event'>,
  meaning: string | undefined,
  { colours }: { colours: boolean },
): string {
  const { dim, red, yellow, cyan } = colours ? COLOURED : PLAIN;
  const plain = printable(event.line);
  const tone = colours ? toneOf(event) : 'plain';
  const line = tone === 'error' ? red(plain) : tone === 'warning' ? yellow(plain) : plain;
  const first = `${dim(timeOfDay(at))}  ${line}`;
  return meaning === undefined ? first : `${first}\n${MARGIN}${cyan(`= ${meaning}`)}`;
}

/** Made once: a line has a microsecond. */
const COLOURED = pc.createColors(true);
const PLAIN = pc.createColors(false);
const MARGIN = ' '.repeat('00:00:00.000  '.length);

/** Of the lines of one chunk, which came at the same time. */
let lastTime: { at: Date; text: string } | undefined;

function timeOfDay(at: Date): string {
  if (lastTime?.at !== at) lastTime = { at, text: clockTime(at) };
  return lastTime.text;
}

function clockTime(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const ms = String(at.getMilliseconds()).padStart(3, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${ms}`;
}

/** A line among others is cut here: garbage has no end. */
const MAX_QUOTED = 200;

/** A line of a log that is quoted. */
export function quoted(line: string): string {
  const text = line.trim();
  return printable(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text);
}

const OBEYED = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/;
const EACH_OBEYED = new RegExp(OBEYED, 'g');

/** What a terminal would obey is shown instead: a board must not move the cursor or ring the bell. */
function printable(line: string): string {
  // Most lines have none: to see that is cheaper than to copy them.
  if (!OBEYED.test(line)) return line;
  return line.replaceAll(EACH_OBEYED, (character) =>
    character < ' ' ? String.fromCharCode(0x2400 + character.charCodeAt(0)) : '\u2421',
  );
}

function toneOf(event: HeardLine['event']): 'error' | 'warning' | 'plain' {
  const { kind, prefix } = event;
  if (prefix?.level === 'E' || ALARMING.has(kind)) return 'error';
  if ('code' in event && typeof event.code === 'number' && event.code < 0) return 'error';
  return prefix?.level === 'W' || kind === 'garbage' ? 'warning' : 'plain';
}

const ALARMING: ReadonlySet<HeardLine['event']['kind']> = new Set([
  'image-refused',
  'exception',
  'panic',
  'abort',
  'stack-overflow',
  'watchdog',
  'allocation-failed',
] as const);
