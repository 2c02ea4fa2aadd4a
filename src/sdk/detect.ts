import { dirname, join } from 'node:path';
import { EspawsError } from '../errors.ts';
import type { Environment, FileReader } from '../host.ts';
import { gitVersion } from './git-version.ts';
import { eachCheckout, type KnownCheckout } from './schema.ts';

export interface DetectedSdk {
  path: string;
  /** In words, where it was named. */
  origin: string;
  /** Of the checkout where it says it, else the releases that its files are those of. */
  version: string;
  description: KnownCheckout;
}

export interface DetectOptions {
  /** As espaws.yaml names it: no other place is looked at then. */
  path?: string;
  kind?: KnownCheckout['kind'];
  environment: Pick<Environment, 'variables'>;
  projectDirectory: string;
}

/**
 * The SDK that is at `path`, at IDF_PATH or SDK_PATH, or in a folder above the project. Throws `sdk/unknown` with what
 * was looked at.
 */
export async function detectSdk(files: FileReader, options: DetectOptions): Promise<DetectedSdk> {
  const places = placesOf(options);
  for (const place of places) {
    const found = await sdkAt(files, place, options.kind);
    if (found !== undefined) return found;
  }
  const named = places.filter(({ isNamed }) => isNamed).map(({ path, origin }) => `"${path}" (${origin})`);
  const where =
    named.length === 0
      ? 'above the project, and neither IDF_PATH nor SDK_PATH names one'
      : `at ${named.join(' or ')}`;
  throw new EspawsError(`There is no ${TITLES[options.kind ?? 'any']} that is known ${where}.`, {
    code: 'sdk/unknown',
    hint: 'Name a checkout in espaws.yaml: sdk: { kind: rtos-sdk, path: ... }; espaws sdk fetch rtos-sdk@v3.4 gets one.',
    details: { looked: places.map(({ path }) => path) },
  });
}

const TITLES = { 'rtos-sdk': 'ESP8266_RTOS_SDK', 'esp-open-rtos': 'esp-open-rtos', any: 'SDK' } as const;

interface Place {
  path: string;
  origin: string;
  /** By the user, and not only tried. */
  isNamed: boolean;
}

function placesOf({ path, environment, projectDirectory }: DetectOptions): Place[] {
  if (path !== undefined) return [{ path, origin: 'sdk.path', isNamed: true }];
  const places: Place[] = [];
  for (const origin of ['IDF_PATH', 'SDK_PATH']) {
    const value = environment.variables[origin] ?? '';
    if (value !== '') places.push({ path: value, origin, isNamed: true });
  }
  for (let folder = dirname(projectDirectory); ; folder = dirname(folder)) {
    places.push({ path: folder, origin: 'above the project', isNamed: false });
    if (dirname(folder) === folder) return places;
  }
}

/** What is at `path`, by the files that descriptions name; undefined where nothing is known. */
async function sdkAt(
  files: FileReader,
  { path, origin }: Place,
  kind: KnownCheckout['kind'] | undefined,
): Promise<DetectedSdk | undefined> {
  if ((await files.stat(path))?.kind !== 'directory') return undefined;
  for await (const description of eachCheckout(files, kind)) {
    if (!(await isRecognised(files, path, description))) continue;
    const version = (await versionOf(files, path)) ?? description.versions;
    return { path, origin, version, description };
  }
  return undefined;
}

async function isRecognised(
  files: FileReader,
  sdk: string,
  { recognise: { present, absent } }: KnownCheckout,
): Promise<boolean> {
  const isThere = async (path: string) => (await files.stat(join(sdk, path))) !== undefined;
  const [there, notThere] = await Promise.all([
    Promise.all(present.map(isThere)),
    Promise.all(absent.map(isThere)),
  ]);
  return there.every(Boolean) && !notThere.some(Boolean);
}

/** `version.txt`, which the SDK's make prefers too (make/project.mk), else the tag of the commit that is checked out. */
async function versionOf(files: FileReader, sdk: string): Promise<string | undefined> {
  const text = await files.readText(join(sdk, 'version.txt')).catch(() => '');
  const line = text.split('\n', 1)[0]!.trim();
  return line === '' ? gitVersion(files, sdk) : line;
}
