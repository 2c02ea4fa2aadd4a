import type { CertificateFacts, Identity } from '../certificate/facts.ts';
import type { EndpointFacts, TlsVersion } from '../endpoint/facts.ts';
import { verifyChain } from '../certificate/chain.ts';
import { commonNames } from '../certificate/host-name.ts';
import { EspawsError } from '../errors.ts';

/** Key kind of a server's leaf certificate. */
export type ChainKind = 'rsa' | 'ecdsa';

/** A kind of chain that the endpoint presents and this CA bundle verifies. */
export interface TrustedChain {
  kind: ChainKind;
  /** Names the root that makes it so. */
  because: string;
}

/**
 * Which kinds of server chain to ask for: offering a suite of a kind whose root is not in the bundle lets a server
 * with both present the wrong one, and verification then fails. Throws `needs/unsupported` where none would verify;
 * with `allowUntrusted` all that the server has.
 */
export function trustedChains(
  identity: Identity,
  endpoint: EndpointFacts,
  { allowUntrusted = false }: { allowUntrusted?: boolean } = {},
): TrustedChain[] {
  if (!endpoint.chainsKnown) return usualTrustedChains(identity, endpoint);
  const results = KINDS.flatMap((kind) => {
    const chain = endpoint.chains[kind];
    return chain === undefined ? [] : [{ kind, ...verifyChain(chain, identity.ca) }];
  });
  const trusted = results.filter(({ flags }) => !flags.includes('NOT_TRUSTED'));
  if (trusted.length > 0) {
    return trusted.map(({ kind, path }) => ({ kind, because: rootReason(kind, path.at(-1)!, identity) }));
  }
  if (allowUntrusted && results.length > 0) {
    const because = `${endpoint.host} presents it, though the CA bundle does not verify it (${endpoint.source})`;
    return results.map(({ kind }) => ({ kind, because }));
  }
  throw noTrustedChain(identity, endpoint, results);
}

/**
 * In TLS 1.3 suites say nothing of the server's key, so a client whose own key is of the other kind cannot keep a
 * server with both chains from the one that it prefers. Throws `needs/unsupported` in that case.
 */
export function requireSteerable(
  identity: Identity,
  endpoint: EndpointFacts,
  { version, chains }: { version: TlsVersion; chains: readonly TrustedChain[] },
): void {
  const preferred = endpoint.prefersChain;
  if (version !== '1.3' || preferred === 'unknown' || chains.some(({ kind }) => kind === preferred)) return;
  const has = endpoint.chainsKnown && endpoint.chains[preferred] !== undefined;
  const clientKind = identity.certificates[0]?.key.kind === 'ec' ? 'ecdsa' : 'rsa';
  if (!has || clientKind !== preferred) return;
  const title = TITLES[preferred];
  throw new EspawsError(
    `In TLS 1.3 ${endpoint.host}:${endpoint.port} would present its ${title} chain to this client, and no CA in "${identity.files.ca.path}" verifies that.`,
    {
      code: 'needs/unsupported',
      hint: `Use TLS 1.2, or put the root of its ${title} chain into the CA bundle.`,
    },
  );
}

const TITLES: Readonly<Record<ChainKind, string>> = { rsa: 'RSA', ecdsa: 'ECDSA' };

/** ECDSA first: the smaller handshake wherever both would do. */
const KINDS: readonly ChainKind[] = ['ecdsa', 'rsa'];

function usualTrustedChains(identity: Identity, endpoint: EndpointFacts): TrustedChain[] {
  const byName = KINDS.flatMap((kind) => {
    const roots = endpoint.usualChains.filter((usual) => usual.kind === kind).flatMap((usual) => usual.roots);
    const root = identity.ca.find((ca) => commonNames(ca).some((name) => roots.includes(name)));
    return root === undefined ? [] : [{ kind, because: rootReason(kind, root, identity) }];
  });
  return byName.length > 0 ? byName : kindsOfRoots(identity, endpoint);
}

/** With nothing known of the server's roots, a root is taken to issue chains of its own kind of key. */
function kindsOfRoots(identity: Identity, endpoint: EndpointFacts): TrustedChain[] {
  const served = endpoint.usualChains.map(({ kind }) => kind);
  const found = KINDS.flatMap((kind) => {
    const root = identity.ca.find(({ key }) => key.kind === (kind === 'rsa' ? 'rsa' : 'ec'));
    return root === undefined ? [] : [{ kind, because: rootReason(kind, root, identity) }];
  });
  const usable = found.filter(({ kind }) => served.length === 0 || served.includes(kind));
  if (usable.length > 0) return usable;
  if (found.length > 0) throw noTrustedChain(identity, endpoint, []);
  throw new EspawsError(`No CA in "${identity.files.ca.path}" has a key that mbedTLS can verify with.`, {
    code: 'needs/unsupported',
    hint: 'Give the root certificate that the server chain ends in, with an RSA or EC key.',
  });
}

function rootReason(kind: ChainKind, root: CertificateFacts, identity: Identity): string {
  const chain = kind === 'rsa' ? 'an RSA' : 'an ECDSA';
  return `the CA bundle ${identity.files.ca.path} verifies ${chain} server chain: ${root.subject}`;
}

function noTrustedChain(
  identity: Identity,
  endpoint: EndpointFacts,
  results: readonly { kind: ChainKind; findings: readonly { flag: string; because: string }[] }[],
): EspawsError {
  const reasons = results.flatMap(({ findings }) =>
    findings.filter(({ flag }) => flag === 'NOT_TRUSTED').map(({ because }) => because),
  );
  const kinds = endpoint.usualChains.map(({ kind }) => kind).join(' and ');
  const reason = reasons.length > 0 ? reasons.join('; ') : `it serves ${kinds || 'no'} chains only`;
  return new EspawsError(
    `No chain of ${endpoint.host}:${endpoint.port} leads to a CA in "${identity.files.ca.path}": ${reason}.`,
    { code: 'needs/unsupported', hint: rootHint(endpoint) },
  );
}

function rootHint(endpoint: EndpointFacts): string {
  const roots = [...new Set(endpoint.usualChains.flatMap((usual) => usual.roots))];
  const names =
    roots.length > 0 ? roots.map((name) => `"${name}"`).join(' or ') : 'the root that its chain ends in';
  return `Put ${names} into the CA bundle, or check the host: espaws endpoint probe ${endpoint.host}:${endpoint.port}`;
}
