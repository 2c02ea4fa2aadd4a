import type { Identity } from '../../certificate/facts.ts';
import type { EndpointFacts } from '../../endpoint/facts.ts';
import { standInOptions, type FaultName } from '../../endpoint/faults.ts';
import { probe } from '../../endpoint/probe.ts';
import { startStandIn } from '../../endpoint/stand-in.ts';
import { EspawsError, isEspawsError } from '../../errors.ts';
import type { Host, Network } from '../../host.ts';
import type { Project } from '../../project/load.ts';
import type { PlannedCase } from '../../test-plan/case.ts';
import { fillIn } from '../../test-plan/environment.ts';
import { eventText } from '../endpoint-log.ts';
import { openExactEndpoint, STAND_IN } from '../exact-endpoint.ts';
import { networkToward } from '../monitored-port.ts';
import { needsRadio, refuseUnreachable } from '../radio.ts';
import { advertisedAt, type Advertised } from './advertised.ts';
import { saveTestState, type TestState } from './state.ts';

/** An endpoint that a case's board can connect to. */
export interface OpenEndpoint {
  /** By which the board's connections are made: it names the host and port that its firmware was built with. */
  network: Network;
  /** What the board is told; default: the host's clock. */
  deviceTime?: Date;
  /** What the server is like, faults and all; undefined where it was not asked. */
  live: EndpointFacts | undefined;
  /** Lines of the stand-in's log, as they come. */
  log: readonly string[];
  close(): Promise<void>;
}

/** Finds the endpoints of a plan's cases: the project's, live ones, and a stand-in of its own for each attempt. */
export class TestEndpoints {
  readonly #host: Host;
  readonly #signal: AbortSignal;
  readonly #state: TestState;
  readonly #advertise: string | undefined;
  readonly #probed = new Map<string, Promise<EndpointFacts | undefined>>();

  /** `advertise`: see `advertisedAt`. */
  constructor(
    host: Host,
    state: TestState,
    { signal, advertise }: { signal: AbortSignal; advertise: string | undefined },
  ) {
    this.#host = host;
    this.#advertise = advertise;
    this.#state = state;
    this.#signal = signal;
  }

  /** What the firmware is built for. Throws `plan/variable`, `project/missing`, and what `advertisedAt` throws. */
  settings(one: PlannedCase): Project['endpoint'] {
    const { endpoint } = one;
    switch (endpoint.kind) {
      case 'project': {
        const { project, projectProblem } = this.#state;
        if (project.endpoint === undefined) throw projectProblem;
        return project.endpoint;
      }
      case 'stand-in':
        return needsRadio(one, this.#state.project) ? { ...STAND_IN, ...this.#advertised() } : STAND_IN;
      case 'live': {
        const { variables } = this.#host.environment;
        const { profile, port, alpn, facts } = endpoint;
        return {
          ...{ profile, port, host: fillIn(endpoint.host, variables) },
          ...(endpoint.address === undefined ? {} : { address: fillIn(endpoint.address, variables) }),
          ...(alpn === undefined ? {} : { alpn: [...alpn] }),
          ...(facts === undefined ? {} : { facts }),
        };
      }
    }
  }

  /** `identity`: that of the firmware. Throws `endpoint/unreachable`, and what `settings` throws. */
  async open(one: PlannedCase, identity?: Identity): Promise<OpenEndpoint> {
    const { endpoint } = one;
    const settings = this.settings(one);
    if (needsRadio(one, this.#state.project)) refuseUnreachable(settings);
    if (one.exact) this.#refuseTls13(one);
    if (endpoint.kind === 'stand-in' && one.exact) return this.#serveExact(endpoint.faults, identity);
    if (endpoint.kind === 'stand-in') {
      return needsRadio(one, this.#state.project)
        ? this.#serveNetwork(settings, endpoint.faults)
        : this.#serve(settings, endpoint.faults, {});
    }
    if (endpoint.kind === 'project' && (await this.#isOwnStandIn(settings)))
      return this.#serve(settings, [], {});
    const network = networkToward(this.#host.network, settings);
    const live = await this.#probe(settings);
    return { network, live, log: [], close: () => Promise.resolve() };
  }

  /** The project's endpoint is the stand-in that issued its identity, and it is not being served. */
  async #isOwnStandIn(settings: Project['endpoint']): Promise<boolean> {
    if (settings.profile !== 'local') return false;
    if ((await this.#host.files.stat(this.#state.authorityPaths.state)) === undefined) return false;
    const probed = await this.#probe(settings).catch((error: unknown) => {
      if (isEspawsError(error, 'endpoint/unreachable')) return 'silent' as const;
      throw error;
    });
    return probed === 'silent';
  }

  #advertised(): Advertised {
    const { environment } = this.#host;
    const text = this.#advertise === undefined ? undefined : fillIn(this.#advertise, environment.variables);
    return advertisedAt(text, environment);
  }

  /** The port is in the firmware: one stand-in after the other is there. */
  async #serveNetwork(settings: Project['endpoint'], faults: readonly FaultName[]): Promise<OpenEndpoint> {
    const { address, port } = this.#advertised();
    const lease = await this.#host.leases.take(`stand-in ${address}:${port}`, {
      ...{ holder: 'espaws test', wait: true, signal: this.#signal },
    });
    const release = async () => {
      if ('release' in lease) await lease.release();
    };
    try {
      const served = await this.#serve(settings, faults, { address, port });
      return { ...served, close: () => served.close().finally(release) };
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** What the plan says itself was held against `exactProblem`. */
  #refuseTls13({ config }: PlannedCase): void {
    const isOfProject = config.kind === 'derived' && config.tlsVersion === undefined;
    if (!isOfProject || this.#state.project.tls.version !== '1.3') return;
    throw new EspawsError('The exact stand-in speaks TLS 1.2, and espaws.yaml wants TLS 1.3.', {
      code: 'plan/invalid',
      hint: 'Give the case the config tls1.2, or say `exact: false`.',
    });
  }

  async #serveExact(faults: readonly FaultName[], identity: Identity | undefined): Promise<OpenEndpoint> {
    const { exact } = this.#state;
    const opened = await openExactEndpoint(this.#host, exact.authority, { faults, identity });
    await saveTestState(this.#host.files, this.#state);
    return { ...opened, close: () => Promise.resolve() };
  }

  /** `at`: where; any free port of this machine alone, if it does not say so. */
  async #serve(
    settings: Project['endpoint'],
    faults: readonly FaultName[],
    at: Partial<Advertised>,
  ): Promise<OpenEndpoint> {
    const { network, clock, files } = this.#host;
    const log: string[] = [];
    const overrides = {
      port: 0,
      ...at,
      hosts: [settings.host, at.address ?? '127.0.0.1'],
      ...(settings.alpn === undefined ? {} : { alpn: settings.alpn }),
    };
    const standIn = await startStandIn(
      {
        servers: network,
        clock,
        onEvent: (event) => {
          const text = eventText(event);
          if (text !== undefined) log.push(`${clock.now().toISOString()} ${text}`);
        },
      },
      this.#state.authority,
      standInOptions(faults, clock.now(), overrides),
    );
    await saveTestState(files, this.#state);
    return {
      network: {
        ...network,
        connectTcp: (host, port, signal) =>
          host === settings.host && port === settings.port
            ? network.connectTcp(standIn.address, standIn.port, signal)
            : network.connectTcp(host, port, signal),
      },
      live: { ...standIn.facts, host: settings.host, port: settings.port },
      log,
      close: () => standIn.close(),
    };
  }

  /** Once for all cases. What speaks no TLS, or not well, the device is to meet. */
  #probe({ host, port, address }: Project['endpoint']): Promise<EndpointFacts | undefined> {
    const { network, clock } = this.#host;
    const key = `${host} ${port} ${address ?? ''}`;
    const options = { host: address ?? host, port, servername: host, signal: this.#signal };
    const probed =
      this.#probed.get(key) ??
      probe(network, clock, options).catch((error: unknown) => {
        if (isEspawsError(error, 'endpoint/unreachable')) throw error;
        this.#signal.throwIfAborted();
        return undefined;
      });
    this.#probed.set(key, probed);
    return probed;
  }
}
