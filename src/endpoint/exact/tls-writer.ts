/** Writes the presentation language of TLS (RFC 5246 4). */

/** ProtocolVersion of TLS 1.2. */
export const VERSION_12 = Buffer.of(3, 3);

export function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

export function vector8(...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(content.length), content]);
}

export function vector16(...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([uint16(content.length), content]);
}

export function vector24(...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(content.length >> 16), uint16(content.length & 0xffff), content]);
}

/** A handshake message with its header. */
export function handshakeMessage(type: number, ...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.of(type), vector24(...parts)]);
}

export function extension(type: number, ...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([uint16(type), vector16(...parts)]);
}
