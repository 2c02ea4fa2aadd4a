import type { X509Certificate } from 'node:crypto';
import { Duplex } from 'node:stream';
import type { Authority } from '../authority.ts';
import type { EndpointFacts } from '../facts.ts';
import { isIssuedBy, type StandInEvent } from '../stand-in-connection.ts';
import { standInFacts } from '../stand-in-facts.ts';
import type { StandInOptions } from '../stand-in-options.ts';
import { standInChains } from '../stand-in.ts';
import { EXACT_NOW } from './exact-authority.ts';
import { ExactBroker } from './mqtt.ts';
import { Tls12Server, type Tls12ServerOptions } from './tls12-server.ts';

/** The stand-in as exact cases meet it: no port of this machine, and nothing that differs from run to run. */
export interface ExactStandIn {
  /** What a probe would find out. */
  facts: EndpointFacts;
  /** The client's end of a new connection, whatever host and port it asked for. */
  connect(): Duplex;
}

export interface ExactContext {
  /** Client certificates that are accepted beside those of the authority, DER: the case's own. */
  registered: readonly Uint8Array[];
  onEvent?: (event: StandInEvent) => void;
}

/** Why a stand-in with these options cannot be served exactly; undefined where it can. */
export function notExact({ versions, disturbance, prefersPss, chain }: StandInOptions): string | undefined {
  if (disturbance !== undefined) return `"${disturbance}" is not to be had exactly`;
  if (prefersPss || chain.pss === true) return 'RSASSA-PSS signs with random numbers';
  return versions.includes('1.2') ? undefined : 'only TLS 1.3 is spoken';
}

/**
 * A TLS 1.2 server with MQTT behind it that does what the stand-in does, and the same every time: its keys, certificates
 * and signatures come of seeds, its clock stands still, and it answers what it is sent before anything else happens.
 * `options` are some for which `notExact` has nothing to say.
 */
export async function createExactStandIn(
  { registered, onEvent = () => undefined }: ExactContext,
  authority: Authority,
  wanted: StandInOptions,
): Promise<ExactStandIn> {
  const { options, chains } = await standInChains(authority, { ...wanted, versions: ['1.2'] }, EXACT_NOW);
  const roots = await Promise.all(
    (['rsa-2048', 'ec-P-256'] as const).map((algorithm) => authority.root('device', algorithm)),
  );
  const deviceRoots = roots.map(({ certificate }) => certificate);
  const facts = standInFacts(options, chains);
  const { hosts, requiresSni, alpn, clientCertificate } = options;
  const isKnown = (client: X509Certificate | undefined) =>
    client === undefined
      ? clientCertificate !== 'required'
      : isIssuedBy(client, deviceRoots) || registered.some((der) => client.raw.equals(der));
  let count = 0;
  return {
    facts,
    connect() {
      count += 1;
      const peer = `connection ${count}`;
      const tls: Omit<Tls12ServerOptions, 'label'> = {
        ...{ suites: facts.suites, chains, hosts: requiresSni ? hosts : [], alpn, clientCertificate },
        issuers: roots.map(({ name }) => name),
      };
      return serve({ ...tls, label: peer }, isKnown, (event) => {
        onEvent({ peer, ...event });
      });
    },
  };
}

type WithoutPeer<T> = T extends unknown ? Omit<T, 'peer'> : never;

/** One connection: whatever is written into the stream is answered before the writing returns. */
function serve(
  options: Tls12ServerOptions,
  isKnown: (client: X509Certificate | undefined) => boolean,
  tell: (event: WithoutPeer<StandInEvent>) => void,
): Duplex {
  const broker = new ExactBroker(tell);
  let refusal: string | undefined;
  const server = new Tls12Server(options, {
    clientHello: (hello) => {
      tell({ kind: 'client-hello', hello });
    },
    established: ({ suite, alpn, client }) => {
      const clientSubject = client?.subject.replaceAll('\n', ', ');
      tell({ kind: 'handshake', version: '1.2', suite, alpn, clientSubject });
      if (options.alpn.length > 0 && alpn === undefined)
        refusal = 'no ALPN: this port speaks HTTPS without it';
      else if (!isKnown(client)) refusal = 'certificate is not registered: closed at CONNECT';
    },
    data: (bytes) => {
      if (refusal !== undefined) {
        tell({ kind: 'refused', reason: refusal });
        server.close();
        return;
      }
      const { answer, ended } = broker.receive(bytes);
      server.send(answer);
      if (ended) server.close();
    },
    failed: ({ message, alert }) => {
      tell({ kind: 'handshake-failed', code: 'exact', message, alert });
    },
  });
  const stream = new Duplex({
    read: () => undefined,
    write(bytes: Buffer, _encoding, done) {
      const answer = server.receive(bytes);
      if (answer.length > 0) stream.push(answer);
      if (server.isClosed) stream.push(null);
      done();
    },
    final(done) {
      if (!stream.readableEnded) stream.push(null);
      done();
    },
  });
  return stream;
}
