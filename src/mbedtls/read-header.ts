import { dirname, join } from 'node:path';
import { EspawsError } from '../errors.ts';
import type { FileReader } from '../host.ts';
import { sourceLines } from './preprocessor/lines.ts';

/**
 * Text of a config header with the headers beside it (`#include "sdkconfig.h"`) put in their places, so that it can
 * be compiled from another folder. What is not beside it is left to the compiler: mbedTLS's own headers, the C
 * library's. Throws `config/header-invalid`.
 */
export async function readConfigHeader(files: FileReader, path: string): Promise<string> {
  const text = await readOrThrow(files, path);
  return inlined(files, path, text, []);
}

async function readOrThrow(files: FileReader, path: string): Promise<string> {
  try {
    const text = await files.readText(path);
    if (!text.includes('\0')) return text;
  } catch (cause) {
    throw invalid(path, 'cannot be read', cause);
  }
  throw invalid(path, 'is not text');
}

async function inlined(
  files: FileReader,
  path: string,
  text: string,
  within: readonly string[],
): Promise<string> {
  const lines = text.split('\n');
  for (const { line, directive } of sourceLines(text)) {
    const name = directive?.name === 'include' ? /^"([^"]+)"/.exec(directive.rest)?.[1] : undefined;
    if (name === undefined || MBEDTLS_HEADER.test(name)) continue;
    const included = join(dirname(path), name);
    if (within.includes(included) || (await files.stat(included))?.kind !== 'file') continue;
    lines[line - 1] = await inlined(files, included, await files.readText(included), [...within, path]);
  }
  return lines.join('\n');
}

/** Of the tree that the configuration is for, never of the folder that the header happens to be in. */
const MBEDTLS_HEADER = /^(?:mbedtls|psa)\/|^(?:check_config|config|mbedtls_config)\.h$/;

function invalid(path: string, reason: string, cause?: unknown): EspawsError {
  return new EspawsError(`The config header "${path}" ${reason}.`, {
    code: 'config/header-invalid',
    hint: 'Name an mbedTLS config header, for example include/mbedtls/config_esp.h of the SDK.',
    cause,
  });
}
