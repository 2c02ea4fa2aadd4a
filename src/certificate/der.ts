import { EspawsError, isEspawsError } from '../errors.ts';

/** One value in the Distinguished Encoding Rules (ITU-T X.690): its identifier octet and its content. */
export interface DerValue {
  /** The identifier octet: class, constructed bit and tag number. */
  tag: number;
  content: Uint8Array;
  /** Identifier, length and content: what a signature is made over. */
  raw: Uint8Array;
}

/** Identifier octets (X.690 8.1.2, X.680 8.6). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Identifier octet of a context-specific, constructed value (an EXPLICIT tag). */
export const explicitTag = (number: number): number => 0xa0 | number;
/** Identifier octet of a context-specific, primitive value (an IMPLICIT tag of a simple type). */
export const implicitTag = (number: number): number => 0x80 | number;

/** The one value that fills `bytes`; anything behind it is an error. */
export function readDer(bytes: Uint8Array): DerValue {
  const value = readValueAt(bytes, 0);
  if (value.raw.length !== bytes.length) {
    throw derError(`${bytes.length - value.raw.length} bytes follow the end of the value`);
  }
  return value;
}

/** The value that `bytes` begin with; more may follow. */
export function readFirstDer(bytes: Uint8Array): DerValue {
  return readValueAt(bytes, 0);
}

/** The values inside a constructed one, in order. */
export function childrenOf(value: DerValue): DerValue[] {
  if ((value.tag & 0x20) === 0) throw derError(`a constructed value was expected, tag is ${hex(value.tag)}`);
  const children: DerValue[] = [];
  for (let offset = 0; offset < value.content.length;) {
    const child = readValueAt(value.content, offset);
    children.push(child);
    offset += child.raw.length;
  }
  return children;
}

/** `value`, which must be there and have this tag; `what` names it in the error. */
export function expectTag(value: DerValue | undefined, tag: number, what: string): DerValue {
  if (value === undefined) throw derError(`${what} is absent`);
  if (value.tag !== tag) throw derError(`${what} has tag ${hex(value.tag)} in place of ${hex(tag)}`);
  return value;
}

/** Children of a SEQUENCE. */
export function sequenceOf(value: DerValue | undefined, what: string): DerValue[] {
  return childrenOf(expectTag(value, TAG.sequence, what));
}

/** Object identifier in dotted decimal. */
export function oidOf(value: DerValue | undefined, what: string): string {
  const { content } = expectTag(value, TAG.oid, what);
  if (content.length === 0 || (content.at(-1)! & 0x80) !== 0) throw derError(`${what} is not a whole OID`);
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of content) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if ((octet & 0x80) !== 0) continue;
    arcs.push(arc);
    arc = 0n;
  }
  // The first two arcs share one number: 40 * first + second (X.690 8.19.4).
  const shared = arcs[0]!;
  const first = shared < 80n ? shared / 40n : 2n;
  return [first, shared - first * 40n, ...arcs.slice(1)].join('.');
}

/** Magnitude of an INTEGER, big-endian, without leading zeros. */
function integerBytesOf(value: DerValue | undefined, what: string): Uint8Array {
  const { content } = expectTag(value, TAG.integer, what);
  if (content.length === 0) throw derError(`${what} is an empty integer`);
  const start = content.findIndex((octet) => octet !== 0);
  return start === -1 ? new Uint8Array([0]) : content.subarray(start);
}

/** A small, not negative INTEGER. */
export function smallIntegerOf(value: DerValue | undefined, what: string): number {
  const bytes = integerBytesOf(value, what);
  if (bytes.length > 4 || (value!.content[0]! & 0x80) !== 0) throw derError(`${what} is out of range`);
  return bytes.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** Number of bits of a positive INTEGER. */
export function bitLengthOf(value: DerValue | undefined, what: string): number {
  const bytes = integerBytesOf(value, what);
  return bytes.length * 8 - (Math.clz32(bytes[0]!) - 24);
}

/** Octets of a BIT STRING and how many bits at its end are not used. */
export function bitStringOf(
  value: DerValue | undefined,
  what: string,
): { bytes: Uint8Array; unusedBits: number } {
  const { content } = expectTag(value, TAG.bitString, what);
  const unusedBits = content[0];
  if (unusedBits === undefined || unusedBits > 7) throw derError(`${what} is not a valid bit string`);
  return { bytes: content.subarray(1), unusedBits };
}

export function derError(reason: string): EspawsError {
  return new EspawsError(`The DER is not valid: ${reason}.`, {
    code: 'certificate/unparsable',
    details: { reason },
  });
}

/** Why a reader of DER refused; undefined where the error is another one. */
export function derReason(error: unknown): string | undefined {
  if (!isEspawsError(error, 'certificate/unparsable')) return undefined;
  const reason = error.details?.['reason'];
  return typeof reason === 'string' ? reason : undefined;
}

function readValueAt(bytes: Uint8Array, offset: number): DerValue {
  const tag = bytes[offset];
  if (tag === undefined) throw derError('it ends where a value should begin');
  // X.509 and PKCS use no tag number above 30, the ones that need more octets.
  if ((tag & 0x1f) === 0x1f) throw derError(`tag ${hex(tag)} is not one of X.509`);
  const { length, size } = readLength(bytes, offset + 1);
  const start = offset + 1 + size;
  if (start + length > bytes.length) {
    throw derError(`it is cut off: ${length} bytes are announced, ${bytes.length - start} are there`);
  }
  return {
    tag,
    content: bytes.subarray(start, start + length),
    raw: bytes.subarray(offset, start + length),
  };
}

function readLength(bytes: Uint8Array, offset: number): { length: number; size: number } {
  const first = bytes[offset];
  if (first === undefined) throw derError('it ends where a length should be');
  if (first < 0x80) return { length: first, size: 1 };
  const count = first & 0x7f;
  // 0x80 is BER's indefinite length; no certificate needs more than four octets.
  if (count === 0 || count > 4) throw derError('a length is not in the form that DER asks for');
  const octets = bytes.subarray(offset + 1, offset + 1 + count);
  if (octets.length < count) throw derError('it ends inside a length');
  return { length: octets.reduce((sum, octet) => sum * 256 + octet, 0), size: 1 + count };
}

const hex = (octet: number): string => `0x${octet.toString(16).padStart(2, '0')}`;
