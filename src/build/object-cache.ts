import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Files } from '../host.ts';

/** What the cache may hold, in bytes: some thirty configurations of mbedTLS. */
const LIMIT_BYTES = 512 * 1024 * 1024;

/** What is left when it held more, so that not every build finds it full. */
const LEFT_SHARE = 0.75;

/**
 * Objects by what they are made of, and notes about them. Shared by all builds of a user, so that a configuration that
 * was built before, or a source that a changed macro does not touch, is not compiled again. Any number of processes may
 * use and prune it at once: a file appears whole, and one that has gone is compiled again.
 */
export class ObjectCache {
  readonly #files: Files;
  readonly #directory: string;
  readonly #limitBytes: number;
  readonly #kept = new Set<string>();
  #grew = false;

  constructor(files: Files, directory: string, limitBytes = LIMIT_BYTES) {
    this.#files = files;
    this.#directory = directory;
    this.#limitBytes = limitBytes;
  }

  /** The object's bytes, and the warnings that the compiler gave for it. */
  async get(key: string): Promise<{ object: Uint8Array; stderr: string } | undefined> {
    const path = this.#path(key);
    if ((await this.#files.stat(path)) === undefined) return undefined;
    await this.#files.touch(path);
    // Its warnings first: they are removed behind the object.
    const stderr = await this.#files.readText(`${path}.stderr`).catch(() => '');
    const object = await this.#files.readBytes(path).catch(() => undefined);
    return object === undefined ? undefined : { object, stderr };
  }

  async put(key: string, object: Uint8Array, stderr: string): Promise<void> {
    this.#grew = true;
    if (stderr !== '') await this.#files.write(`${this.#path(key)}.stderr`, stderr);
    await this.#files.write(this.#path(key), object);
  }

  /** What was noted under a key; undefined where nothing was. */
  async getNote(key: string): Promise<string | undefined> {
    const path = this.#path(key, 'txt');
    // In a new cache, none is there: to ask costs less than an error.
    if ((await this.#files.stat(path)) === undefined) return undefined;
    const text = await this.#files.readText(path).catch(() => undefined);
    if (text !== undefined) await this.#files.touch(path);
    return text;
  }

  async putNote(key: string, text: string): Promise<void> {
    this.#grew = true;
    await this.#files.write(this.#path(key, 'txt'), text);
  }

  /** Notes a text that is always the same under its key. */
  async keepNote(key: string, text: () => Promise<string>): Promise<void> {
    if (this.#kept.has(key)) return;
    this.#kept.add(key);
    if ((await this.#files.stat(this.#path(key, 'txt'))) === undefined) await this.putNote(key, await text());
  }

  /** Where something was put and the cache holds more than it may: removes those that were not used for longest. */
  async prune(): Promise<void> {
    if (!this.#grew) return;
    this.#grew = false;
    const entries = withoutUnfinished(await this.#entries());
    let held = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (held <= this.#limitBytes) return;
    for (const { path, sizeBytes } of entries.sort((a, b) => a.usedMs - b.usedMs)) {
      if (held <= this.#limitBytes * LEFT_SHARE) return;
      await this.#files.remove(path);
      await this.#files.remove(`${path}.stderr`);
      held -= sizeBytes;
    }
  }

  /** Every file but the warnings. */
  async #entries(): Promise<Entry[]> {
    const folders = await this.#files.list(this.#directory);
    const found = folders.map(async (folder) => {
      const names = await this.#files.list(join(this.#directory, folder));
      const paths = names.filter((name) => !name.endsWith('.stderr'));
      return Promise.all(paths.map((name) => this.#entry(join(this.#directory, folder, name))));
    });
    return (await Promise.all(found)).flat().filter((entry) => entry !== undefined);
  }

  async #entry(path: string) {
    const found = await this.#files.stat(path);
    return found === undefined ? undefined : { path, sizeBytes: found.sizeBytes, usedMs: found.mtimeMs };
  }

  #path(key: string, kind: 'o' | 'txt' = 'o'): string {
    return join(this.#directory, key.slice(0, 2), `${key.slice(2)}.${kind}`);
  }
}

interface Entry {
  path: string;
  sizeBytes: number;
  usedMs: number;
}

/** Longest time that a process takes to write one object. */
const WRITING_MS = 3_600_000;

/** Without what another process may be writing now; what one that was killed left half-written is an entry as any. */
function withoutUnfinished(entries: readonly Entry[]): Entry[] {
  const newestMs = entries.reduce((newest, { usedMs }) => Math.max(newest, usedMs), 0);
  return entries.filter(({ path, usedMs }) => !path.endsWith('.tmp') || newestMs - usedMs > WRITING_MS);
}

/** SHA-256, hex, of the parts with their lengths. */
export function hashOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}
