import { EspawsError } from '../errors.ts';
import type { Clock, Servers, TcpListener } from '../host.ts';
import type { Authority } from './authority.ts';
import { startBroker } from './broker.ts';
import type { EndpointFacts } from './facts.ts';
import { issueServerChain, usualServerChain, type ServerChain } from './server-chain.ts';
import { serveConnection, type Service, type StandInEvent } from './stand-in-connection.ts';
import { standInFacts } from './stand-in-facts.ts';
import type { StandInOptions } from './stand-in-options.ts';
import { acceptOptions } from './stand-in-tls.ts';
import { authenticationOfSuite, suiteByName, versionOfSuite } from './suites.ts';

export interface StandIn {
  /** The name that certificates and SNI carry. */
  host: string;
  address: string;
  port: number;
  /** What a probe would find out. */
  facts: EndpointFacts;
  /** Ends every connection. */
  close(): Promise<void>;
}

export interface StandInContext {
  servers: Servers;
  clock: Clock;
  onEvent?: (event: StandInEvent) => void;
}

/**
 * A TLS server with MQTT behind it that does what AWS IoT Core does where a device notices. Throws `endpoint/serve`
 * where the port cannot be had.
 */
export async function startStandIn(
  { servers, clock, onEvent = () => undefined }: StandInContext,
  authority: Authority,
  wanted: StandInOptions,
): Promise<StandIn> {
  const { options, chains } = await standInChains(authority, wanted, clock.now());
  const device = await authority.root('device', 'rsa-2048');
  const deviceEc = await authority.root('device', 'ec-P-256');
  const deviceRoots = [device.certificate, deviceEc.certificate];
  const tls = acceptOptions(options, chains, deviceRoots);
  const broker = await startBroker();
  const abort = new AbortController();
  const service: Service = { servers, clock, broker, options, tls, deviceRoots, signal: abort.signal };
  let listener: TcpListener;
  try {
    listener = await servers.listenTcp({
      host: options.address,
      port: options.port,
      onConnection: (connection) => {
        const { peer } = connection;
        void serveConnection(service, connection, (event) => {
          onEvent({ peer, ...event });
        });
      },
    });
  } catch (error) {
    await broker.close();
    throw cannotListen(options, error);
  }
  const host = options.hosts[0] ?? 'localhost';
  return {
    host,
    address: listener.host,
    port: listener.port,
    facts: standInFacts({ ...options, port: listener.port }, chains),
    async close() {
      abort.abort();
      await listener.close();
      await broker.close();
    },
  };
}

/** The chains that a stand-in presents, and its options without those that it never would. */
export async function standInChains(
  authority: Authority,
  wanted: StandInOptions,
  now: Date,
): Promise<{ options: StandInOptions; chains: { rsa?: ServerChain; ecdsa?: ServerChain } }> {
  const options = { ...wanted, chains: servableChains(wanted) };
  return { options, chains: await serverChains(authority, options, now) };
}

/** Without a suite for it, a chain is never presented. */
function servableChains({ chains, suites, versions }: StandInOptions): StandInOptions['chains'] {
  const kinds = suites
    .flatMap((name) => suiteByName(name) ?? [])
    .filter((suite) => versions.includes(versionOfSuite(suite)))
    .map(authenticationOfSuite);
  return chains.filter((kind) => kinds.includes(kind) || kinds.includes('any'));
}

async function serverChains(authority: Authority, options: StandInOptions, now: Date) {
  const chains: { rsa?: ServerChain; ecdsa?: ServerChain } = {};
  for (const kind of options.chains) {
    const usual = usualServerChain(kind, options.hosts, now);
    chains[kind] = await issueServerChain(authority, { ...usual, ...options.chain });
  }
  return chains;
}

function cannotListen({ address, port }: StandInOptions, error: unknown): EspawsError {
  const { code } = error as { code?: string };
  const reason =
    code === 'EADDRINUSE'
      ? 'the port is taken'
      : code === 'EACCES'
        ? 'the system forbids it'
        : (code ?? String(error));
  return new EspawsError(`The stand-in cannot listen on ${address}:${port}: ${reason}.`, {
    code: 'endpoint/serve',
    hint: 'Name another port with --port, or --port 0 for a free one.',
    cause: error,
  });
}
