import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Files } from '../host.ts';

/**
 * Objects by what they are made of: compiler, flags and preprocessed text. Shared by all builds of a user, so that a
 * configuration that was built before, or a source that a changed macro does not touch, is not compiled again.
 */
export class ObjectCache {
  readonly #files: Files;
  readonly #directory: string;

  constructor(files: Files, directory: string) {
    this.#files = files;
    this.#directory = directory;
  }

  /** The object's bytes, and the warnings that the compiler gave for it. */
  async get(key: string): Promise<{ object: Uint8Array; stderr: string } | undefined> {
    const path = this.#path(key);
    if ((await this.#files.stat(path)) === undefined) return undefined;
    const stderr = await this.#files.readText(`${path}.stderr`).catch(() => '');
    return { object: await this.#files.readBytes(path), stderr };
  }

  async put(key: string, object: Uint8Array, stderr: string): Promise<void> {
    if (stderr !== '') await this.#files.write(`${this.#path(key)}.stderr`, stderr);
    await this.#files.write(this.#path(key), object);
  }

  #path(key: string): string {
    return join(this.#directory, key.slice(0, 2), `${key.slice(2)}.o`);
  }
}

/** SHA-256, hex, of the parts with their lengths. */
export function hashOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}
