import type { FileReader } from '../host.ts';
import type { Encoding, Material } from './facts.ts';
import { EspawsError } from '../errors.ts';
import { looksLikePem } from './pem.ts';

/** Reads one file of the identity. Throws `certificate/missing` with the path where it cannot be read. */
export async function readMaterial(
  files: Pick<FileReader, 'readBytes'>,
  path: string,
  what: string,
): Promise<Material> {
  try {
    return materialOf(path, await files.readBytes(path));
  } catch (cause) {
    throw new EspawsError(`The ${what} file "${path}" ${reasonOf(cause)}.`, {
      code: 'certificate/missing',
      hint: `Check the path of the ${what} under "identity" in espaws.yaml; relative paths start at its folder.`,
      cause,
    });
  }
}

/** `bytes` as mbedTLS's parser gets them: a NUL that already ends a PEM is dropped, the firmware adds its own. */
export function materialOf(path: string, bytes: Uint8Array): Material {
  const encoding: Encoding = looksLikePem(bytes) ? 'pem' : 'der';
  return { path, encoding, bytes: encoding === 'pem' ? withoutFinalNul(bytes) : bytes };
}

function withoutFinalNul(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'is not there';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user';
  if (code === 'EISDIR') return 'is a directory';
  return 'cannot be read';
}
