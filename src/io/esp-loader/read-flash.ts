import { createHash } from 'node:crypto';
import { EspawsError } from '../../errors.ts';
import { explained, OP, send, words } from './commands.ts';
import type { Line } from './connect.ts';
import { FrameTimeout } from './port-transport.ts';
import { ANSWER_MS } from './time-limits.ts';

const PACKET_BYTES = 0x1000;
/** Packets the stub may send ahead of what is acknowledged; the newest stub takes one. */
const PACKETS_AHEAD = 64;
/** Read at once: what is damaged on the line is read again. */
const PIECE_BYTES = 0x10000;
const ATTEMPTS = 3;

/** Flash contents, each piece held to the stub's MD5 of it. Throws `flash/failed`. */
export async function readFlash(
  line: Line,
  address: number,
  sizeBytes: number,
  onRead: (bytes: number) => void = () => undefined,
): Promise<Uint8Array> {
  const contents = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += PIECE_BYTES) {
    const length = Math.min(PIECE_BYTES, sizeBytes - at);
    contents.set(await readPiece(line, address + at, length), at);
    onRead(at + length);
  }
  return contents;
}

async function readPiece(line: Line, address: number, length: number): Promise<Uint8Array> {
  const what = `read ${length} bytes at 0x${address.toString(16)}`;
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(line, what, address, length);
    } catch (error) {
      line.transport.throwIfLost();
      if (attempt === ATTEMPTS) throw explained(error, what);
      await resume(line);
    }
  }
}

async function readOnce(
  { esp, transport }: Line,
  what: string,
  address: number,
  length: number,
): Promise<Uint8Array> {
  await send(esp, { what, op: OP.read, data: words(address, length, PACKET_BYTES, PACKETS_AHEAD) });
  const contents = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const packet = await transport.read(ANSWER_MS);
    if (packet.length > length - at) throw damaged(what);
    contents.set(packet, at);
    at += packet.length;
    await transport.write(words(at));
  }
  const digest = await transport.read(ANSWER_MS);
  if (!createHash('md5').update(contents).digest().equals(digest)) throw damaged(what);
  return contents;
}

/** The stub waits for an acknowledgement that it will not understand: until it takes commands again. */
async function resume({ esp, transport }: Line): Promise<void> {
  await transport.drainInput();
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await esp.sync();
      return;
    } catch (error) {
      transport.throwIfLost();
      if (!(error instanceof FrameTimeout) && !(error instanceof Error)) throw error;
    }
  }
}

function damaged(what: string): EspawsError {
  return new EspawsError(`What came is damaged, when the loader was asked to ${what}.`, {
    code: 'flash/failed',
    hint: 'Try a lower --baud or another cable.',
  });
}
