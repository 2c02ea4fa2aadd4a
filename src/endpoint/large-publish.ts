/** MQTT 3.1.1, 3.2 */
export const CONNACK_BYTES = 4;

/** RFC 8446 5.1 */
const LARGEST_RECORD = 16_384;

/** A PUBLISH (QoS 0) that fills a record of the largest size together with a CONNACK. */
export const LARGE_PUBLISH = largePublish(LARGEST_RECORD - CONNACK_BYTES);

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
  return Buffer.concat([header, topic], totalBytes).fill(0x2e, header.length + topic.length);
}
