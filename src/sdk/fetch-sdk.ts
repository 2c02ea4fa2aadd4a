import { join } from 'node:path';
import { EspawsError } from '../errors.ts';
import type { Environment, Files, ProcessResult, Processes } from '../host.ts';
import type { Progress } from '../progress.ts';
import { cacheDirectory } from './cache.ts';
import { detectSdk } from './detect.ts';

export interface FetchTools {
  files: Files;
  processes: Processes;
  environment: Environment;
  progress: Progress;
  signal: AbortSignal;
}

export interface WantedSdk {
  /** `rtos-sdk`, `esp-open-rtos`. */
  kind: string;
  /** A tag or a branch of `url`. */
  release: string;
  url: string;
}

/** Where SDKs are in the user's cache, each in a folder `KIND@RELEASE`. */
export function sdkCache(environment: Environment): string {
  return join(cacheDirectory(environment), 'sdk');
}

/**
 * Gets an SDK with its submodules through git into the user's cache, and says where it is. What is interrupted stays
 * beside, and the next time goes on from there; the folder itself is there whole or not at all. Throws `sdk/unknown` for
 * a release that the repository does not have, `sdk/fetch-failed`, `build/tool-missing` where there is no git.
 */
export async function fetchSdk(wanted: WantedSdk, tools: FetchTools): Promise<string> {
  const { files, environment, progress } = tools;
  const { kind, release, url } = wanted;
  const folder = join(sdkCache(environment), `${kind}@${release.replaceAll('/', '-')}`);
  if ((await files.stat(folder)) !== undefined) return folder;
  const work = `${folder}.partial`;
  const git = gitIn(work, tools);
  await files.makeDirectory(work);
  await git('init', '-q');
  // Kept from an attempt before, it may be of another place.
  await git('config', 'remote.origin.url', url);
  progress({ kind: 'note', text: `${url}: getting ${release}` });
  await fetchRelease(wanted, git);
  await fetchSubmodules(wanted, { work, folder }, git, tools);
  await files.rename(work, folder);
  return folder;
}

type Git = (...args: string[]) => Promise<ProcessResult>;

/**
 * One after the other: one that no build needs and whose server does not answer is told of, and missing afterwards. That
 * of libcoap is such a one in 3.4, and esp-open-rtos has fifteen.
 */
async function fetchSubmodules(
  { url }: WantedSdk,
  { work, folder }: { work: string; folder: string },
  git: Git,
  { files, environment, progress }: FetchTools,
): Promise<void> {
  if ((await files.stat(join(work, '.gitmodules'))) === undefined) return;
  const { stdout } = await git('config', '--file', '.gitmodules', '--get-regexp', String.raw`\.path$`);
  const paths = [...stdout.matchAll(/^\S+ (.+)$/gm)].map(([, path]) => path!);
  const { description } = await detectSdk(files, { path: work, environment, projectDirectory: work });
  const required = description.mechanism === 'none' ? [] : description.required;
  // What an attempt before has kept of a submodule's place was beside another URL.
  await git('submodule', 'sync', '-q');
  // git refuses submodules by path unless it is told otherwise: the user has named the folder.
  const local = /^(?:file:|[/.~])/.test(url) ? ['-c', 'protocol.file.allow=always'] : [];
  for (const [index, path] of paths.entries()) {
    progress({ kind: 'note', text: `getting submodule ${index + 1} of ${paths.length}: ${path}` });
    const args = ['submodule', 'update', '--init', '--recursive', '--depth', '1', '--progress', '--', path];
    const { exitCode, stderr } = await git(...local, ...args);
    if (exitCode === 0) continue;
    const error = failed(`The submodule ${path} does not come`, stderr);
    if (required.some((one) => one.path.startsWith(`${path}/`))) throw error;
    progress({
      kind: 'warning',
      text: error.message,
      hint: `Only programs that use it need it; then: git -C ${folder} submodule update --init ${path}`,
    });
  }
}

/** git asks no questions; what it says on the way is told line by line. */
function gitIn(directory: string, { processes, progress, signal }: FetchTools): Git {
  return (...args) =>
    processes.run('git', ['-C', directory, ...args], {
      env: { GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
      signal,
      onStderr: (text) => {
        const done = [...text.matchAll(/(\w[\w ]+):\s+(\d+)% \((\d+)\/(\d+)\)/g)].at(-1);
        if (done === undefined) return;
        progress({
          kind: 'stage-progress',
          stage: 'setup',
          done: Number(done[3]),
          total: Number(done[4]),
          text: done[1]!,
        });
      },
    });
}

async function fetchRelease({ release, url }: WantedSdk, git: Git): Promise<void> {
  let said = '';
  for (const [from, to] of [
    [`refs/tags/${release}`, `refs/tags/${release}`],
    [`refs/heads/${release}`, `refs/remotes/origin/${release}`],
  ] as const) {
    const fetched = await git('fetch', '--depth', '1', '--progress', 'origin', `+${from}:${to}`);
    if (fetched.exitCode === 0) {
      const checked = await git('checkout', '-q', '--force', to);
      if (checked.exitCode === 0) return;
      throw failed(`${release} cannot be checked out`, checked.stderr);
    }
    said = fetched.stderr;
    if (!/couldn't find remote ref/.test(said)) throw failed(`${url} does not give ${release}`, said);
  }
  throw new EspawsError(`${url} has no tag or branch "${release}".`, {
    code: 'sdk/unknown',
    hint: `See them with: git ls-remote --tags --heads ${url}`,
    details: { said },
  });
}

function failed(what: string, said: string): EspawsError {
  const reason = /^(?:fatal|error): (.*)$/m.exec(said)?.[1] ?? said.trim().split('\n').at(-1) ?? '';
  return new EspawsError(`${what}: ${reason.replace(/[.:]$/, '')}.`, {
    code: 'sdk/fetch-failed',
    hint: 'Run it again when the network is there: it goes on where it was; another place is named with --from URL.',
  });
}
