import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { writeIfChanged } from '../../build/generated.ts';
import type { Authority } from '../../endpoint/authority.ts';
import { EXACT_NOW } from '../../endpoint/exact/exact-authority.ts';
import { issueIdentity } from '../../endpoint/identity.ts';
import { hasIdentity, type StandInPaths } from '../../endpoint/state-files.ts';
import type { Clock, Files } from '../../host.ts';
import type { PlannedCase, PlannedIdentity, Source } from '../../test-plan/case.ts';
import { valueOf } from '../../test-plan/environment.ts';
import { contentKey } from './content-key.ts';
import { saveTestState, type Authorities, type TestState } from './state.ts';

const PRIVATE = 0o600;
const PRIVATE_DIRECTORY = 0o700;

export interface IdentityPaths {
  certificate: string;
  key: string;
  ca: string;
}

export interface IdentityContext {
  files: Files;
  clock: Clock;
  variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Files of the identities that a plan's cases have: those of the project, of the user, or issued by the stand-in and
 * kept for later runs. Private keys that come from the environment are in files until `close`.
 */
export class TestIdentities {
  readonly #context: IdentityContext;
  readonly #state: TestState;
  readonly #made = new Map<string, Promise<IdentityPaths>>();
  readonly #secrets = new Set<string>();

  constructor(context: IdentityContext, state: TestState) {
    this.#context = context;
    this.#state = state;
  }

  /** Throws `plan/variable`, `project/missing`. */
  paths({ identity, exact }: Pick<PlannedCase, 'identity' | 'exact'>): Promise<IdentityPaths> {
    const key = JSON.stringify([identity, exact]);
    const made = this.#made.get(key) ?? this.#make(identity, exact);
    this.#made.set(key, made);
    return made;
  }

  /** Removes the files that hold what came from the environment. */
  async close(): Promise<void> {
    for (const path of this.#secrets) await this.#context.files.remove(path);
  }

  async #make(identity: PlannedIdentity, exact: boolean): Promise<IdentityPaths> {
    switch (identity.kind) {
      case 'project': {
        const { project, projectProblem } = this.#state;
        if (project.identity === undefined) throw projectProblem;
        const { ca } = identity;
        return ca === 'own' ? project.identity : { ...project.identity, ca: await this.#root(ca, exact) };
      }
      case 'issued':
        return this.#issued(identity, exact);
      case 'files': {
        const [certificate, key, ca] = await Promise.all([
          this.#source(identity.certificate),
          this.#source(identity.key),
          this.#source(identity.ca),
        ]);
        return { certificate, key, ca };
      }
    }
  }

  #authorities(exact: boolean): Authorities {
    return exact ? this.#state.exact : this.#state;
  }

  /** A CA bundle in place of the project's. */
  async #root(of: 'other' | 'stand-in', exact: boolean): Promise<string> {
    const { stranger, authority } = this.#authorities(exact);
    const path = join(this.#state.directory, 'identities', `ca-${exact ? 'exact-' : ''}${of}.pem`);
    return this.#writeRoots(path, of === 'other' ? stranger : authority, ['rsa-2048']);
  }

  async #issued(
    { key, ca }: Extract<PlannedIdentity, { kind: 'issued' }>,
    exact: boolean,
  ): Promise<IdentityPaths> {
    const { files, clock } = this.#context;
    const { authority, authorityPaths, stranger } = this.#authorities(exact);
    const folder = join(this.#state.directory, 'identities', `${exact ? 'exact-' : ''}${key}-${ca}`);
    const paths: IdentityPaths = {
      certificate: join(folder, 'device.pem.crt'),
      key: join(folder, 'private.pem.key'),
      ca: join(folder, 'ca.pem'),
    };
    const algorithm = key === 'ec' ? 'ec-P-256' : 'rsa-2048';
    const asStandIn = { ...authorityPaths, ...paths } satisfies StandInPaths;
    if (!(await hasIdentity(files, asStandIn, authority, algorithm))) {
      const { certificate, privateKey } = await issueIdentity(authority, {
        key: algorithm,
        now: exact ? EXACT_NOW : clock.now(),
      });
      await files.write(paths.certificate, certificate);
      await files.write(paths.key, privateKey ?? '', { mode: PRIVATE });
    }
    if (ca === 'other') await this.#writeRoots(paths.ca, stranger, ['rsa-2048']);
    else {
      const kinds = { rsa: ['rsa-2048'], ecdsa: ['ec-P-256'], both: ['rsa-2048', 'ec-P-256'] } as const;
      await this.#writeRoots(paths.ca, authority, kinds[ca]);
    }
    return paths;
  }

  async #writeRoots(
    path: string,
    authority: Authority,
    kinds: readonly ('rsa-2048' | 'ec-P-256')[],
  ): Promise<string> {
    const { files } = this.#context;
    const roots: string[] = [];
    for (const kind of kinds) roots.push((await authority.root('root', kind)).certificate);
    await saveTestState(files, this.#state);
    const text = roots.map((pem) => new X509Certificate(pem).toString()).join('');
    await writeIfChanged(files, path, text, 0o644);
    return path;
  }

  async #source(source: Source): Promise<string> {
    if ('path' in source) return source.path;
    const { files, variables } = this.#context;
    const text = valueOf(source.variable, variables);
    const folder = join(this.#state.directory, 'environment');
    await files.makeDirectory(folder, { mode: PRIVATE_DIRECTORY });
    const path = join(folder, `${contentKey(source.variable, text)}.pem`);
    this.#secrets.add(path);
    await files.write(path, text, { mode: PRIVATE });
    return path;
  }
}
