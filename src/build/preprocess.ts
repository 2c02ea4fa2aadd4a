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
  return { program: compiler, args: [...flags, '-E', '-MD', '-MF', `${output}.d`, source, '-o', output] };
}

/** Reads what it made, and removes it. */
export async function takePreprocessed(files: Files, output: string): Promise<Preprocessed> {
  const [text, rule] = await Promise.all([files.readText(output), files.readText(`${output}.d`)]);
  await Promise.all([files.remove(output), files.remove(`${output}.d`)]);
  return { text: hashOf(text.replace(PLACES, '')), dependencies: readDependencies(rule) };
}

/** Line markers and blank lines: a comment more in a header is the same code. */
const PLACES = /^(?:# \d+ .*|[ \t]*)\n/gm;
