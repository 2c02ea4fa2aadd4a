import type { Duplex } from 'node:stream';
import { interpose } from './wire.ts';

/**
 * Puts a PUBLISH behind the CONNACK of MQTT 3.1.1 into the same write, which makes one record of 16,384 bytes, the
 * largest there is (RFC 8446 5.1).
 */
export function withLargePublish(stream: Duplex): Duplex {
  let held: Buffer | undefined = Buffer.alloc(0);
  return interpose(stream, {
    outgoing(bytes) {
      if (held === undefined) return bytes;
      held = Buffer.concat([held, bytes]);
      if (held.length < CONNACK_BYTES) return Buffer.alloc(0);
      const all = Buffer.concat([
        held.subarray(0, CONNACK_BYTES),
        LARGE_PUBLISH,
        held.subarray(CONNACK_BYTES),
      ]);
      held = undefined;
      return all;
    },
  });
}

/** MQTT 3.1.1, 3.2 */
const CONNACK_BYTES = 4;

const LARGEST_RECORD = 16_384;

/** A PUBLISH (QoS 0) that fills the record together with a CONNACK. */
const LARGE_PUBLISH = largePublish(LARGEST_RECORD - CONNACK_BYTES);

function largePublish(totalBytes: number): Buffer {
  // Fixed header: one byte, and a remaining length of three bytes (MQTT 3.1.1, 2.2.3).
  const remaining = totalBytes - 4;
  const topic = Buffer.from('espaws/large');
  const header = Buffer.of(
    0x30,
    (remaining & 0x7f) | 0x80,
    ((remaining >> 7) & 0x7f) | 0x80,
    remaining >> 14,
    0,
    topic.length,
  );
  const packet = Buffer.alloc(totalBytes, '.');
  header.copy(packet);
  topic.copy(packet, header.length);
  return packet;
}
