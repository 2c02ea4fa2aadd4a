import type { CertificateFacts } from '../certificate/facts.ts';
import { FLAG, NO_VERIFY_RESULT } from './flags.ts';
import { atLeast, hasHash, type Library } from './library.ts';
import { isPossibleParent, sameName, type ChainResult, type ChainTask } from './parent.ts';
import { acceptsKey, certificateFlags, dateFlags } from './profile.ts';
import { verifiesSignature } from './signature.ts';

interface Step {
  child: CertificateFacts;
  pathCount: number;
  selfIssued: number;
}

/** Chain verification as mbedTLS 2.2 to 2.8 do it: `x509_crt_verify_child` and `x509_crt_verify_top`. */
export function verifyFromTop(library: Library, task: ChainTask, leaf: CertificateFacts): ChainResult {
  return verifyStep(library, task, { child: leaf, pathCount: 0, selfIssued: 0 });
}

function verifyStep(library: Library, task: ChainTask, step: Step): ChainResult {
  const { child, pathCount } = step;
  const isTrustedParent = (parent: CertificateFacts): boolean =>
    isPossibleParent(library, child, parent, { isTrusted: false });
  const from = task.trusted.findIndex(isTrustedParent);
  if (from >= 0) return { flags: topFlags(library, task, step, task.trusted.slice(from)), errors: [] };
  const parent = parentInChain(library, task, step);
  if (parent === undefined) return { flags: topFlags(library, task, step, task.trusted), errors: [] };

  if (1 + pathCount > (library.number('X509_MAX_INTERMEDIATE_CA', 8) ?? 8)) return tooLong(library);
  let flags = certificateFlags(library, child, task.now);
  if (isHashBuilt(library, child) && !acceptsSignerKey(library, child, parent)) flags |= FLAG.BAD_KEY;
  if (!verifiesSignature(library, child, parent)) flags |= FLAG.NOT_TRUSTED;
  const selfIssued = step.selfIssued + (pathCount !== 0 && sameName(child.issuer, child.subject) ? 1 : 0);
  const above = verifyStep(library, task, { child: parent, pathCount: pathCount + 1, selfIssued });
  if (above.errors.length === 0) return { flags: flags | above.flags, errors: [] };
  // What breaks off above never comes down, but for the result that says that there is none.
  return above.flags === NO_VERIFY_RESULT ? above : { flags, errors: above.errors };
}

/** 2.2 reports a chain that is too long as not trusted; later ones break off. */
function tooLong(library: Library): ChainResult {
  return atLeast(library, 2, 7)
    ? { flags: NO_VERIFY_RESULT, errors: ['X509_FATAL_ERROR'] }
    : { flags: FLAG.NOT_TRUSTED, errors: ['X509_CERT_VERIFY_FAILED'] };
}

function parentInChain(
  library: Library,
  { chain }: ChainTask,
  { child, pathCount, selfIssued }: Step,
): CertificateFacts | undefined {
  return chain.slice(chain.indexOf(child) + 1).find((parent) => {
    const { pathLength } = parent;
    if (pathCount > 0 && pathLength !== undefined && pathLength < pathCount - selfIssued) return false;
    return isPossibleParent(library, child, parent, { isTrusted: false });
  });
}

/** The top of the presented chain against the candidates among the trusted certificates. */
function topFlags(
  library: Library,
  { now }: ChainTask,
  { child, pathCount, selfIssued }: Step,
  candidates: readonly CertificateFacts[],
): number {
  const flags = certificateFlags(library, child, now);
  const suitable = candidates.filter((candidate) => {
    const isLeafItself = pathCount === 0 && candidate.fingerprint === child.fingerprint;
    if (!isPossibleParent(library, child, candidate, { isTrusted: true, isLeafItself })) return false;
    const above = sameName(child.subject, candidate.subject) ? pathCount : pathCount + 1;
    const { pathLength } = candidate;
    if (pathLength !== undefined && pathLength + 1 < above - selfIssued) return false;
    return verifiesSignature(library, child, candidate);
  });
  // 2.2 takes the first that fits, whatever its dates.
  const timely = atLeast(library, 2, 7)
    ? suitable.find((ca) => dateFlags(library, ca, now) === 0)
    : undefined;
  const root = timely ?? suitable[0];
  if (root === undefined) return flags | FLAG.NOT_TRUSTED;
  const keyFlag = acceptsSignerKey(library, child, root) ? 0 : FLAG.BAD_KEY;
  const dates = sameName(child.subject, root.subject) ? 0 : dateFlags(library, root, now);
  return flags | keyFlag | dates;
}

/** These versions judge the signer's key by the kind of the signature. */
function acceptsSignerKey(library: Library, child: CertificateFacts, parent: CertificateFacts): boolean {
  const needs = child.signature.algorithm === 'ecdsa' ? 'ECP_C' : 'RSA_C';
  return library.has(needs) && acceptsKey(library, parent.key);
}

function isHashBuilt(library: Library, { signature }: CertificateFacts): boolean {
  return signature.algorithm !== 'unsupported' && hasHash(library, signature.hash);
}
