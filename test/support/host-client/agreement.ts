import { setTimeout as delay } from 'node:timers/promises';

import type { MacroSet } from '../../../src/mbedtls/options.ts';
import type { LibrarySource } from '../../../src/predict/configuration.ts';
import { predict } from '../../../src/predict/predict.ts';
import type { Prediction } from '../../../src/predict/prediction.ts';
import { caseFiles, caseIdentity, type AgreementCase } from './cases.ts';
import { ENDPOINTS, endpointFacts, startServer, type EndpointName, type RunningServer } from './endpoints.ts';
import { PASSWORDS } from './key-passwords.ts';
import { HOST } from './pki.ts';
import { runHostClient, type Observation } from './run.ts';

/** Prediction and observation of one case, as texts that are equal when they agree. */
export interface AgreementRow {
  title: string;
  predicted: string;
  seen: string;
  because: string;
}

const servers = new Map<EndpointName, Promise<RunningServer>>();

export async function agreementRow(
  pki: string,
  built: { tree: LibrarySource; config: MacroSet; program: string },
  agreementCase: AgreementCase,
): Promise<AgreementRow> {
  const { endpoint, host = HOST, alpn, now } = agreementCase;
  const files = caseFiles(pki, agreementCase);
  const server = await serverOf(pki, endpoint);
  const observation = await runHostClient(built.program, {
    port: server.port,
    host,
    ca: files.ca,
    certificate: files.certificate,
    key: files.key,
    ...(alpn === undefined ? {} : { alpn }),
    ...(files.password === 'none' ? {} : { password: PASSWORDS[files.password] }),
    ...(now === undefined ? {} : { now }),
  });
  const prediction = predictCase(pki, built.tree, built.config, agreementCase);
  return {
    title:
      `${agreementCase.identity} ca=${agreementCase.ca ?? 'none'} ${endpoint} ${host === HOST ? '' : host}`.trim(),
    predicted: predictionText(prediction),
    seen: observationText(observation),
    because: prediction.because,
  };
}

/** The prediction for one case, from the tree and the configuration alone. */
export function predictCase(
  pki: string,
  tree: LibrarySource,
  config: MacroSet,
  agreementCase: AgreementCase,
): Prediction {
  const { endpoint, host = HOST, alpn, now } = agreementCase;
  const { password } = caseFiles(pki, agreementCase);
  return predict(tree, config, {
    identity: caseIdentity(pki, agreementCase),
    endpoint: endpointFacts(pki, endpoint),
    now: now ?? new Date(),
    settings: { host, serverNow: new Date(), keyPassword: password, alpn: alpn === undefined ? [] : [alpn] },
  });
}

export async function stopServers(): Promise<void> {
  for (const server of servers.values()) (await server).stop();
  servers.clear();
  await delay(0);
}

function serverOf(pki: string, name: EndpointName): Promise<RunningServer> {
  if (!(name in ENDPOINTS)) throw new Error(`no endpoint ${name}`);
  const running = servers.get(name) ?? startServer(pki, name);
  servers.set(name, running);
  return running;
}

function predictionText(prediction: Prediction): string {
  if (prediction.outcome === 'pass') return `pass ${prediction.suite}`;
  if (prediction.outcome === 'build-error') return `build error (${prediction.stage})`;
  const { call, code, verifyFlags, alert } = prediction;
  return errorText(call, code, call === 'mbedtls_ssl_handshake' ? verifyFlags : 0, alert);
}

function observationText({ call, code, verifyFlags, alert, suite }: Observation): string {
  if (call === 'none') return `pass ${suite}`;
  return errorText(call, code, call === 'mbedtls_ssl_handshake' ? verifyFlags : 0, alert);
}

function errorText(call: string, code: number, flags: number, alert: number | undefined): string {
  const parts = [call, `-0x${(-code).toString(16).toUpperCase().padStart(4, '0')}`];
  if (flags !== 0) parts.push(`flags 0x${flags.toString(16)}`);
  if (alert !== undefined) parts.push(`alert ${alert}`);
  return parts.join(' ');
}
