import type { Files } from '../host.ts';
import { changesIn, type Ingredients, type SourceFiles } from './ingredients.ts';
import { hashOf, type ObjectCache } from './object-cache.ts';
import type { BuildPlan } from './plan.ts';
import type { View } from './view.ts';

/** An object in the cache that a unit's source was compiled to, with its flags. */
export interface KnownObject extends Ingredients {
  key: string;
  /** Hash of what the preprocessor made of it; undefined where nobody wanted to know yet. */
  text?: string | undefined;
}

/** So many configurations of a source are remembered. */
const MOST_KNOWN = 16;

/** The objects of one unit in the cache, and what each was made of. */
export class KnownObjects {
  readonly #cache: ObjectCache;
  readonly #view: View;
  readonly #note: string;
  #known: readonly KnownObject[] = [];

  private constructor(cache: ObjectCache, { view, id }: { view: View; id: string }) {
    this.#cache = cache;
    this.#view = view;
    this.#note = hashOf('known objects', id);
  }

  static async load(cache: ObjectCache, unit: { view: View; id: string }): Promise<KnownObjects> {
    const found = new KnownObjects(cache, unit);
    const text = await cache.getNote(found.#note);
    const known = text === undefined ? [] : (JSON.parse(text) as KnownObject[]);
    found.#known = known.map((one) => renamed(one, unit.view.placed));
    return found;
  }

  /** Those that were made of what is there now, and those of which the configuration alone is another. */
  async compare(
    sources: SourceFiles,
    { configHeader }: Pick<BuildPlan, 'configHeader'>,
  ): Promise<{ same: KnownObject[]; ofOtherConfigurations: KnownObject[] }> {
    const changes = await Promise.all(this.#known.map((known) => changesIn(sources, known, this.#view)));
    return {
      same: this.#known.filter((_, index) => changes[index]!.length === 0),
      ofOtherConfigurations: this.#known.filter(
        (_, index) => changes[index]!.length === 1 && changes[index]![0] === configHeader,
      ),
    };
  }

  async add(
    object: KnownObject,
    { files, configHeader }: { files: Files; configHeader: string },
  ): Promise<void> {
    const hash = object.dependencies[configHeader];
    const others = this.#known.filter(
      ({ key, dependencies }) => key !== object.key || dependencies[configHeader] !== hash,
    );
    this.#known = [object, ...others].slice(0, MOST_KNOWN);
    const noted = this.#known.map((known) => renamed(known, this.#view.noted));
    await this.#cache.putNote(this.#note, JSON.stringify(noted));
    if (hash === undefined) return;
    await this.#cache.keepNote(configurationNote(hash), () => files.readText(configHeader));
  }
}

/** The text of a configuration that objects in the cache were made with. */
export async function configurationOf(cache: ObjectCache, hash: string): Promise<string | undefined> {
  const text = await cache.getNote(configurationNote(hash));
  return text !== undefined && hashOf(Buffer.from(text)) === hash ? text : undefined;
}

function configurationNote(hash: string): string {
  return hashOf('configuration', hash);
}

function renamed(known: KnownObject, rename: (path: string) => string): KnownObject {
  const entries = Object.entries(known.dependencies).map(([path, hash]) => [rename(path), hash]);
  return { ...known, dependencies: Object.fromEntries(entries) as Ingredients['dependencies'] };
}
