import type { FileReader } from '../host.ts';
import { hashOf } from './object-cache.ts';

/** Prerequisites of a make rule as gcc -MD writes it. */
export function readDependencies(rule: string): string[] {
  const joined = rule.replace(/\\\r?\n/g, ' ');
  return joined
    .slice(joined.indexOf(':') + 1)
    .split(/(?<!\\)\s+/)
    .filter((path) => path !== '')
    .map((path) => path.replace(/\\([ #])/g, '$1').replaceAll('$$', '$'));
}

/** Content hashes of files, each read once in a build. */
export class ContentHashes {
  readonly #files: FileReader;
  readonly #known = new Map<string, Promise<string>>();

  constructor(files: FileReader) {
    this.#files = files;
  }

  /** Empty for a file that is gone. */
  of(path: string): Promise<string> {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const hash = this.#files.readBytes(path).then(
      (bytes) => hashOf(bytes),
      () => '',
    );
    this.#known.set(path, hash);
    return hash;
  }
}
