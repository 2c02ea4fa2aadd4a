import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SECRET_SOURCE } from '../../../src/build/launcher.ts';

/** What a private key is in these tests: as the array of the generated header is. */
const KEY = 'a private key of the tests';

/** The program's source with the key. It is linked where something refers to `identity_key`. */
export const secretSource = {
  name: SECRET_SOURCE,
  text: `const char identity_key[] = "${KEY}";\n`,
};

/** Files below the folders that hold the key, but for its source; and whether others may read them. */
export async function filesWithKey(folders: readonly string[]): Promise<{ path: string; isOpen: boolean }[]> {
  const found: { path: string; isOpen: boolean }[] = [];
  for (const folder of folders) {
    for (const name of await readdir(folder, { recursive: true })) {
      const path = join(folder, name);
      const { mode, size } = await stat(path);
      if ((mode & 0o40000) !== 0 || size === 0 || name.endsWith(SECRET_SOURCE)) continue;
      if (!(await readFile(path)).includes(KEY)) continue;
      found.push({ path, isOpen: (mode & 0o077) !== 0 });
    }
  }
  return found;
}
