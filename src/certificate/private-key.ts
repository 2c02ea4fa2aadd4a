import type { KeyContainer, Material, PrivateKeyFacts } from './facts.ts';
import type { PemBlock } from './pem.ts';
import { EspawsError } from '../errors.ts';
import { contentHint, contentOf, withArticle, PRIVATE_KEY_LABELS } from './content.ts';
import { derReason, readDer } from './der.ts';
import { containerOf, readContainer } from './key-containers.ts';
import { readPem } from './pem.ts';

/** The key as DER in its own container, for code that must compute with it. Never log it. */
export interface PrivateKeyMaterial {
  facts: PrivateKeyFacts;
  der: Uint8Array;
}

/**
 * Facts of a private key file: PKCS#1, SEC 1 (also behind an EC PARAMETERS block) or PKCS#8, PEM or DER; an
 * encrypted one is named as such and not opened. Throws `certificate/unparsable`, or
 * `certificate/unsupported-key` for a form that mbedTLS has no reader for.
 */
export function readPrivateKey(material: Material): PrivateKeyFacts {
  return readPrivateKeyMaterial(material).facts;
}

/** The same with the bytes of the key. */
export function readPrivateKeyMaterial(material: Material): PrivateKeyMaterial {
  try {
    return material.encoding === 'pem' ? fromPem(material) : fromDer(material);
  } catch (error) {
    const reason = derReason(error);
    if (reason === undefined) throw error;
    throw unparsable(material, reason, error);
  }
}

function fromPem(material: Material): PrivateKeyMaterial {
  const block = readPem(material.bytes).find(({ label }) =>
    PRIVATE_KEY_LABELS.some((known) => known === label),
  );
  if (block === undefined) throw wrongContent(material);
  if (block.der === undefined) throw unparsable(material, block.fault!);
  if (block.label === 'DSA PRIVATE KEY') throw unsupported(material, 'DSA');
  return { facts: factsOfBlock(block, block.der), der: block.der };
}

function factsOfBlock({ label, headers }: PemBlock, der: Uint8Array): PrivateKeyFacts {
  const encoding = 'pem';
  if (headers['Proc-Type']?.includes('ENCRYPTED') === true) {
    const cipher = headers['DEK-Info']?.split(',')[0] ?? 'unknown cipher';
    const encryption = `DEK-Info ${cipher}`;
    return { key: undefined, container: 'encrypted-pem', encoding, encryption };
  }
  const container = CONTAINER_BY_LABEL[label]!;
  return { ...readContainer(container, readDer(der)), encoding };
}

const CONTAINER_BY_LABEL: Readonly<Record<string, KeyContainer>> = {
  'RSA PRIVATE KEY': 'pkcs1',
  'EC PRIVATE KEY': 'sec1',
  'PRIVATE KEY': 'pkcs8',
  'ENCRYPTED PRIVATE KEY': 'encrypted-pkcs8',
};

function fromDer(material: Material): PrivateKeyMaterial {
  const content = contentOf(material);
  if (content !== 'private key') throw wrongContent(material);
  const value = readDer(material.bytes);
  const facts = readContainer(containerOf(value), value);
  return { facts: { ...facts, encoding: 'der' }, der: material.bytes };
}

function wrongContent(material: Material): EspawsError {
  const content = contentOf(material);
  if (content === 'OpenSSH key') return unsupported(material, 'OpenSSH', contentHint(content, 'private key'));
  const holds =
    content === 'nothing'
      ? 'is empty'
      : content === 'unknown' || content === 'private key'
        ? 'holds no private key'
        : `holds ${withArticle(content)}, not a private key`;
  return new EspawsError(`The file "${material.path}" ${holds}.`, {
    code: 'certificate/unparsable',
    hint: contentHint(content, 'private key'),
  });
}

function unsupported(material: Material, kind: string, hint?: string): EspawsError {
  return new EspawsError(
    `The private key in "${material.path}" is a ${kind} key, which mbedTLS cannot read.`,
    {
      code: 'certificate/unsupported-key',
      hint: hint ?? 'Use an EC P-256 or RSA-2048 key and a certificate for it.',
    },
  );
}

function unparsable(material: Material, reason: string, cause?: unknown): EspawsError {
  return new EspawsError(`The private key in "${material.path}" cannot be parsed: ${reason}.`, {
    code: 'certificate/unparsable',
    hint: 'Copy the file again from where it was made; check it with: openssl pkey -in FILE -noout',
    ...(cause === undefined ? {} : { cause }),
  });
}
