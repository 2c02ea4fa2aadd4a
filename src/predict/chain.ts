import type { CertificateFacts } from '../certificate/facts.ts';
import { matchesHost } from '../certificate/host-name.ts';
import { FLAG, NO_VERIFY_RESULT } from './flags.ts';
import { atLeast, type Library } from './library.ts';
import { verifyFromTop } from './chain-recursive.ts';
import { acceptsKey, certificateFlags, dateFlags } from './profile.ts';
import { isPossibleParent, sameName, type ChainResult, type ChainTask } from './parent.ts';
import { verifiesSignature } from './signature.ts';

/**
 * `mbedtls_x509_crt_verify` of the chain that a server presented (leaf first, as far as it was parsed) against
 * the trusted certificates. Up to 2.8 mbedTLS builds the chain by recursion, later by a loop.
 */
export function verifyChain(library: Library, task: ChainTask): ChainResult {
  const { chain, host } = task;
  const leaf = chain[0];
  if (leaf === undefined) return { flags: emptyChainFlags(library), errors: [] };
  const own =
    (matchesHost(leaf, host, { ipAddresses: atLeast(library, 3, 5) }) ? 0 : FLAG.CN_MISMATCH) |
    (acceptsKey(library, leaf.key) ? 0 : FLAG.BAD_KEY);
  const result = atLeast(library, 2, 9)
    ? verifyInLoop(library, task, leaf)
    : verifyFromTop(library, task, leaf);
  return result.flags === NO_VERIFY_RESULT ? result : { flags: result.flags | own, errors: result.errors };
}

/** A chain of which no certificate could be parsed is one certificate of zeros. */
function emptyChainFlags(library: Library): number {
  const expired = library.has('HAVE_TIME_DATE') ? FLAG.EXPIRED : 0;
  return FLAG.CN_MISMATCH | FLAG.NOT_TRUSTED | FLAG.BAD_MD | FLAG.BAD_PK | FLAG.BAD_KEY | expired;
}

/** `x509_crt_verify_chain`: to a trusted certificate as early as possible, else up the presented ones. */
function verifyInLoop(
  library: Library,
  { chain, trusted, now }: ChainTask,
  leaf: CertificateFacts,
): ChainResult {
  const limit = library.number('X509_MAX_INTERMEDIATE_CA', 8) ?? 8;
  let flags = 0;
  let child = leaf;
  let childIsTrusted = false;
  let selfIssued = 0;
  for (let length = 1; ; length += 1) {
    if (childIsTrusted) return { flags: flags | dateFlags(library, child, now), errors: [] };
    flags |= certificateFlags(library, child, now);
    if (length === 1 && isTrustedItself(child, trusted)) return { flags, errors: [] };
    const found = findParent(library, { child, chain, trusted, now }, length - 1, selfIssued);
    if (found === undefined) return { flags: flags | FLAG.NOT_TRUSTED, errors: [] };
    if (length !== 1 && sameName(child.issuer, child.subject)) selfIssued += 1;
    if (!found.isTrusted && length > limit) return { flags: NO_VERIFY_RESULT, errors: ['X509_FATAL_ERROR'] };
    if (!found.isSignedWell) flags |= FLAG.NOT_TRUSTED;
    if (!acceptsKey(library, found.parent.key)) flags |= FLAG.BAD_KEY;
    child = found.parent;
    childIsTrusted = found.isTrusted;
  }
}

/** A leaf that is in the bundle itself needs no issuer if it is self-issued. */
function isTrustedItself(leaf: CertificateFacts, trusted: readonly CertificateFacts[]): boolean {
  return (
    sameName(leaf.issuer, leaf.subject) && trusted.some(({ fingerprint }) => fingerprint === leaf.fingerprint)
  );
}

interface FoundParent {
  parent: CertificateFacts;
  isTrusted: boolean;
  isSignedWell: boolean;
}

function findParent(
  library: Library,
  { child, chain, trusted, now }: { child: CertificateFacts } & Omit<ChainTask, 'host'>,
  pathCount: number,
  selfIssued: number,
): FoundParent | undefined {
  const above = chain.slice(chain.indexOf(child) + 1);
  for (const isTrusted of [true, false]) {
    let fallback: FoundParent | undefined;
    for (const parent of isTrusted ? trusted : above) {
      if (!isPossibleParent(library, child, parent, { isTrusted })) continue;
      const { pathLength } = parent;
      if (pathLength !== undefined && pathLength < pathCount - selfIssued) continue;
      const isSignedWell = verifiesSignature(library, child, parent);
      if (isTrusted && !isSignedWell) continue;
      const found = { parent, isTrusted, isSignedWell };
      if (dateFlags(library, parent, now) === 0) return found;
      fallback ??= found;
    }
    if (fallback !== undefined) return fallback;
  }
  return undefined;
}
