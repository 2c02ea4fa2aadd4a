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
  let first: string[] | undefined = [];
  let wrapper: RegExp | undefined;
  for await (const line of lines) {
    if (first === undefined) {
      yield unwrap(line, wrapper);
      continue;
    }
    first.push(line);
    if (first.length < SAMPLE) continue;
    wrapper = wrapperOf(first);
    yield* first.map((one) => unwrap(one, wrapper));
    first = undefined;
  }
  wrapper ??= first === undefined ? undefined : wrapperOf(first);
  yield* (first ?? []).map((one) => unwrap(one, wrapper));
}

function unwrap(line: string, wrapper: RegExp | undefined): string {
  if (wrapper === undefined) return line;
  const said = line.trimStart();
  const rest = withoutHostTime(said);
  return said.slice(0, said.length - rest.length) + rest.replace(wrapper, '');
}

/** What all of them begin with, behind their times; undefined where that is nothing, or the firmware's own. */
function wrapperOf(lines: readonly string[]): RegExp | undefined {
  const rests = lines.map((line) => withoutHostTime(line.trimStart())).filter((line) => line.trim() !== '');
  if (rests.length < FEWEST || rests.some((rest) => readLogLine(rest).prefix !== undefined)) return undefined;
  const common = rests.map(shapeOf).reduce(commonStart);
  const shape = TO_LAST_END.exec(common)?.[0];
  if (shape === undefined || OF_FIRMWARE.test(shape)) return undefined;
  return new RegExp(
    `^${literal(shape)
      .replaceAll('0', String.raw`\d+`)
      .replaceAll(' ', ' +')
      .replaceAll(A_LEVEL, LEVEL.source)}`,
  );
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
