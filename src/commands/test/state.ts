import { join } from 'node:path';
import { createAuthority, type Authority, type AuthorityState } from '../../endpoint/authority.ts';
import { exactAuthority, SEEDS_VERSION } from '../../endpoint/exact/exact-authority.ts';
import { loadAuthority, saveAuthority, standInPaths, type StandInPaths } from '../../endpoint/state-files.ts';
import { isEspawsError } from '../../errors.ts';
import type { Files } from '../../host.ts';
import { loadProject, projectWithout, type BareProject, type Project } from '../../project/load.ts';

/** Who issues what the cases have, and where each keeps what it has made. */
export interface Authorities {
  authority: Authority;
  authorityPaths: StandInPaths;
  /** Issues what no server and no device knows. */
  stranger: Authority;
  strangerPaths: StandInPaths;
}

/** What the cases of a run have in common, and later runs again: the same identities make the same firmware. */
export interface TestState extends Authorities {
  /** Without identity and endpoint where there is no espaws.yaml, or another error there. */
  project: Project | BareProject;
  /** Why a case that needs the project's own cannot be had. */
  projectProblem: unknown;
  /** In the build folder: identities, and a folder for each build. */
  directory: string;
  /** Of exact cases. */
  exact: Authorities;
}

export async function loadTestState(files: Files, projectDirectory: string): Promise<TestState> {
  const { project, projectProblem } = await projectOrNone(files, projectDirectory);
  const directory = join(project.buildDirectory, 'test');
  // The stand-in that issued the project's own identity accepts it.
  const ownPaths = standInPaths(project.directory);
  const hasOwn = (await files.stat(ownPaths.state)) !== undefined;
  const paths = pathsIn(directory);
  const random = await loadAuthorities(
    files,
    hasOwn ? { ...paths, authorityPaths: ownPaths } : paths,
    (_whose, state) => createAuthority(state),
  );
  // Kept for the time that its RSA keys take; it would be the same in any folder.
  const exactPaths = pathsIn(join(directory, `exact-${SEEDS_VERSION}`));
  const exact = await loadAuthorities(files, exactPaths, exactAuthority);
  return { project, projectProblem, directory, ...random, exact };
}

type AuthoritiesPaths = Pick<Authorities, 'authorityPaths' | 'strangerPaths'>;

function pathsIn(directory: string): AuthoritiesPaths {
  return {
    authorityPaths: standInPaths(directory),
    strangerPaths: standInPaths(join(directory, 'stranger')),
  };
}

async function loadAuthorities(
  files: Files,
  { authorityPaths, strangerPaths }: AuthoritiesPaths,
  create: (whose: 'stand-in' | 'stranger', state?: AuthorityState) => Authority,
): Promise<Authorities> {
  return {
    ...{ authorityPaths, strangerPaths },
    authority: await loadAuthority(files, authorityPaths, (state) => create('stand-in', state)),
    stranger: await loadAuthority(files, strangerPaths, (state) => create('stranger', state)),
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
