import type { CertificateFacts, Identity } from '../certificate/facts.ts';
import type { EndpointFacts, SuiteName, TlsVersion } from '../endpoint/facts.ts';
import { clientAuthentication } from './client-authentication.ts';
import { clientHello, type ClientHello } from './client-hello.ts';
import type { Failure } from './failure.ts';
import { absent, atLeast, curveMacro, type Library } from './library.ts';
import { judgePresentedChain } from './presented-chain.ts';
import { contentMacro, inContentBytes, inRecordError, sessionTicketBytes } from './records.ts';
import { servableSuites, serverAnswer, type ServerAnswer } from './server.ts';
import { missingForSuite, parseSuite, suiteAuthentication } from './suite.ts';
import { judgeUsualChain } from './usual-chain.ts';

export interface HandshakeTask {
  identity: Identity;
  endpoint: EndpointFacts;
  /** What the device's own file and its CA bundle became when they were parsed. */
  own: readonly CertificateFacts[];
  trusted: readonly CertificateFacts[];
  hasCa: boolean;
  /** Name that the program sets and verifies. */
  host: string;
  alpn: readonly string[];
  /** The device's clock. */
  now: Date;
  serverNow: Date;
}

const CALL = 'mbedtls_ssl_handshake';

/** `mbedtls_ssl_handshake` from the ClientHello to the server's last word. */
export function handshake(
  library: Library,
  task: HandshakeTask,
): { failure: Failure } | { suite: SuiteName } {
  if (!library.has('SSL_CLI_C')) return { failure: noClient(library) };
  const { endpoint, own, trusted, hasCa, host, now } = task;
  const hello = clientHello(library, task.alpn);
  const answer = serverAnswer(endpoint, hello, knowsName(endpoint, hello, host));
  if ('alert' in answer) return { failure: refusal(library, endpoint, hello, answer) };
  const { suite, version, chain: kind } = answer;

  const chain = endpoint.chainsKnown ? endpoint.chains[kind] : undefined;
  const failure =
    (chain === undefined
      ? judgeUsualChain(library, endpoint, kind, trusted)
      : judgePresentedChain(library, { chain, version, suite, trusted, hasCa, host, now })) ??
    serverSignature(library, answer) ??
    clientAuthentication(library, {
      identity: task.identity,
      own,
      endpoint,
      choice: answer,
      offeredGroups: hello.groups,
      now: task.serverNow,
    }) ??
    sessionTicket(library, task, answer.version);
  return failure === undefined ? { suite: suite.name } : { failure };
}

/**
 * An OpenSSL server puts the client's certificate into its session tickets: in TLS 1.2 into one that it was asked for,
 * in TLS 1.3 into two that follow the handshake. AWS IoT sends none.
 */
function sessionTicket(
  library: Library,
  { endpoint, own }: HandshakeTask,
  version: TlsVersion,
): Failure | undefined {
  const isSent = endpoint.profile !== 'aws-iot' && (version === '1.3' || library.has('SSL_SESSION_TICKETS'));
  if (!isSent) return undefined;
  const bytes = sessionTicketBytes(endpoint.clientCertificate === 'none' ? undefined : own[0], version);
  const error = inRecordError(library, bytes, version);
  if (error === undefined) return undefined;
  const macro = contentMacro(library, 'IN');
  return {
    call: version === '1.3' ? 'mbedtls_ssl_read' : CALL,
    errors: [error],
    because: `the server's session ticket has about ${bytes} bytes and ${macro} allows ${inContentBytes(library)}`,
    missing: [macro],
  };
}

function noClient(library: Library): Failure {
  return {
    call: CALL,
    errors: [atLeast(library, 3) ? 'SSL_BAD_INPUT_DATA' : 'SSL_FEATURE_UNAVAILABLE'],
    because: 'the TLS client is not compiled in: MBEDTLS_SSL_CLI_C is off',
    missing: ['MBEDTLS_SSL_CLI_C'],
  };
}

function knowsName(endpoint: EndpointFacts, hello: ClientHello, host: string): boolean {
  if (!endpoint.requiresSni) return true;
  return hello.sendsServerName && host.toLowerCase() === endpoint.host.toLowerCase();
}

/** In TLS 1.2 the signature of the server's key exchange must be one that 1.2 knows (RFC 5246 7.4.3). */
function serverSignature(
  library: Library,
  { version, scheme }: Exclude<ServerAnswer, { alert: number }>,
): Failure | undefined {
  if (version === '1.3' || scheme?.algorithm !== 'rsa-pss') return undefined;
  return {
    call: CALL,
    errors: ['SSL_ILLEGAL_PARAMETER'],
    because:
      'a client that offers TLS 1.3 offers RSASSA-PSS too; the server takes it in TLS 1.2, and mbedTLS refuses it there',
    missing: absent(library, 'SSL_PROTO_TLS1_2'),
  };
}

function refusal(
  library: Library,
  endpoint: EndpointFacts,
  hello: ClientHello,
  { alert, reason }: Extract<ServerAnswer, { alert: number }>,
): Failure {
  const fatal = { call: CALL, errors: ['SSL_FATAL_ALERT_MESSAGE'], alert } as const;
  switch (reason) {
    case 'version': {
      const wanted = endpoint.versions.map((version) => `TLS ${version}`).join(' or ');
      const macros = endpoint.versions.map((version) => `SSL_PROTO_TLS${version.replace('.', '_')}`);
      const known = macros.filter((name) => name !== 'SSL_PROTO_TLS1_3' || atLeast(library, 3));
      return { ...fatal, because: `the server speaks ${wanted} only`, missing: absent(library, ...known) };
    }
    case 'server-name': {
      const missing = absent(library, 'SSL_SERVER_NAME_INDICATION');
      const because =
        missing.length > 0
          ? 'the server wants the host name in the ClientHello and MBEDTLS_SSL_SERVER_NAME_INDICATION is off'
          : 'the server does not know the host name in the ClientHello';
      return { ...fatal, because, missing };
    }
    case 'alpn':
      return {
        ...fatal,
        because: `the server wants the protocol ${endpoint.alpn.join(' or ')}`,
        missing: [],
      };
    case 'suite':
    case 'signature':
      return { ...fatal, ...noCommonSuite(library, endpoint, hello) };
  }
}

/** The suite of the server that is nearest to the configuration, and what it would take. */
function noCommonSuite(
  library: Library,
  endpoint: EndpointFacts,
  hello: ClientHello,
): { because: string; missing: string[] } {
  const offered = hello.suites.map(({ name }) => name);
  const wanted = servableSuites(endpoint)
    .filter(({ keyExchange }) => keyExchange !== 'other' && (keyExchange !== 'TLS13' || atLeast(library, 3)))
    .map((suite) => ({ suite, missing: missingForSuite(library, suite) }))
    .sort((a, b) => a.missing.length - b.missing.length);
  const nearest = wanted[0];
  if (nearest === undefined) return { because: 'the server accepts no suite that mbedTLS has', missing: [] };
  if (nearest.missing.length > 0) {
    const because = `the server accepts none of the suites that are compiled in; ${nearest.suite.name} needs ${nearest.missing.join(', ')}`;
    return { because, missing: nearest.missing };
  }
  if (!offered.includes(nearest.suite.name) && library.has('SSL_CIPHERSUITES')) {
    const because = `MBEDTLS_SSL_CIPHERSUITES lists none of the suites that the server accepts, such as ${nearest.suite.name}`;
    return { because, missing: ['MBEDTLS_SSL_CIPHERSUITES'] };
  }
  return noCommonGround(library, endpoint, hello);
}

function noCommonGround(
  library: Library,
  endpoint: EndpointFacts,
  hello: ClientHello,
): { because: string; missing: string[] } {
  const offered = hello.groups ?? [];
  const groups = endpoint.curves.filter((curve) => !offered.includes(curve));
  const sharesGroup = endpoint.curves.some((curve) => offered.includes(curve));
  const leaf = endpoint.chains.ecdsa?.[0]?.key;
  const leafCurve = leaf?.kind === 'ec' && !offered.includes(leaf.curve) ? [leaf.curve] : [];
  const wanted = sharesGroup ? leafCurve : [...groups, ...leafCurve];
  if (wanted.length > 0) {
    const missing = absent(library, 'ECP_C', 'ECDH_C', ...wanted.map(curveMacro));
    return {
      because: `the server wants a curve that the device does not offer: ${wanted.join(', ')}`,
      missing,
    };
  }
  const suites = servableSuites(endpoint).map(({ name }) => parseSuite(name));
  const kinds = [...new Set(suites.map(suiteAuthentication))].filter((kind) => kind !== undefined);
  const missing = absent(
    library,
    ...(kinds.includes('rsa') ? ['X509_RSASSA_PSS_SUPPORT', 'PKCS1_V21'] : ['ECDSA_C']),
  );
  return { because: 'the device accepts no signature that the server can make', missing };
}
