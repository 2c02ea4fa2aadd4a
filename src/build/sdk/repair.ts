import { EspawsError } from '../../errors.ts';

/** A fault of an SDK's file that is mended in a copy of the file; the SDK stays as it is. */
export interface Repair {
  /** What is mended, to be read behind the file's name. */
  what: string;
  /**
   * The mended text; the same text where the fault is not there. Throws `config/tree-invalid` where it is there, but
   * not in the form that is known: a guess could change what the file means.
   */
  apply(text: string, path: string): string;
}

/** `line` counts from 1. */
export function notAsExpected(path: string, line: number, found: string, expected: string): EspawsError {
  return new EspawsError(`${path}:${line}: "${found.trim()}" where ${expected} was expected.`, {
    code: 'config/tree-invalid',
    hint: "The file differs from the SDK's releases: restore it (git checkout of that file in the SDK), or mend it there.",
  });
}
