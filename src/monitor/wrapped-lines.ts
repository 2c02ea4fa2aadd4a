import { isTold } from './event.ts';
import { parseLine } from './events.ts';
import { literal } from './literal.ts';
import { readLogLine, withoutHostTime } from './log-line.ts';

/** So many lines show what stands before all of them. */
const SAMPLE = 40;
/** Fewer may begin alike by chance. */
const FEWEST = 4;
const LEVEL = /\b(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL)\b/g;
const A_LEVEL = '\u0001';
/** What a wrapper ends with. */
const TO_LAST_END = /^.*(?:[\]:|>\u0001] ?| - )|^[^\w\s[({<"'+]{1,3} /;
/** Words that firmware and its libraries begin their own lines with. */
const OF_FIRMWARE =
  /\[[EWIDV]\]|tcp|udp|wpa|tls|ssl|mqt|wi-?f|http|htp|aws|azure|iot|esp|err|fail|conn|sock|dns|sta|client|server|at\+|cert|x509|heap|mem|hand|time|rst|boot|app|\bets\b|\blog0\[|\b[cs]:/i;

/**
 * Takes off what a logger, a container or a test runner put before every line of a log («INFO:serial:», «device_1  | »,
 * «[dut] »), as its first lines show it. A time before that stays: it tells how long the device waited.
 */
export async function* withoutWrapper(lines: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  const first: string[] = [];
  let unwrap: Unwrap | undefined;
  for await (const line of lines) {
    if (unwrap !== undefined) {
      yield unwrap(line);
      continue;
    }
    first.push(line);
    if (first.length < SAMPLE) continue;
    unwrap = unwrapper(first);
    yield* first.map(unwrap);
  }
  if (unwrap === undefined) yield* first.map(unwrapper(first));
}

type Unwrap = (line: string) => string;

/** Takes off what these lines, the first ones of a log, begin with; leaves lines alone where that is nothing, or their own. */
export function unwrapper(sample: readonly string[]): Unwrap {
  const wrapper = wrapperOf(sample);
  if (wrapper === undefined) return asIs;
  const unwrap = (line: string): string => {
    const said = line.trimStart();
    const rest = withoutHostTime(said);
    return said.slice(0, said.length - rest.length) + rest.replace(wrapper, '');
  };
  // What belongs to the lines tells something with them.
  return toldBy(sample.map(unwrap)) > toldBy(sample) ? unwrap : asIs;
}

function asIs(line: string): string {
  return line;
}

/** How much lines tell: those that are read, and those with a head. */
function toldBy(lines: readonly string[]): number {
  const events = lines.map(parseLine);
  return events.filter(isTold).length + events.filter(({ prefix }) => prefix !== undefined).length;
}

function wrapperOf(lines: readonly string[]): RegExp | undefined {
  const rests = lines.map((line) => withoutHostTime(line.trimStart())).filter((line) => line.trim() !== '');
  if (rests.length < FEWEST || rests.some((rest) => readLogLine(rest).prefix !== undefined)) return undefined;
  const shape = TO_LAST_END.exec(rests.map(shapeOf).reduce(commonStart))?.[0];
  if (shape === undefined || OF_FIRMWARE.test(shape)) return undefined;
  const source = literal(shape)
    .replaceAll('0', String.raw`\d+`)
    .replaceAll(' ', ' +');
  return new RegExp(`^${source.replaceAll(A_LEVEL, LEVEL.source)}`);
}

/** Numbers, blanks and levels are of any length. */
function shapeOf(line: string): string {
  return line.replaceAll(/\d+/g, '0').replaceAll(/ +/g, ' ').replaceAll(LEVEL, A_LEVEL);
}

function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}
