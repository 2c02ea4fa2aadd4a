import { createHash, X509Certificate } from 'node:crypto';
import type { CertificateFacts, Material } from './facts.ts';
import type { ParsedCertificate } from './parsed.ts';
import { EspawsError } from '../errors.ts';
import { contentHint, contentOf, withArticle } from './content.ts';
import { derReason } from './der.ts';
import { basicConstraints, extendedKeyUsage, keyUsage, subjectAltNames } from './extensions.ts';
import { readPublicKey } from './keys.ts';
import { nameText, namesEqual } from './names.ts';
import { parseCertificate } from './parsed.ts';
import { readPem } from './pem.ts';

/**
 * Every certificate of a file, in its order: PEM with one or many blocks, or one certificate in DER. Other blocks
 * of a PEM (a key, EC parameters) are passed over, as mbedTLS does. Throws `certificate/unparsable` where there
 * is none, or one is damaged.
 */
export function readCertificates(material: Material): CertificateFacts[] {
  if (material.encoding === 'der') {
    const content = contentOf(material);
    if (content !== 'certificate' && content !== 'unknown') throw wrongContent(material);
    return [factsOf(material.bytes, `The certificate in "${material.path}"`)];
  }
  const blocks = readPem(material.bytes).filter(({ label }) => label === 'CERTIFICATE');
  if (blocks.length === 0) throw wrongContent(material);
  return blocks.map(({ der, fault }, index) => {
    const which = blocks.length === 1 ? 'The certificate' : `Certificate ${index + 1} of ${blocks.length}`;
    if (der === undefined) throw unparsable(`${which} in "${material.path}"`, fault!);
    return factsOf(der, `${which} in "${material.path}"`);
  });
}

/** Facts of one certificate in DER, such as a server presents. Throws `certificate/unparsable`. */
export function readCertificate(der: Uint8Array, what = 'The certificate'): CertificateFacts {
  return factsOf(der, what);
}

function factsOf(der: Uint8Array, what: string): CertificateFacts {
  try {
    const parsed = parseCertificate(der);
    const { dnsNames, ipAddresses } = subjectAltNames(parsed.extensions);
    return {
      subject: nameText(parsed.subject),
      issuer: nameText(parsed.issuer),
      serialNumber: serialText(parsed),
      key: readPublicKey(parsed.publicKey),
      signature: parsed.signature,
      notBefore: parsed.notBefore,
      notAfter: parsed.notAfter,
      ...basicConstraints(parsed.extensions),
      keyUsage: keyUsage(parsed.extensions),
      extendedKeyUsage: extendedKeyUsage(parsed.extensions),
      dnsNames,
      ipAddresses,
      selfSigned: namesEqual(parsed.subject, parsed.issuer) && isSignedBy(der, der),
      fingerprint: createHash('sha256').update(der).digest('hex'),
      der,
    };
  } catch (error) {
    const reason = derReason(error);
    if (reason === undefined) throw error;
    throw unparsable(what, reason, error);
  }
}

/** Whether the signature of `child` verifies under the key of `parent` (both DER); names are not compared. */
export function isSignedBy(child: Uint8Array, parent: Uint8Array): boolean {
  try {
    return new X509Certificate(child).verify(new X509Certificate(parent).publicKey);
  } catch {
    // OpenSSL cannot read the key or knows no such algorithm: then it verifies nothing.
    return false;
  }
}

function serialText({ serialNumber }: ParsedCertificate): string {
  const text = Buffer.from(serialNumber.content).toString('hex').toUpperCase();
  return text.replace(/^(00)+(?=.)/, '');
}

function wrongContent(material: Material): EspawsError {
  const content = contentOf(material);
  const holds =
    content === 'nothing'
      ? `The file "${material.path}" is empty`
      : content === 'unknown'
        ? `The file "${material.path}" holds no certificate`
        : `The file "${material.path}" holds ${withArticle(content)}, not a certificate`;
  return new EspawsError(`${holds}.`, {
    code: 'certificate/unparsable',
    hint: contentHint(content, 'certificate'),
  });
}

function unparsable(what: string, reason: string, cause?: unknown): EspawsError {
  return new EspawsError(`${what} cannot be parsed: ${reason}.`, {
    code: 'certificate/unparsable',
    hint: 'Copy the file again from where it was issued; check it with: openssl x509 -in FILE -noout -text',
    ...(cause === undefined ? {} : { cause }),
  });
}
