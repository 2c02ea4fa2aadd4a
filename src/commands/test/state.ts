import { join } from 'node:path';
import type { Authority } from '../../endpoint/authority.ts';
import { exactAuthority, SEEDS_VERSION } from '../../endpoint/exact/exact-authority.ts';
import { loadAuthority, saveAuthority, standInPaths, type StandInPaths } from '../../endpoint/state-files.ts';
import { isEspawsError } from '../../errors.ts';
import type { Files } from '../../host.ts';
import { loadProject, projectWithout, type BareProject, type Project } from '../../project/load.ts';

/** What the cases of a run have in common, and later runs again: the same identities make the same firmware. */
export interface TestState {
  /** Without identity and endpoint where there is no espaws.yaml, or another error there. */
  project: Project | BareProject;
  /** Why a case that needs the project's own cannot be had. */
  projectProblem: unknown;
  /** In the build folder: identities, and a folder for each build. */
  directory: string;
  authority: Authority;
  authorityPaths: StandInPaths;
  /** Issues what no server and no device knows. */
  stranger: Authority;
  strangerPaths: StandInPaths;
  /** What exact cases have in place of the two. */
  exact: Pick<TestState, 'authority' | 'authorityPaths' | 'stranger' | 'strangerPaths'>;
}

export async function loadTestState(files: Files, projectDirectory: string): Promise<TestState> {
  const { project, projectProblem } = await projectOrNone(files, projectDirectory);
  const directory = join(project.buildDirectory, 'test');
  // The stand-in that issued the project's own identity accepts it.
  const ownPaths = standInPaths(project.directory);
  const hasOwn = (await files.stat(ownPaths.state)) !== undefined;
  const authorityPaths = hasOwn ? ownPaths : standInPaths(directory);
  const strangerPaths = standInPaths(join(directory, 'stranger'));
  return {
    exact: await exactState(files, join(directory, `exact-${SEEDS_VERSION}`)),
    ...{ project, projectProblem, directory, authorityPaths, strangerPaths },
    authority: await loadAuthority(files, authorityPaths),
    stranger: await loadAuthority(files, strangerPaths),
  };
}

/** Kept for the time that its RSA keys take; it would be the same in any folder. */
async function exactState(files: Files, directory: string): Promise<TestState['exact']> {
  const authorityPaths = standInPaths(directory);
  const strangerPaths = standInPaths(join(directory, 'stranger'));
  return {
    ...{ authorityPaths, strangerPaths },
    authority: await loadAuthority(files, authorityPaths, (state) => exactAuthority('stand-in', state)),
    stranger: await loadAuthority(files, strangerPaths, (state) => exactAuthority('stranger', state)),
  };
}

/** Keeps what was issued since: an identity whose CA is gone would be a stranger's in the next run. */
export async function saveTestState(files: Files, state: TestState): Promise<void> {
  for (const { authority, authorityPaths, stranger, strangerPaths } of [state, state.exact]) {
    await saveAuthority(files, authorityPaths, authority);
    await saveAuthority(files, strangerPaths, stranger);
  }
}

async function projectOrNone(
  files: Files,
  directory: string,
): Promise<Pick<TestState, 'project' | 'projectProblem'>> {
  try {
    return { project: await loadProject(files, directory), projectProblem: undefined };
  } catch (error) {
    // Plans whose identities are all issued need none.
    if (!isEspawsError(error, 'project/missing')) throw error;
    return { project: projectWithout(directory), projectProblem: error };
  }
}
