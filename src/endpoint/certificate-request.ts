import { createPublicKey, verify } from 'node:crypto';
import { bitStringOf, derReason, oidOf, readDer, sequenceOf } from '../certificate/der.ts';
import { SIGNATURES } from '../certificate/oids.ts';
import { readPem } from '../certificate/pem.ts';
import { EspawsError } from '../errors.ts';

export interface SigningRequest {
  /** Name, DER. */
  subject: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  publicKey: Uint8Array;
}

/**
 * A PKCS#10 request (RFC 2986) in PEM, its signature checked. Throws `certificate/unparsable`; `path` is for the
 * message.
 */
export function readSigningRequest(text: string, path: string): SigningRequest {
  const block = readPem(Buffer.from(text)).find(({ label }) => /^(NEW )?CERTIFICATE REQUEST$/.test(label));
  if (block?.der === undefined) {
    throw notARequest(path, block?.fault ?? 'it has no CERTIFICATE REQUEST block');
  }
  try {
    const [information, algorithm, signature] = sequenceOf(readDer(block.der), 'the request');
    const [, subject, publicKey] = sequenceOf(information, 'the request information');
    const oid = oidOf(sequenceOf(algorithm, 'the signature algorithm')[0], 'the signature algorithm');
    const facts = SIGNATURES[oid];
    if (facts === undefined || facts.algorithm === 'unsupported') {
      throw notARequest(path, `it is signed with the algorithm ${oid}`);
    }
    const key = createPublicKey({ key: Buffer.from(publicKey!.raw), format: 'der', type: 'spki' });
    if (!verify(facts.hash, information!.raw, key, bitStringOf(signature, 'the signature').bytes)) {
      throw notARequest(path, 'its signature does not belong to its key');
    }
    return { subject: subject!.raw, publicKey: publicKey!.raw };
  } catch (error) {
    if (error instanceof EspawsError && derReason(error) === undefined) throw error;
    throw notARequest(
      path,
      derReason(error) ?? (error instanceof Error ? error.message : 'unknown reason'),
      error,
    );
  }
}

function notARequest(path: string, reason: string, cause?: unknown): EspawsError {
  return new EspawsError(`"${path}" is not a certificate signing request: ${reason}.`, {
    code: 'certificate/unparsable',
    hint: `Make one with: openssl req -new -key private.pem.key -subj /CN=device -out ${path}`,
    ...(cause === undefined ? {} : { cause }),
  });
}
