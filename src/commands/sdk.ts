import { join, resolve } from 'node:path';
import { EXIT, EspawsError, isEspawsError } from '../errors.ts';
import { detectSdk, type DetectedSdk } from '../sdk/detect.ts';
import { fetchSdk, sdkCache } from '../sdk/fetch-sdk.ts';
import { loadSdks, sdkJsonSchema, type KnownCheckout } from '../sdk/schema.ts';
import type { CommandContext, CommandResult } from './result.ts';
import { table } from './table.ts';

/** `espaws sdk list`: what is known, what has been fetched, what the project's surroundings have. */
export async function sdkListCommand(
  { host }: CommandContext,
  { project }: { project: string },
): Promise<CommandResult> {
  const known = await loadSdks(host.files);
  const cache = sdkCache(host.environment);
  const fetched = (await host.files.list(cache)).filter((name) => !name.endsWith('.partial'));
  const detected = await surroundings(host, project);
  const rows = known.map((sdk) => [
    sdk.name,
    sdk.title,
    sdk.mechanism === 'none' ? `not buildable: ${sdk.because}` : sdk.mechanism,
  ]);
  return {
    exitCode: EXIT.success,
    json: {
      known: known.map(({ name, title, mechanism }) => ({ name, title, mechanism })),
      fetched: fetched.map((name) => join(cache, name)),
      detected: detected === undefined ? null : summaryOf(detected),
    },
    text: [
      table(rows),
      '',
      fetched.length === 0
        ? 'Fetched: none; one is got with espaws sdk fetch rtos-sdk@v3.4'
        : `Fetched: ${fetched.map((name) => join(cache, name)).join(', ')}`,
      detected === undefined
        ? 'Detected: none'
        : `Detected: ${detected.description.title} ${detected.version} in ${detected.path} (${detected.origin})`,
    ].join('\n'),
  };
}

/** `espaws sdk fetch KIND@RELEASE`: a checkout in the user's cache. Throws what `fetchSdk` throws. */
export async function sdkFetchCommand(
  { host, progress, signal }: CommandContext,
  { name, from }: { name: string; from?: string },
): Promise<CommandResult> {
  const [, kind, release] = /^([a-z-]+)@([\w./-]+)$/.exec(name) ?? [];
  const known = (await loadSdks(host.files)).filter((sdk) => sdk.mechanism !== 'bench');
  const found = known.find((sdk) => sdk.kind === kind);
  if (kind === undefined || release === undefined || found === undefined) {
    const kinds = [...new Set(known.map((sdk) => sdk.kind))];
    throw new EspawsError(`"${name}" is no SDK and release.`, {
      code: 'usage/invalid',
      hint: `Write it as ${kinds.map((one) => `${one}@RELEASE`).join(' or ')}, for example rtos-sdk@v3.4`,
    });
  }
  const isFolder = from !== undefined && (await host.files.stat(resolve(from)))?.kind === 'directory';
  const url = isFolder ? resolve(from) : (from ?? found.repository.url);
  const path = await fetchSdk({ kind, release, url }, { ...host, progress, signal });
  const sdk = await detectSdk(host.files, {
    ...{ path, environment: host.environment, projectDirectory: path },
    kind: found.kind,
  });
  return {
    exitCode: EXIT.success,
    json: summaryOf(sdk),
    text: `${sdk.description.title} ${sdk.version}\nIn espaws.yaml: sdk: { kind: ${kind}, path: ${path} }`,
  };
}

/** `espaws sdk schema`: the JSON Schema of the descriptions. */
export function sdkSchemaResult(): CommandResult {
  const schema = sdkJsonSchema();
  return { exitCode: EXIT.success, json: schema, text: JSON.stringify(schema, undefined, 2) };
}

async function surroundings(
  { files, environment }: CommandContext['host'],
  project: string,
): Promise<DetectedSdk | undefined> {
  try {
    return await detectSdk(files, { environment, projectDirectory: resolve(project) });
  } catch (error) {
    if (isEspawsError(error, 'sdk/unknown')) return undefined;
    throw error;
  }
}

function summaryOf({ path, origin, version, description }: DetectedSdk): object {
  const { name, title, mechanism }: KnownCheckout = description;
  return { path, origin, version, name, title, mechanism };
}
