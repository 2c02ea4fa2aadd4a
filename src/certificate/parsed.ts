import type { SignatureFacts } from './facts.ts';
import type { DerValue } from './der.ts';
import type { Extension } from './extensions.ts';
import type { DistinguishedName } from './names.ts';
import {
  bitStringOf,
  derError,
  expectTag,
  explicitTag,
  oidOf,
  readDer,
  sequenceOf,
  smallIntegerOf,
  TAG,
} from './der.ts';
import { readExtensions } from './extensions.ts';
import { readName } from './names.ts';
import { HASHES, RSASSA_PSS, SIGNATURES, UNSUPPORTED_SIGNATURES } from './oids.ts';

/** A certificate taken apart (RFC 5280 4.1), names and extensions still as DER where text would lose something. */
export interface ParsedCertificate {
  version: 1 | 2 | 3;
  serialNumber: DerValue;
  signature: SignatureFacts;
  issuer: DistinguishedName;
  subject: DistinguishedName;
  notBefore: Date;
  notAfter: Date;
  publicKey: DerValue;
  extensions: readonly Extension[];
}

/** Throws `certificate/unparsable` where `der` is not one X.509 certificate. */
export function parseCertificate(der: Uint8Array): ParsedCertificate {
  const [tbs, outerAlgorithm, signature] = sequenceOf(readDer(der), 'the certificate');
  bitStringOf(signature, 'the signature');
  const fields = sequenceOf(tbs, 'the part that is signed');
  const version = fields[0]?.tag === explicitTag(0) ? readVersion(fields.shift()!) : 1;
  const [serialNumber, algorithm, issuer, validity, subject, publicKey, ...rest] = fields;
  if (!sameBytes(algorithm?.raw, outerAlgorithm?.raw)) {
    throw derError('the two fields that name the signature algorithm differ');
  }
  const [notBefore, notAfter] = sequenceOf(validity, 'the validity');
  const extensions = rest.find(({ tag }) => tag === explicitTag(3));
  return {
    version,
    serialNumber: expectTag(serialNumber, TAG.integer, 'the serial number'),
    signature: readSignatureAlgorithm(algorithm),
    issuer: readName(issuer, 'issuer'),
    subject: readName(subject, 'subject'),
    notBefore: readTime(notBefore, 'notBefore'),
    notAfter: readTime(notAfter, 'notAfter'),
    publicKey: expectTag(publicKey, TAG.sequence, 'the public key'),
    extensions: extensions === undefined ? [] : readExtensions(readDer(extensions.content)),
  };
}

function readVersion(value: DerValue): 1 | 2 | 3 {
  const version = smallIntegerOf(readDer(value.content), 'the version') + 1;
  if (version !== 1 && version !== 2 && version !== 3) throw derError(`it is version ${version} of X.509`);
  return version;
}

function readSignatureAlgorithm(value: DerValue | undefined): SignatureFacts {
  const [type, parameters] = sequenceOf(value, 'the signature algorithm');
  const oid = oidOf(type, 'the signature algorithm');
  if (oid === RSASSA_PSS) return readPss(parameters);
  return (
    SIGNATURES[oid] ?? { algorithm: 'unsupported', name: UNSUPPORTED_SIGNATURES[oid] ?? `algorithm ${oid}` }
  );
}

/** RSASSA-PSS-params (RFC 4055 3.1): the hash is SHA-1 unless tagged [0] says otherwise. */
function readPss(parameters: DerValue | undefined): SignatureFacts {
  const hash = pssField(parameters, 0);
  if (hash === undefined) return { algorithm: 'rsa-pss', hash: 'sha1' };
  const oid = oidOf(sequenceOf(hash, 'the PSS hash')[0], 'the PSS hash');
  const name = HASHES[oid];
  if (name === undefined) return { algorithm: 'unsupported', name: `RSA-PSS with the hash ${oid}` };
  return { algorithm: 'rsa-pss', hash: name };
}

function pssField(parameters: DerValue | undefined, number: number): DerValue | undefined {
  if (parameters?.tag !== TAG.sequence) return undefined;
  const field = sequenceOf(parameters, 'the PSS parameters').find(({ tag }) => tag === explicitTag(number));
  return field === undefined ? undefined : readDer(field.content);
}

const TIME = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;

/** UTCTime means 1950 to 2049 (RFC 5280 4.1.2.5.1). */
function readTime(value: DerValue | undefined, what: string): Date {
  if (value === undefined) throw derError(`${what} is absent`);
  const text = Buffer.from(value.content).toString('latin1');
  const parts = TIME.exec(text);
  const yearDigits = value.tag === TAG.utcTime ? 2 : value.tag === TAG.generalizedTime ? 4 : 0;
  if (parts?.[1]?.length !== yearDigits) throw derError(`${what} is not a time that RFC 5280 allows`);
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
  const fullYear = yearDigits === 4 ? year! : year! < 50 ? 2000 + year! : 1900 + year!;
  const time = new Date(0);
  time.setUTCFullYear(fullYear, month! - 1, day);
  time.setUTCHours(hour!, minute, second);
  if (time.getUTCMonth() !== month! - 1 || time.getUTCDate() !== day || minute! > 59) {
    throw derError(`${what} is no date of the calendar`);
  }
  return time;
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}
