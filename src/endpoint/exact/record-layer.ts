import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { CONTENT } from '../tls-numbers.ts';
import type { DirectionKeys } from './key-schedule.ts';
import { seededBytes } from './seeded.ts';
import type { SuiteFacts } from './suite-facts.ts';
import { FatalAlert } from './fatal-alert.ts';
import { uint16, VERSION_12 } from './tls-writer.ts';

export interface TlsRecord {
  type: number;
  content: Buffer;
}

const HEADER_BYTES = 5;
const MOST_PLAIN = 16_384;
/** RFC 5246 6.2.3: what protection may add. */
const MOST_PROTECTED = MOST_PLAIN + 2048;
const TAG_BYTES = 16;
const NONCE_BYTES = 8;
const BLOCK_BYTES = 16;

/** What protects one direction from its ChangeCipherSpec on. */
interface Protection {
  suite: SuiteFacts;
  keys: DirectionKeys;
  /** RFC 7366; of CBC alone. */
  encryptThenMac: boolean;
}

/** Parts the client's bytes into records, and takes their protection off. */
export class RecordReader {
  #pending = Buffer.alloc(0);
  #protection: Protection | undefined;
  #sequence = 0n;

  /** Whole records only. Throws `FatalAlert`. */
  *push(bytes: Uint8Array): Generator<TlsRecord> {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    while (this.#pending.length >= HEADER_BYTES) {
      const [type, major] = [this.#pending[0]!, this.#pending[1]!];
      const length = this.#pending.readUInt16BE(3);
      if (type < CONTENT.changeCipherSpec || type > CONTENT.applicationData || major !== 3)
        throw new FatalAlert('unexpected_message', 'no TLS record');
      if (length > MOST_PROTECTED) throw new FatalAlert('record_overflow', `a record of ${length} bytes`);
      if (this.#pending.length < HEADER_BYTES + length) return;
      const fragment = this.#pending.subarray(HEADER_BYTES, HEADER_BYTES + length);
      this.#pending = this.#pending.subarray(HEADER_BYTES + length);
      yield { type, content: this.#open(type, fragment) };
    }
  }

  protect(protection: Protection): void {
    this.#protection = protection;
    this.#sequence = 0n;
  }

  #open(type: number, fragment: Buffer): Buffer {
    if (this.#protection === undefined) return fragment;
    const sequence = this.#sequence++;
    const content = open(this.#protection, sequence, type, fragment);
    if (content === undefined)
      throw new FatalAlert('bad_record_mac', 'a record that was not encrypted with these keys');
    return content;
  }
}

/** Makes records of what the server sends. */
export class RecordWriter {
  readonly #label: string;
  #protection: Protection | undefined;
  #sequence = 0n;

  /** `label`: of the initialization vectors. */
  constructor(label: string) {
    this.#label = label;
  }

  write(type: number, content: Uint8Array): Buffer {
    const records: Buffer[] = [];
    for (let at = 0; at < content.length; at += MOST_PLAIN) {
      const fragment = this.#seal(type, content.subarray(at, at + MOST_PLAIN));
      records.push(Buffer.of(type), VERSION_12, uint16(fragment.length), Buffer.from(fragment));
    }
    return Buffer.concat(records);
  }

  protect(protection: Protection): void {
    this.#protection = protection;
    this.#sequence = 0n;
  }

  #seal(type: number, fragment: Uint8Array): Uint8Array {
    if (this.#protection === undefined) return fragment;
    const sequence = this.#sequence++;
    const iv = seededBytes(`${this.#label} iv ${sequence}`, BLOCK_BYTES);
    return seal(this.#protection, { sequence, iv }, type, fragment);
  }
}

function sequenceBytes(sequence: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(sequence);
  return bytes;
}

/** What is authenticated beside the content (RFC 5246 6.2.3.1, 6.2.3.3). */
function pseudoHeader(sequence: bigint, type: number, length: number): Buffer {
  return Buffer.concat([sequenceBytes(sequence), Buffer.of(type), VERSION_12, uint16(length)]);
}

function seal(
  protection: Protection,
  { sequence, iv }: { sequence: bigint; iv: Uint8Array },
  type: number,
  content: Uint8Array,
): Buffer {
  const { suite, keys, encryptThenMac } = protection;
  if (suite.cipher === 'gcm') {
    const explicit = sequenceBytes(sequence);
    const cipher = createCipheriv(gcmOf(suite), keys.key, Buffer.concat([keys.iv, explicit]));
    cipher.setAAD(pseudoHeader(sequence, type, content.length));
    return Buffer.concat([explicit, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  }
  const encrypt = (plain: Uint8Array) => {
    const padding = BLOCK_BYTES - (plain.length % BLOCK_BYTES);
    const cipher = createCipheriv(cbcOf(suite), keys.key, iv).setAutoPadding(false);
    const padded = Buffer.concat([plain, Buffer.alloc(padding, padding - 1)]);
    return Buffer.concat([iv, cipher.update(padded), cipher.final()]);
  };
  const mac = (data: Uint8Array) => macOf(protection, pseudoHeader(sequence, type, data.length), data);
  if (!encryptThenMac) return encrypt(Buffer.concat([content, mac(content)]));
  const encrypted = encrypt(content);
  return Buffer.concat([encrypted, mac(encrypted)]);
}

/** Undefined where it was made with other keys, or changed on the way. */
function open(protection: Protection, sequence: bigint, type: number, fragment: Buffer): Buffer | undefined {
  const { suite, keys, encryptThenMac } = protection;
  const { macBytes } = suite;
  if (suite.cipher === 'gcm') {
    if (fragment.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const nonce = Buffer.concat([keys.iv, fragment.subarray(0, NONCE_BYTES)]);
    const sealed = fragment.subarray(NONCE_BYTES, -TAG_BYTES);
    const decipher = createDecipheriv(gcmOf(suite), keys.key, nonce);
    decipher.setAAD(pseudoHeader(sequence, type, sealed.length)).setAuthTag(fragment.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(sealed), decipher.final()]);
    } catch {
      return undefined;
    }
  }
  // The keys are no secret, so that nothing can be learned from how long this takes.
  const isRight = (data: Uint8Array, mac: Uint8Array) =>
    macOf(protection, pseudoHeader(sequence, type, data.length), data).equals(mac);
  const encrypted = encryptThenMac ? fragment.subarray(0, -macBytes) : fragment;
  if (encryptThenMac && !isRight(encrypted, fragment.subarray(-macBytes))) return undefined;
  if (encrypted.length < 2 * BLOCK_BYTES || encrypted.length % BLOCK_BYTES !== 0) return undefined;
  const iv = encrypted.subarray(0, BLOCK_BYTES);
  const decipher = createDecipheriv(cbcOf(suite), keys.key, iv).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(encrypted.subarray(BLOCK_BYTES)), decipher.final()]);
  const padding = padded.at(-1)! + 1;
  const end = padded.length - padding;
  if (end < 0 || padded.subarray(end).some((byte) => byte !== padding - 1)) return undefined;
  if (encryptThenMac) return padded.subarray(0, end);
  if (end < macBytes) return undefined;
  const content = padded.subarray(0, end - macBytes);
  return isRight(content, padded.subarray(end - macBytes, end)) ? content : undefined;
}

function macOf({ suite, keys }: Protection, header: Uint8Array, data: Uint8Array): Buffer {
  return createHmac(suite.macHash, keys.mac).update(header).update(data).digest();
}

function gcmOf({ keyBytes }: SuiteFacts): 'aes-128-gcm' | 'aes-256-gcm' {
  return keyBytes === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
}

function cbcOf({ keyBytes }: SuiteFacts): string {
  return keyBytes === 16 ? 'aes-128-cbc' : 'aes-256-cbc';
}
