import type { FlashWrite } from '../../port.ts';
import { OP, send, words } from './commands.ts';
import { compressedBlocks } from './compressed-blocks.ts';
import type { Line } from './connect.ts';
import { romEraseSize } from './rom-erase-size.ts';
import { sendBlocks, type Block } from './send-blocks.ts';
import { eraseMs, writeMs } from './time-limits.ts';

const STUB_BLOCK_BYTES = 0x4000;
/** The boot ROM takes up to 0x1800; esptool sends it no more than this. */
const ROM_BLOCK_BYTES = 0x400;
const ERASED = 0xff;

/** Writes by the stub. Throws `flash/failed`. */
export async function writeByStub(line: Line, write: FlashWrite): Promise<void> {
  const { address, data, compressed } = write;
  const at = `write at 0x${address.toString(16)}`;
  const blocks =
    compressed === undefined
      ? plainBlocks(data, STUB_BLOCK_BYTES)
      : await compressedBlocks(compressed, STUB_BLOCK_BYTES);
  await send(line.esp, {
    what: at,
    op: compressed === undefined ? OP.flashBegin : OP.deflateBegin,
    data: words(data.length, blocks.length, STUB_BLOCK_BYTES, address),
    // The last block of a writing before may still be on its way into flash.
    timeoutMs: writeMs(STUB_BLOCK_BYTES),
    isRepeatable: true,
  });
  await sendBlocks(line, write, blocks, compressed === undefined ? OP.flashData : OP.deflateData);
}

/** Writes by the boot ROM, which reads each block back. Throws `flash/failed`. */
export async function writeByRom(line: Line, write: FlashWrite): Promise<void> {
  const { address, data } = write;
  const blocks = plainBlocks(data, ROM_BLOCK_BYTES).map(({ bytes, plainBytes }) => {
    const whole = new Uint8Array(ROM_BLOCK_BYTES).fill(ERASED);
    whole.set(bytes);
    return { bytes: whole, plainBytes };
  });
  await send(line.esp, {
    what: `erase for a write at 0x${address.toString(16)}`,
    op: OP.flashBegin,
    data: words(romEraseSize(address, data.length), blocks.length, ROM_BLOCK_BYTES, address),
    timeoutMs: eraseMs(data.length),
    isRepeatable: true,
  });
  // No FLASH_END: it leaves the loader whatever its argument is.
  await sendBlocks(line, write, blocks, OP.flashData);
}

function plainBlocks(data: Uint8Array, blockBytes: number): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < data.length; at += blockBytes) {
    const bytes = data.subarray(at, at + blockBytes);
    blocks.push({ bytes, plainBytes: at + bytes.length });
  }
  return blocks;
}
