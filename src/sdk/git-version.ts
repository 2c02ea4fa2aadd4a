import { join, resolve } from 'node:path';
import type { FileReader } from '../host.ts';

/**
 * The tag of the commit that is checked out, else its short hash; undefined where `directory` is no git checkout. Read
 * from the files (gitrepository-layout(5)), for git refuses a checkout of another user's.
 */
export async function gitVersion(files: FileReader, directory: string): Promise<string | undefined> {
  const git = await gitFolder(files, directory);
  const head = (await read(files, join(git, 'HEAD')))?.trim();
  if (head === undefined) return undefined;
  // Of a worktree the refs are in the folder of the repository that it belongs to.
  const common = (await read(files, join(git, 'commondir')))?.trim();
  const shared = common === undefined ? git : resolve(git, common);
  const refs = packedRefs((await read(files, join(shared, 'packed-refs'))) ?? '');
  const reference = /^ref: (.+)$/.exec(head)?.[1];
  const commit =
    reference === undefined
      ? head
      : ((await read(files, join(shared, reference)))?.trim() ??
        refs.find(({ name }) => name === reference)?.commit);
  if (commit === undefined) return undefined;
  const loose = await Promise.all(
    (await files.list(join(shared, 'refs/tags'))).map(async (tag) => ({
      name: `refs/tags/${tag}`,
      commit: (await read(files, join(shared, 'refs/tags', tag)))?.trim() ?? '',
    })),
  );
  const tag = [...loose, ...refs].find((one) => one.name.startsWith('refs/tags/') && one.commit === commit);
  return tag?.name.replace('refs/tags/', '') ?? commit.slice(0, 8);
}

/** A worktree or a submodule has a file that names the folder. */
async function gitFolder(files: FileReader, directory: string): Promise<string> {
  const path = join(directory, '.git');
  const pointer = /^gitdir: (.+)$/m.exec((await read(files, path)) ?? '')?.[1];
  return pointer === undefined ? path : resolve(directory, pointer);
}

/** A line that begins with `^` is the commit that the annotated tag before it means. */
function packedRefs(text: string): { name: string; commit: string }[] {
  const refs: { name: string; commit: string }[] = [];
  for (const line of text.split('\n')) {
    const peeled = /^\^([0-9a-f]+)$/.exec(line)?.[1];
    const last = refs.at(-1);
    if (peeled !== undefined && last !== undefined) last.commit = peeled;
    const [, commit, name] = /^([0-9a-f]+) (refs\/.+)$/.exec(line) ?? [];
    if (commit !== undefined && name !== undefined) refs.push({ name, commit });
  }
  return refs;
}

async function read(files: FileReader, path: string): Promise<string | undefined> {
  return files.readText(path).catch(() => undefined);
}
