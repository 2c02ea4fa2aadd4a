import { X509Certificate, createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { z } from '../zod.ts';
import { EspawsError } from '../errors.ts';
import type { Files } from '../host.ts';
import { createAuthority, type Authority, type AuthorityState } from './authority.ts';
import type { IssuedIdentity } from './identity.ts';
import type { KeyAlgorithm } from './key-pairs.ts';

/** Where a stand-in and its identity live, under the directory given to it. */
export function standInPaths(directory: string) {
  return {
    state: join(directory, 'stand-in', 'stand-in.json'),
    facts: join(directory, 'stand-in', 'endpoint.json'),
    certificate: join(directory, 'certs', 'device.pem.crt'),
    key: join(directory, 'certs', 'private.pem.key'),
    ca: join(directory, 'certs', 'ca.pem'),
  };
}

export type StandInPaths = ReturnType<typeof standInPaths>;

/**
 * The stand-in's CAs and keys of an earlier start, or new ones; `create` makes an authority of them. Throws
 * `project/invalid`.
 */
export async function loadAuthority(
  files: Files,
  { state }: Pick<StandInPaths, 'state'>,
  create: (state?: AuthorityState) => Authority = createAuthority,
): Promise<Authority> {
  if ((await files.stat(state)) === undefined) return create();
  const text = await files.readText(state);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const parsed = stateSchema.safeParse(json);
  if (parsed.success) return create(parsed.data);
  throw new EspawsError(`"${state}" is not the state of a stand-in.`, {
    code: 'project/invalid',
    hint: 'Remove the file; the stand-in then makes new certificate authorities, and identities have to be issued again.',
  });
}

/** Keeps what was made since; the file holds private keys. */
export async function saveAuthority(
  files: Files,
  { state }: Pick<StandInPaths, 'state'>,
  authority: Authority,
): Promise<void> {
  if (!authority.changed()) return;
  await files.write(state, `${JSON.stringify(authority.state(), undefined, 2)}\n`, { mode: PRIVATE });
}

const PRIVATE = 0o600;

const stateSchema = z.object({
  version: z.literal(1),
  keys: z.record(z.string(), z.string()),
  certificates: z.record(z.string(), z.string()),
});

/** True where a whole identity is there that this authority issued for such a key: it can be used again. */
export async function hasIdentity(
  files: Files,
  paths: StandInPaths,
  authority: Authority,
  key: KeyAlgorithm,
): Promise<boolean> {
  const [certificate, privateKey] = await Promise.all([
    readIfThere(files, paths.certificate),
    readIfThere(files, paths.key),
  ]);
  if (certificate === undefined || privateKey === undefined) return false;
  try {
    const leaf = new X509Certificate(certificate);
    return (
      isIssued(leaf, authority) &&
      algorithmOf(leaf) === key &&
      leaf.checkPrivateKey(createPrivateKey(privateKey))
    );
  } catch {
    return false;
  }
}

/**
 * Writes an identity. Throws `project/exists` where a file in its way is not this stand-in's own, unless forced; then
 * nothing was written.
 */
export async function writeIdentity(
  files: Files,
  paths: StandInPaths,
  authority: Authority,
  identity: IssuedIdentity,
  { force }: { force: boolean },
): Promise<void> {
  if (!force) await refuseForeignFiles(files, paths, authority, identity);
  // The certificate before its key: what is left after an interruption is known to be the stand-in's own.
  await files.write(paths.certificate, identity.certificate);
  await files.write(paths.ca, identity.ca);
  if (identity.privateKey !== undefined) await files.write(paths.key, identity.privateKey, { mode: PRIVATE });
}

async function refuseForeignFiles(
  files: Files,
  paths: StandInPaths,
  authority: Authority,
  { privateKey }: IssuedIdentity,
): Promise<void> {
  const certificate = await readIfThere(files, paths.certificate);
  const key = await readIfThere(files, paths.key);
  const ca = await readIfThere(files, paths.ca);
  if (certificate !== undefined && !isOwn(certificate, authority)) throw exists(paths.certificate);
  // A key is its own if the certificate beside it is: they were written together.
  if (privateKey !== undefined && key !== undefined && !ownsKey(certificate, key)) throw exists(paths.key);
  const known = Object.values(authority.state().certificates).map((pem) => pem.trim());
  const others = (ca ?? '').split(/(?<=-----END CERTIFICATE-----)/).map((pem) => pem.trim());
  if (others.some((pem) => pem !== '' && !known.includes(pem))) throw exists(paths.ca);
}

function ownsKey(certificate: string | undefined, key: string): boolean {
  try {
    return (
      certificate !== undefined && new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
    );
  } catch {
    return false;
  }
}

function isOwn(certificate: string, authority: Authority): boolean {
  try {
    return isIssued(new X509Certificate(certificate), authority);
  } catch {
    return false;
  }
}

/** By one of the device CAs that this authority has made. */
function isIssued(leaf: X509Certificate, authority: Authority): boolean {
  return Object.entries(authority.state().certificates)
    .filter(([name]) => name.startsWith('device '))
    .map(([, pem]) => new X509Certificate(pem))
    .some((issuer) => leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey));
}

/** OpenSSL's curve names to the NIST ones that key algorithms carry. */
const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

function algorithmOf({ publicKey }: X509Certificate): string {
  const { modulusLength = 0, namedCurve = '' } = publicKey.asymmetricKeyDetails ?? {};
  return publicKey.asymmetricKeyType === 'rsa'
    ? `rsa-${modulusLength}`
    : `ec-${CURVES[namedCurve] ?? namedCurve}`;
}

async function readIfThere(files: Files, path: string): Promise<string | undefined> {
  return (await files.stat(path)) === undefined ? undefined : files.readText(path);
}

function exists(path: string): EspawsError {
  return new EspawsError(`"${path}" is already there and is not of this stand-in.`, {
    code: 'project/exists',
    hint: 'Overwrite it with --force, or name another --directory.',
  });
}
