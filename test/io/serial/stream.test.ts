import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Port } from '../../../src/port.ts';
import { EchoPort, openedPort, ptyPair, servedPort } from '../../support/serial.ts';

/** More than a port keeps unread (16 MiB), so that the sender is made to wait. */
const LONG = 20 << 20;
const CHUNK_WORDS = 8191;

/** 32-bit numbers that count up, big-endian: with every byte value, IAC in all its company. */
function* numbered(byteLength: number): Generator<Uint8Array> {
  for (let first = 0; first < byteLength / 4; first += CHUNK_WORDS) {
    const words = Math.min(CHUNK_WORDS, byteLength / 4 - first);
    const view = new DataView(new ArrayBuffer(words * 4));
    for (let index = 0; index < words; index += 1) view.setUint32(index * 4, wordAt(first + index));
    yield new Uint8Array(view.buffer);
  }
}

/** Spread over all 32 bits; one-to-one, so that a lost, doubled or moved byte shows. */
function wordAt(index: number): number {
  return Math.imul(index, 0x9e37_79b1) >>> 0;
}

/** Reads with pauses; gives where the stream first is not as it was sent. */
async function firstFault(port: Port, byteLength: number): Promise<number | undefined> {
  for (let turns = 0; turns < 500; turns += 1) await turn();
  const expected = numbered(byteLength);
  let block = expected.next().value as Uint8Array | undefined;
  let at = 0;
  let total = 0;
  for await (const bytes of port.read()) {
    for (const byte of bytes) {
      if (block?.[at] !== byte) return total;
      total += 1;
      at += 1;
      if (at === block.length) {
        block = expected.next().value as Uint8Array | undefined;
        at = 0;
      }
    }
    if (total === byteLength) return undefined;
    await turn();
  }
  return total;
}

async function send(port: Port, byteLength: number): Promise<void> {
  for (const bytes of numbered(byteLength)) await port.write(bytes);
}

/** A port that sends the stream as fast as it is taken. */
class SourcePort extends EchoPort {
  override async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    yield* numbered(LONG);
    yield* super.read();
  }
}

/** A port that is slow to take bytes. */
class SlowPort extends EchoPort {
  override async write(bytes: Uint8Array): Promise<void> {
    await turn();
    await super.write(bytes);
  }
}

describe('nothing is lost, doubled or moved, with slow readers', () => {
  test('from a served port', async () => {
    const source = new SourcePort();
    const started = source.read();
    // The server reads from the start; what comes before the client would be dropped.
    let begin: () => void = () => undefined;
    const connected = new Promise<void>((resolve) => {
      begin = resolve;
    });
    source.read = async function* () {
      await connected;
      yield* started;
    };
    const { url } = await servedPort(source);
    const port = await openedPort(url, 2_000_000);
    begin();
    expect(await firstFault(port, LONG)).toBeUndefined();
  });

  test('a sender without end waits for a reader that does not read', async () => {
    let taken = 0;
    const endless = new EchoPort();
    endless.read = async function* () {
      for (;;) {
        // What is read before the client is there is dropped by the server.
        await turn();
        yield new Uint8Array(1 << 20);
        taken += 1;
      }
    };
    const { url } = await servedPort(endless);
    await openedPort(url);
    // 16 MiB are kept; the rest is what the system's socket buffers hold.
    for (let turns = 0, last = -1; turns < 2000; turns += 1) {
      if (taken !== last) turns = 0;
      last = taken;
      expect(taken).toBeLessThan(100);
      await turn();
    }
    expect(taken).toBeGreaterThanOrEqual(16);
  });

  test('to a served port and back', async () => {
    const { url } = await servedPort(new SlowPort());
    const port = await openedPort(url, 2_000_000);
    const [fault] = await Promise.all([firstFault(port, 4 << 20), send(port, 4 << 20)]);
    expect(fault).toBeUndefined();
  });

  test.skipIf(process.platform !== 'linux')('through ptys, over RFC 2217 at one end', async () => {
    const { a, b } = await ptyPair();
    const near = await openedPort(a, 2_000_000);
    const { url } = await servedPort(await openedPort(b, 2_000_000));
    const far = await openedPort(url, 2_000_000);
    const [there, back] = await Promise.all([
      firstFault(far, 4 << 20),
      firstFault(near, 4 << 20),
      send(near, 4 << 20),
      send(far, 4 << 20),
    ]);
    expect([there, back]).toEqual([undefined, undefined]);
  });

  test.skipIf(process.platform !== 'linux')('through a pty whose reader starts late', async () => {
    const { a, b } = await ptyPair();
    const [near, far] = [await openedPort(a), await openedPort(b)];
    const [fault] = await Promise.all([firstFault(far, 6 << 20), send(near, 6 << 20)]);
    expect(fault).toBeUndefined();
  });
});
