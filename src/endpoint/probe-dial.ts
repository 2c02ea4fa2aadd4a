import type { Network, TlsDialOptions, TlsDialResult } from '../host.ts';
import { opensslCiphers, SUITES } from './suites.ts';

export interface ProbeTarget {
  host: string;
  port: number;
  /** Default: the host. */
  servername?: string;
  /** PEM; with a certificate the handshakes come to their end. */
  clientCertificate?: { certificate: string; key: string };
  /** Offered in every handshake. */
  alpn?: readonly string[];
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** One handshake with this part of the ClientHello changed. */
export type Dial = (change?: Partial<TlsDialOptions>, without?: Without) => Promise<TlsDialResult>;

type Without = 'server-name' | 'client-certificate';

/** Handshakes with one endpoint, counted. */
export function dialer(network: Network, target: ProbeTarget): { dial: Dial; count: () => number } {
  let count = 0;
  return {
    dial(change = {}, without) {
      count += 1;
      return network.dialTls({ ...optionsFor(target, without), ...change });
    },
    count: () => count,
  };
}

/** The server chose a suite, whatever came after. */
export function answered({ suite }: TlsDialResult): boolean {
  return suite !== undefined;
}

function optionsFor(target: ProbeTarget, without: Without | undefined): TlsDialOptions {
  const { host, port, servername = host, clientCertificate, alpn = [], timeoutMs, signal } = target;
  return {
    ...{ host, port },
    ciphers: opensslCiphers(SUITES),
    ecdhCurve: 'P-256:P-384:P-521:X25519',
    ...(without === 'server-name' ? {} : { servername }),
    ...(without === 'client-certificate' ? {} : clientCertificate),
    ...(alpn.length === 0 ? {} : { alpnProtocols: alpn }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  };
}
