import { join } from 'node:path';
import { EspawsError } from '../errors.ts';
import type { FileReader } from '../host.ts';
import type { MbedtlsVersion } from './options.ts';
import { readVersion } from './version.ts';

/** The files of an mbedTLS tree that a configuration depends on. */
export interface TreeFiles {
  path: string;
  version: MbedtlsVersion;
  includeDirectory: string;
  libraryDirectory: string;
  /** Texts by absolute path: all headers of `mbedtls/`, `psa/` and the library. */
  headers: ReadonlyMap<string, string>;
  /** Texts of `ssl_ciphersuites.c` and `oid.c`, by name. */
  sources: ReadonlyMap<string, string>;
}

/**
 * Finds and reads them: a distribution's tree (`include/` beside `library/`), or an SDK that has headers and library
 * apart. Throws `config/tree-missing`, or `config/tree-invalid` with what it lacks.
 */
export async function readTreeFiles(files: FileReader, path: string): Promise<TreeFiles> {
  if ((await files.stat(path))?.kind !== 'directory') {
    throw new EspawsError(`There is no mbedTLS tree at "${path}".`, {
      code: 'config/tree-missing',
      hint: 'Name a folder with include/mbedtls and library in it: mbedtls: { path: ... } in espaws.yaml.',
    });
  }
  const includeDirectory = await firstWith(files, path, INCLUDE_FOLDERS, 'mbedtls/check_config.h');
  const libraryDirectory = await firstWith(files, path, LIBRARY_FOLDERS, 'ssl_ciphersuites.c');
  if (includeDirectory === undefined) throw invalid(path, 'include/mbedtls/check_config.h');
  if (libraryDirectory === undefined) throw invalid(path, 'library/ssl_ciphersuites.c');
  const headers = await readAll(
    files,
    [join(includeDirectory, 'mbedtls'), join(includeDirectory, 'psa'), libraryDirectory],
    /\.h$/,
  );
  const sources = await readAll(files, [libraryDirectory], /^(?:ssl_ciphersuites|oid)\.c$/);
  const version = versionIn(headers, includeDirectory);
  if (version === undefined) throw invalid(path, 'include/mbedtls/version.h that says the version');
  if (version.major < 2 || version.major > NEWEST_MAJOR) throw unsupported(path, version);
  const config = `mbedtls/${version.major >= 3 ? 'mbedtls_config.h' : 'config.h'}`;
  if (!headers.has(join(includeDirectory, config))) throw invalid(path, `include/${config}`);
  if (!sources.has(join(libraryDirectory, 'oid.c'))) throw invalid(path, 'library/oid.c');
  return {
    path,
    version,
    includeDirectory,
    libraryDirectory,
    headers,
    sources: new Map([...sources].map(([file, text]) => [file.slice(libraryDirectory.length + 1), text])),
  };
}

/** A distribution's; then ESP8266_RTOS_SDK 3.x, 1.5 to 2.x (headers in `include`), esp-open-rtos. */
const INCLUDE_FOLDERS = [
  'include',
  'components/mbedtls/mbedtls/include',
  'components/mbedtls/include',
  'components/ssl/mbedtls/mbedtls/include',
  'extras/mbedtls/mbedtls/include',
  'mbedtls/include',
];

const LIBRARY_FOLDERS = [
  'library',
  'components/mbedtls/mbedtls/library',
  'components/mbedtls/library',
  'components/ssl/mbedtls/mbedtls/library',
  'third_party/mbedtls/library',
  'extras/mbedtls/mbedtls/library',
  'mbedtls/library',
];

/** mbedTLS 4 keeps its crypto, and most of its rules, in another repository. */
const NEWEST_MAJOR = 3;

async function firstWith(
  files: FileReader,
  path: string,
  folders: readonly string[],
  name: string,
): Promise<string | undefined> {
  for (const folder of folders) {
    const directory = join(path, folder);
    if ((await files.stat(join(directory, name)))?.kind === 'file') return directory;
  }
  return undefined;
}

async function readAll(
  files: FileReader,
  directories: readonly string[],
  wanted: RegExp,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const directory of directories) {
    const names = (await files.list(directory)).filter((name) => wanted.test(name));
    const read = await Promise.all(names.map((name) => files.readText(join(directory, name))));
    names.forEach((name, index) => texts.set(join(directory, name), read[index]!));
  }
  return texts;
}

function versionIn(headers: ReadonlyMap<string, string>, directory: string): MbedtlsVersion | undefined {
  const text = (name: string) => headers.get(join(directory, 'mbedtls', name)) ?? '';
  return readVersion(text('build_info.h')) ?? readVersion(text('version.h'));
}

function invalid(path: string, missing: string): EspawsError {
  return new EspawsError(`"${path}" is not a whole mbedTLS source tree: ${missing} is missing.`, {
    code: 'config/tree-invalid',
    hint: 'mbedTLS 2.2 to 3.6 are known: the folder that holds include/ and library/.',
  });
}

function unsupported(path: string, { text }: MbedtlsVersion): EspawsError {
  return new EspawsError(`"${path}" is mbedTLS ${text}, whose configuration is not known.`, {
    code: 'config/tree-invalid',
    hint: 'mbedTLS 2.2 to 3.6 are known.',
  });
}
