import { Duplex } from 'node:stream';
import { CONTENT } from './tls-numbers.ts';

/** What an interposer makes of what passes through it. */
export interface WireTap {
  /** Bytes to send in place of these; undefined sends nothing more: the tap ends the connection itself. */
  outgoing(bytes: Buffer): Buffer | undefined;
  /** Sees what comes in. */
  incoming?(bytes: Buffer): void;
  /** Waits before each piece of `chunkBytes` is sent. */
  pace?: { chunkBytes: number; wait: () => Promise<void> };
}

/** A stream over `stream` whose output passes through `tap`. Input is not changed. */
export function interpose(stream: Duplex, tap: WireTap): Duplex {
  const outer = new Duplex({
    allowHalfOpen: false,
    read() {
      stream.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      const bytes = tap.outgoing(chunk);
      if (bytes === undefined || bytes.length === 0) done();
      else
        send(stream, bytes, tap.pace).then(() => {
          done();
        }, done);
    },
    final(done) {
      if (stream.destroyed) done();
      else
        stream.end(() => {
          done();
        });
    },
    destroy(error, done) {
      closeGently(stream);
      done(error);
    },
  });
  stream.on('data', (bytes: Buffer) => {
    tap.incoming?.(bytes);
    if (!outer.push(bytes)) stream.pause();
  });
  stream.once('end', () => outer.push(null));
  stream.once('error', (error) => outer.destroy(error));
  stream.once('close', () => {
    if (!stream.readableEnded) outer.destroy();
  });
  return outer;
}

/** How long a peer may go on sending after it was told the end, in milliseconds. */
const DRAIN_MS = 2000;

/**
 * Ends `stream`, but reads on until the peer ends too: closed with input unread, TCP would reset the connection and the
 * alert that went out last could be lost on its way (RFC 1122 4.2.2.13).
 */
function closeGently(stream: Duplex): void {
  if (stream.destroyed) return;
  const timer = setTimeout(() => stream.destroy(), DRAIN_MS);
  stream.once('close', () => {
    clearTimeout(timer);
  });
  stream.removeAllListeners('data');
  stream.once('end', () => stream.destroy());
  if (!stream.writableEnded) stream.end();
  if (stream.readableEnded) stream.destroy();
  else stream.resume();
}

async function send(stream: Duplex, bytes: Buffer, pace: WireTap['pace']): Promise<void> {
  const step = pace?.chunkBytes ?? bytes.length;
  for (let offset = 0; offset < bytes.length && !stream.destroyed; offset += step) {
    if (pace !== undefined) await pace.wait();
    stream.write(bytes.subarray(offset, offset + step));
  }
}

/** Lets the first handshake message out (a ServerHello) and calls `then`; nothing follows. */
export function onlyFirstMessage(then: () => void): WireTap['outgoing'] {
  let done = false;
  return (bytes) => {
    if (done) return undefined;
    done = true;
    // The message may share its record with the next ones: make a record of it alone.
    const length = 4 + bytes.readUIntBE(6, 3);
    const record = Buffer.from(bytes.subarray(0, 5 + length));
    record.writeUInt16BE(length, 3);
    setImmediate(then);
    return record;
  };
}

/**
 * In place of the server's ChangeCipherSpec, a fatal alert: what a TLS 1.2 client sees of a server that refuses its
 * certificate, since the server speaks in clear until then.
 */
export function alertInsteadOfFinished(alert: number, then: () => void): WireTap['outgoing'] {
  let done = false;
  const records = recordStarts();
  return (bytes) => {
    if (done) return undefined;
    for (const { offset, type } of records(bytes)) {
      if (type !== CONTENT.changeCipherSpec) continue;
      done = true;
      setImmediate(then);
      return Buffer.concat([bytes.subarray(0, offset), fatalAlert(alert)]);
    }
    return bytes;
  };
}

/**
 * Follows TLS records (RFC 5246 6.2.1: type, version, length) through the pieces of a stream, which are cut anywhere:
 * TLS writes from a ring of buffers. Each call gives the records that start in this piece.
 */
function recordStarts(): (bytes: Buffer) => { offset: number; type: number }[] {
  let header: number[] = [];
  let left = 0;
  return (bytes) => {
    const starts = [];
    for (let offset = 0; offset < bytes.length;) {
      if (left > 0) {
        const passed = Math.min(left, bytes.length - offset);
        left -= passed;
        offset += passed;
        continue;
      }
      if (header.length === 0) starts.push({ offset, type: bytes[offset]! });
      header.push(bytes[offset]!);
      offset += 1;
      if (header.length < 5) continue;
      left = header[3]! * 256 + header[4]!;
      header = [];
    }
    return starts;
  };
}

/** A record with one fatal alert in clear (RFC 5246 7.2). */
export function fatalAlert(description: number): Buffer {
  return Buffer.of(CONTENT.alert, 3, 3, 0, 2, 2, description);
}
