import { dirname, join } from 'node:path';
import { EspawsError } from '../errors.ts';
import type { Environment, FileReader } from '../host.ts';
import { loadSdk, type SdkDescription } from './schema.ts';

export interface DetectedSdk {
  path: string;
  /** In words, where it was named. */
  origin: string;
  version: string;
  description: SdkDescription;
}

export interface DetectOptions {
  /** As espaws.yaml names it. */
  path?: string;
  kind?: 'rtos-sdk' | 'esp-open-rtos';
  environment: Environment;
  projectDirectory: string;
}

/**
 * The SDK that is at `path`, in IDF_PATH or SDK_PATH, or above the project. Throws `sdk/unknown` with the places that
 * were looked at.
 */
export async function detectSdk(
  files: FileReader,
  { path, environment, projectDirectory }: DetectOptions,
): Promise<DetectedSdk> {
  const places: { path: string; origin: string }[] = [];
  if (path === undefined) {
    for (const name of ['IDF_PATH', 'SDK_PATH']) {
      const value = environment.variables[name];
      if (value !== undefined && value !== '') places.push({ path: value, origin: name });
    }
    for (let folder = projectDirectory; dirname(folder) !== folder; folder = dirname(folder)) {
      places.push({ path: dirname(folder), origin: 'a folder above the project' });
    }
  } else {
    places.push({ path, origin: 'sdk.path of espaws.yaml' });
  }
  for (const place of places) {
    if ((await files.stat(join(place.path, 'third_party/mbedtls'))) === undefined) continue;
    const text = await files.readText(join(place.path, 'VERSION')).catch(() => '1.5.0');
    const version = /\d+\.\d+(?:\.\d+)?/.exec(text)?.[0] ?? '2';
    const name = version.startsWith('1.') ? 'rtos-sdk-1.5' : 'rtos-sdk-2';
    return { ...place, version, description: await loadSdk(files, name) };
  }
  throw new EspawsError(`There is no SDK at ${places.map((place) => `"${place.path}"`).join(', ')}.`, {
    code: 'sdk/unknown',
    hint: 'Name one in espaws.yaml: sdk: { kind: rtos-sdk, path: ... }',
  });
}
