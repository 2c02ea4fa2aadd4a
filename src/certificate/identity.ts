import type { FileReader } from '../host.ts';
import type { Identity, Material } from './facts.ts';
import { EspawsError } from '../errors.ts';
import { readCertificates } from './certificates.ts';
import { contentOf } from './content.ts';
import { readMaterial } from './material.ts';
import { readPrivateKey } from './private-key.ts';

export interface IdentityPaths {
  certificate: string;
  key: string;
  ca: string;
}

/**
 * Reads the client's certificate chain, its key and the CA bundle. Nothing is checked but that each file holds
 * what it should: see `checkIdentity`. Throws `certificate/missing`, `certificate/unparsable`,
 * `certificate/ca-missing` or `certificate/unsupported-key`.
 */
export async function readIdentity(
  files: Pick<FileReader, 'readBytes'>,
  paths: IdentityPaths,
): Promise<Identity> {
  const [certificate, key, ca] = await Promise.all([
    readMaterial(files, paths.certificate, 'certificate'),
    readMaterial(files, paths.key, 'key'),
    readMaterial(files, paths.ca, 'ca'),
  ]);
  return identityOf({ certificate, key, ca });
}

/** The same from bytes in memory. */
export function identityOf(files: Identity['files']): Identity {
  requireCaContent(files.ca);
  return {
    certificates: readCertificates(files.certificate),
    key: readPrivateKey(files.key),
    ca: readCertificates(files.ca),
    files,
  };
}

function requireCaContent(ca: Material): void {
  if (contentOf(ca) !== 'nothing') return;
  throw new EspawsError(`The CA file "${ca.path}" is empty, so no server could be trusted.`, {
    code: 'certificate/ca-missing',
    hint: 'Put the root that the server chain ends in there; for AWS IoT: AmazonRootCA1.pem.',
  });
}
