import { EspawsError } from '../../errors.ts';
import type { FlashWrite } from '../../port.ts';
import { dataPacket, OP, withoutStatus, words } from './commands.ts';
import type { Line } from './connect.ts';
import { FrameTimeout } from './port-transport.ts';
import { ANSWER_MS, blockMs, writeMs } from './time-limits.ts';

export interface Block {
  bytes: Uint8Array;
  /** Plain bytes that stand in the loader when it has taken this block. */
  plainBytes: number;
}

/** A block that was damaged on its way is sent so often. */
const SENDINGS = 3;
/** The loader has not taken what came: message or length wrong, checksum (the ROM's 5 and 7, the stub's others). */
const NOT_TAKEN: ReadonlySet<unknown> = new Set([0x05, 0x07, 0xc0, 0xc1, 0xc2, 0xc3]);
const ANSWER = 0x01;

/**
 * Sends `blocks` behind a begun writing; one that the loader did not get is sent again. Whether it did not get the block,
 * or its answer was lost, cannot be told: then it takes the block twice, which the MD5 of what is in flash shows. Throws
 * `flash/failed`.
 */
export async function sendBlocks(
  line: Line,
  { address, onWritten }: FlashWrite,
  blocks: readonly Block[],
  op: number,
): Promise<void> {
  const { esp } = line;
  let sentBytes = 0;
  let pendingBytes = 0;
  for (const [sequence, { bytes, plainBytes }] of blocks.entries()) {
    await sendBlock(line, {
      what: `write at 0x${(address + sentBytes).toString(16)}`,
      op,
      ...dataPacket(esp, bytes, sequence),
      // The stub writes the block before while this one comes, and answers when it can take it.
      expectedMs: blockMs(bytes.length, pendingBytes, esp.transport.baudrate),
      timeoutMs: writeMs(pendingBytes + plainBytes - sentBytes),
    });
    pendingBytes = plainBytes - sentBytes;
    sentBytes = plainBytes;
    onWritten?.(sentBytes);
  }
  // Answered only when the last block is in flash.
  await esp.readReg(esp.CHIP_DETECT_MAGIC_REG_ADDR, ANSWER_MS + writeMs(pendingBytes));
}

interface BlockCommand {
  what: string;
  op: number;
  data: Uint8Array;
  checksum: number;
  /** Then it is asked what became of it. */
  expectedMs: number;
  timeoutMs: number;
}

async function sendBlock(line: Line, command: BlockCommand): Promise<void> {
  const { esp, transport } = line;
  const { what, op, data, checksum } = command;
  for (let sending = 1; ; sending++) {
    await esp.command(op, data, checksum, false);
    try {
      const answer = await answerOrSilence(line, command);
      if (answer !== undefined) {
        withoutStatus(answer, what);
        return;
      }
      if (sending === SENDINGS) throw new FrameTimeout(`${SENDINGS} times it took nothing`);
    } catch (error) {
      transport.throwIfLost();
      const code = error instanceof EspawsError ? error.details?.['code'] : undefined;
      if (sending === SENDINGS || !NOT_TAKEN.has(code)) throw error;
    }
  }
}

/** The answer's data; undefined where the loader answers a later question, and not this one. */
async function answerOrSilence(
  { esp, transport }: Line,
  { op, expectedMs, timeoutMs }: BlockCommand,
): Promise<Uint8Array | undefined> {
  try {
    return (await answerTo(transport, [op], expectedMs)).data;
  } catch (error) {
    if (!(error instanceof FrameTimeout)) throw error;
  }
  // Not by `command`, which would throw away an answer that has come just now.
  const question = words(esp.CHIP_DETECT_MAGIC_REG_ADDR);
  await transport.write(Uint8Array.of(0, OP.readRegister, question.length, 0, 0, 0, 0, 0, ...question));
  const answer = await answerTo(transport, [op, OP.readRegister], timeoutMs);
  if (answer.op !== op) return undefined;
  // The block was slow alone; the answer to the question is not to be taken for another one's.
  await answerTo(transport, [OP.readRegister], timeoutMs).catch((error: unknown) => {
    if (!(error instanceof FrameTimeout)) throw error;
  });
  return answer.data;
}

/** The next answer to one of these commands. Throws `FrameTimeout`. */
async function answerTo(
  transport: Line['transport'],
  ops: readonly number[],
  timeoutMs: number,
): Promise<{ op: number; data: Uint8Array }> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const frame = await transport.read(Math.max(0, endMs - performance.now()));
    const [kind, op = -1] = frame;
    if (frame.length >= HEAD_BYTES && kind === ANSWER && ops.includes(op))
      return { op, data: frame.subarray(HEAD_BYTES) };
  }
}

const HEAD_BYTES = 8;
