import type { Files } from '../host.ts';
import { readDependencies } from './dependencies.ts';
import { hashOf } from './object-cache.ts';
import type { Unit } from './plan.ts';
import type { BatchCommand } from './shell-batch.ts';

export interface Preprocessed {
  /** Hash of what reaches the object's code. */
  text: string;
  dependencies: string[];
}

/** Makes at `output` what the compiler sees of a unit. */
export function preprocessing(
  compiler: string,
  { flags, source }: Pick<Unit, 'flags' | 'source'>,
  output: string,
): BatchCommand {
  return { program: compiler, args: [...flags, '-E', '-MD', '-MF', ruleOf(output), source, '-o', output] };
}

/** Beside a text: what it was made of. */
export function ruleOf(output: string): string {
  return `${output}.d`;
}

/** Reads what it made. */
export async function readPreprocessed(files: Files, output: string): Promise<Preprocessed> {
  const [text, rule] = await Promise.all([files.readText(output), files.readText(ruleOf(output))]);
  return { text: hashOf(codeOf(text)), dependencies: readDependencies(rule) };
}

/** The files that a preprocessed text is made of: not what stands for the command line, or for the working directory. */
export function filesIn(text: string): Set<string> {
  const names = [...text.matchAll(MARKER)].map(([, , quoted]) =>
    quoted!.slice(1, -1).replaceAll(/\\(["\\])/g, '$1'),
  );
  return new Set(names.filter((name) => !/^<.*>$|\/\/$/.test(name)));
}

/** A line marker of the preprocessor. */
const MARKER = /^# (\d+) ("[^"\n]*").*\n/gm;

/**
 * What of a preprocessed text makes the object: its code, and the place of each piece, which debug information holds.
 * A comment more in a header of macros is the same code at the same places.
 */
export function codeOf(text: string): string {
  const pieces: string[] = [];
  let place = { line: 1, file: '' };
  let start = 0;
  const take = (end: number) => {
    const chunk = text.slice(start, end);
    const code = chunk.trimEnd();
    if (code === '') return;
    const blank = /^\s*\n/.exec(code)?.[0] ?? '';
    pieces.push(
      `# ${place.line + blank.split('\n').length - 1} ${place.file}\n${code.slice(blank.length)}\n`,
    );
  };
  for (const match of text.matchAll(MARKER)) {
    take(match.index);
    place = { line: Number(match[1]), file: match[2]! };
    start = match.index + match[0].length;
  }
  take(text.length);
  return pieces.join('');
}
