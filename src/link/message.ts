import { type Frame } from './frame.ts';

/** Of the protocol; both ends must speak the same one. */
export const LINK_VERSION = 1;

/** Largest payload that the host takes in one frame, in bytes. */
export const HOST_CREDIT = 1024;

const REQUEST = { hello: 1, open: 2, write: 3, read: 4, close: 5, time: 6 } as const;

/** An answer has the type, sequence and stream of its request, and this bit. */
const ANSWER = 0x80;

/** First byte of every answer. */
export const STATUS = {
  ok: 0,
  /** Nothing yet: ask again. */
  pending: 1,
  refused: 2,
  unreachable: 3,
  unknownHost: 4,
  timedOut: 5,
  reset: 6,
  /** The peer has ended the stream, and all its data was read. */
  closed: 7,
  noStream: 8,
  badRequest: 9,
  noSession: 10,
  otherVersion: 11,
} as const;

export type Status = (typeof STATUS)[keyof typeof STATUS];

export type Request =
  | { kind: 'hello'; version: number; credit: number }
  | { kind: 'open'; host: string; port: number; waitMs: number }
  | { kind: 'write'; data: Uint8Array }
  | { kind: 'read'; maxBytes: number; waitMs: number }
  | { kind: 'close' }
  | { kind: 'time' };

/** What a frame asks for; undefined where it asks for nothing known. */
export function readRequest({ type, payload }: Frame): Request | undefined {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const word = (offset: number): number => view.getUint16(offset, true);
  if (type === REQUEST.hello && payload.length >= 3) {
    return { kind: 'hello', version: payload[0]!, credit: word(1) };
  }
  if (type === REQUEST.open && payload.length > 4) {
    const host = new TextDecoder().decode(payload.subarray(4));
    return { kind: 'open', port: word(0), waitMs: word(2), host };
  }
  if (type === REQUEST.write) return { kind: 'write', data: payload };
  if (type === REQUEST.read && payload.length === 4) {
    return { kind: 'read', maxBytes: word(0), waitMs: word(2) };
  }
  if (type === REQUEST.close) return { kind: 'close' };
  if (type === REQUEST.time) return { kind: 'time' };
  return undefined;
}

/** The frame that answers `request`. */
export function answerFrame(request: Frame, status: Status, data: Uint8Array = new Uint8Array()): Frame {
  const payload = new Uint8Array(1 + data.length);
  payload[0] = status;
  payload.set(data, 1);
  return { ...request, type: request.type | ANSWER, payload };
}

/** Version and credit, as the answer to hello carries them. */
export function helloData(): Uint8Array {
  const data = new Uint8Array(3);
  data[0] = LINK_VERSION;
  new DataView(data.buffer).setUint16(1, HOST_CREDIT, true);
  return data;
}

/** Whole seconds since 1970 as a 64-bit integer. */
export function timeData(now: Date): Uint8Array {
  const data = new Uint8Array(8);
  new DataView(data.buffer).setBigInt64(0, BigInt(Math.floor(now.getTime() / 1000)), true);
  return data;
}
