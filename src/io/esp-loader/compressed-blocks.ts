import { createInflate } from 'node:zlib';

export interface CompressedBlock {
  bytes: Uint8Array;
  /** Bytes of the plain data that are known when this block has come. */
  plainBytes: number;
}

/** A zlib stream cut into blocks, with how far each one gets: the loader writes that much before it takes another. */
export async function compressedBlocks(stream: Uint8Array, blockBytes: number): Promise<CompressedBlock[]> {
  const inflate = createInflate();
  let plainBytes = 0;
  inflate.on('data', (plain: Uint8Array) => {
    plainBytes += plain.length;
  });
  const blocks: CompressedBlock[] = [];
  for (let at = 0; at < stream.length; at += blockBytes) {
    const bytes = stream.subarray(at, at + blockBytes);
    await new Promise<void>((resolve, reject) => {
      inflate.write(bytes, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    blocks.push({ bytes, plainBytes });
  }
  inflate.destroy();
  return blocks;
}
