import { createPrivateKey } from 'node:crypto';
import type { ParsedClientHello } from '../client-hello.ts';
import type { ServerChain } from '../server-chain.ts';
import { groupName } from '../groups.ts';
import { suiteByName, type Suite } from '../suites.ts';
import { EXTENSION } from '../tls-numbers.ts';
import { suiteFacts, type SuiteFacts } from './suite-facts.ts';
import { ALERT } from '../alerts.ts';
import { FatalAlert } from './fatal-alert.ts';

/** What the exact server serves; suites, groups and schemes in its order. */
export interface ServedTls {
  /** IANA names. */
  suites: readonly string[];
  chains: { rsa?: ServerChain; ecdsa?: ServerChain };
  /** Empty: server_name does not matter. */
  hosts: readonly string[];
  /** Empty: the extension is ignored. */
  alpn: readonly string[];
}

export interface SignatureScheme {
  /** SignatureScheme number (RFC 8446 4.2.3); in TLS 1.2 hash and algorithm (RFC 5246 7.4.1.4.1). */
  id: number;
  hash: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  kind: 'rsa' | 'ecdsa';
}

/** As the stand-in prefers them. */
export const SCHEMES: readonly SignatureScheme[] = [
  { id: 0x0401, hash: 'sha256', kind: 'rsa' },
  { id: 0x0501, hash: 'sha384', kind: 'rsa' },
  { id: 0x0601, hash: 'sha512', kind: 'rsa' },
  { id: 0x0201, hash: 'sha1', kind: 'rsa' },
  { id: 0x0403, hash: 'sha256', kind: 'ecdsa' },
  { id: 0x0503, hash: 'sha384', kind: 'ecdsa' },
  { id: 0x0603, hash: 'sha512', kind: 'ecdsa' },
  { id: 0x0203, hash: 'sha1', kind: 'ecdsa' },
];

/** RFC 5246 7.4.1.4.1: what a client can that does not say so. */
const UNSAID_SCHEMES: readonly number[] = [0x0201, 0x0203];

/** Named groups of ECDHE in the stand-in's order (IANA TLS Supported Groups registry): P-256, P-384, P-521, X25519. */
const GROUPS: readonly number[] = [23, 24, 25, 29];

/** RFC 5746 3.3: stands for an empty renegotiation_info. */
const RENEGOTIATION_SCSV = 0x00ff;

export interface Negotiated {
  suite: Suite;
  facts: SuiteFacts;
  chain: ServerChain;
  /** Of ECDHE. */
  group: number | undefined;
  /** In which the ServerKeyExchange is signed. */
  scheme: SignatureScheme | undefined;
  alpn: string | undefined;
  extendedMasterSecret: boolean;
  encryptThenMac: boolean;
  secureRenegotiation: boolean;
  pointFormats: boolean;
}

/** What both sides go on with. Throws `FatalAlert` where there is nothing that both can. */
export function negotiate(served: ServedTls, client: ParsedClientHello): Negotiated {
  const { hello, extensions } = client;
  if (!hello.versions.includes('1.2'))
    throw new FatalAlert('protocol_version', `TLS ${hello.versions.join(', ')} without 1.2`);
  refuseUnknownName(served, hello.serverName);
  const chosen = chooseSuite(served, client);
  if (chosen === undefined) throw new FatalAlert('handshake_failure', 'no shared cipher');
  const alpn = served.alpn.find((protocol) => hello.alpn.includes(protocol));
  if (served.alpn.length > 0 && hello.alpn.length > 0 && alpn === undefined)
    throw new FatalAlert('no_application_protocol', `no shared protocol: ${hello.alpn.join(' ')}`);
  return {
    ...chosen,
    alpn,
    extendedMasterSecret: extensions.has(EXTENSION.extendedMasterSecret),
    // RFC 7366 3: an answer to a suite with authenticated encryption would be wrong.
    encryptThenMac: chosen.facts.cipher === 'cbc' && extensions.has(EXTENSION.encryptThenMac),
    secureRenegotiation:
      extensions.has(EXTENSION.renegotiationInfo) || hello.suites.includes(RENEGOTIATION_SCSV),
    pointFormats: chosen.group !== undefined && extensions.has(EXTENSION.pointFormats),
  };
}

function refuseUnknownName({ hosts }: ServedTls, name: string | undefined): void {
  if (hosts.length === 0) return;
  if (name !== undefined && hosts.some((host) => host.toLowerCase() === name.toLowerCase())) return;
  const what = name === undefined ? 'no server_name' : `unknown server_name "${name}"`;
  throw new FatalAlert('unrecognized_name', `${what}: alert ${ALERT.unrecognized_name}`);
}

function chooseSuite(served: ServedTls, { hello, extensions }: ParsedClientHello) {
  // RFC 8422 4: without the extension any curve may be taken; P-256 is what everyone has.
  const groups = extensions.has(EXTENSION.supportedGroups) ? hello.groups : [23];
  const group = GROUPS.find((id) => groups.includes(id));
  const offered = extensions.has(EXTENSION.signatureAlgorithms) ? hello.signatureSchemes : UNSAID_SCHEMES;
  for (const name of served.suites) {
    const [suite, facts] = [suiteByName(name), suiteFacts(name)];
    if (suite === undefined || facts === undefined || !hello.suites.includes(suite.id)) continue;
    const chain = served.chains[facts.authentication];
    if (chain === undefined) continue;
    if (facts.keyExchange === 'rsa') return { suite, facts, chain, group: undefined, scheme: undefined };
    const scheme = SCHEMES.find(({ id, kind }) => kind === facts.authentication && offered.includes(id));
    if (group === undefined || scheme === undefined) continue;
    if (facts.authentication === 'ecdsa' && !groups.includes(groupOfKey(chain.key) ?? -1)) continue;
    return { suite, facts, chain, group, scheme };
  }
  return undefined;
}

/** The named group of an EC key in PEM. */
function groupOfKey(key: string): number | undefined {
  const { crv } = createPrivateKey(key).export({ format: 'jwk' });
  return GROUPS.find((id) => groupName(id) === crv);
}
