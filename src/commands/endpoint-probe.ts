import type { CertificateFacts } from '../certificate/facts.ts';
import { keyName } from '../certificate/keys.ts';
import { endpointFactsToJson } from '../endpoint/facts-json.ts';
import { probe, type ProbeResult } from '../endpoint/probe.ts';
import { certificateMessageBytes } from '../endpoint/records.ts';
import { EXIT, EspawsError } from '../errors.ts';
import type { CommandContext, CommandResult } from './result.ts';
import { table } from './table.ts';

export interface ProbeOptions {
  /** `HOST`, `HOST:PORT` or `[IPv6]:PORT`; the port is 8883 unless given. */
  endpoint: string;
  servername?: string;
  alpn?: readonly string[];
  /** PEM files, both or neither. */
  certificate?: string;
  key?: string;
  timeoutMs?: number;
  /** File for the facts, to be named as `endpoint.facts` in espaws.yaml. */
  out?: string;
}

/** `espaws endpoint probe HOST[:PORT]`. Throws `endpoint/unreachable`, `endpoint/not-tls`. */
export async function probeCommand(context: CommandContext, options: ProbeOptions): Promise<CommandResult> {
  const { host, progress, signal } = context;
  const { servername, alpn, timeoutMs, out } = options;
  const target = parseEndpoint(options.endpoint);
  const clientCertificate = await readClientCertificate(context, options);
  progress({ kind: 'stage-start', stage: 'endpoint', text: `probing ${target.host}:${target.port}` });
  const startedMs = host.clock.monotonicMs();
  const result = await probe(host.network, host.clock, {
    ...target,
    signal,
    ...(servername === undefined ? {} : { servername }),
    ...(alpn === undefined ? {} : { alpn }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
  });
  const { handshakes } = result.report;
  const durationMs = host.clock.monotonicMs() - startedMs;
  progress({ kind: 'stage-end', stage: 'endpoint', text: `${handshakes} handshakes`, durationMs });
  const json = endpointFactsToJson(result);
  if (out !== undefined) await host.files.write(out, `${JSON.stringify(json, undefined, 2)}\n`);
  return {
    exitCode: EXIT.success,
    json: { ...json, report: result.report },
    text: out === undefined ? probeText(result) : `${probeText(result)}\nwrote ${out}`,
  };
}

const DEFAULT_PORT = 8883;

export function parseEndpoint(text: string): { host: string; port: number } {
  const match = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<name>[^:/\s[\]]+))(?::(?<port>\d{1,5}))?$/.exec(text);
  const host = match?.groups?.['six'] ?? match?.groups?.['name'];
  const port = Number(match?.groups?.['port'] ?? DEFAULT_PORT);
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
  throw new EspawsError(`"${text}" is not an endpoint.`, {
    code: 'usage/invalid',
    hint: 'Write HOST or HOST:PORT, for example example-ats.iot.eu-west-1.amazonaws.com:8883',
  });
}

async function readClientCertificate(
  { host: { files } }: CommandContext,
  { certificate, key }: ProbeOptions,
) {
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) {
    throw new EspawsError('A client certificate and its key belong together.', {
      code: 'usage/invalid',
      hint: 'Give both --certificate and --key, or neither.',
    });
  }
  const read = async (path: string) => {
    try {
      return await files.readText(path);
    } catch (cause) {
      throw new EspawsError(`The file "${path}" cannot be read.`, {
        code: 'certificate/missing',
        hint: 'Check the path.',
        cause,
      });
    }
  };
  return { certificate: await read(certificate), key: await read(key) };
}

function probeText(result: ProbeResult): string {
  const { report, chains } = result;
  const rows: [string, string][] = [
    ['versions', result.versions.join(', ')],
    ['preference', result.preference === 'unknown' ? 'unknown' : `the ${result.preference}'s order`],
    ['curves', result.curves.join(', ') || 'none'],
    ['client certificate', result.clientCertificate],
    ['without SNI', report.withoutServerName],
    ['ALPN', report.alpnAccepted ?? 'none of those offered'],
    ['handshakes', String(report.handshakes)],
  ];
  const parts = [`${result.host}:${result.port}`, table(rows)];
  for (const kind of ['rsa', 'ecdsa'] as const) {
    const chain = chains[kind];
    if (chain === undefined) continue;
    const preferred = chains.rsa !== undefined && chains.ecdsa !== undefined && result.prefersChain === kind;
    const note = `${certificateMessageBytes(chain)} bytes${preferred ? ', preferred' : ''}`;
    parts.push(`chain for ${kind.toUpperCase()} clients (${note})`, table(chain.map(certificateRow)));
  }
  parts.push('suites', table(result.suites.map((name) => [name])));
  return parts.join('\n');
}

function certificateRow(certificate: CertificateFacts): string[] {
  const { subject, key, signature, notAfter, der } = certificate;
  const signed =
    signature.algorithm === 'unsupported' ? signature.name : `${signature.algorithm} ${signature.hash}`;
  return [subject, keyName(key), signed, `to ${notAfter.toISOString().slice(0, 10)}`, `${der.length} bytes`];
}
