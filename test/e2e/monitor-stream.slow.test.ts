import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Port } from '../../src/port.ts';
import { compileProgram, hasToolchain } from '../support/board-image.ts';
import { forwardBetween, openedPort, ptyPair, servedPort } from '../support/serial.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

const BAUD_RATE = 2_000_000;
/** Most of a second of the line. */
const LINES = 2500;
const WORDS = 10_000;

/** Numbered lines, then numbered words that hold every byte, IAC among them. */
const PROGRAM = `
static void put(u32 byte) { REG(0x60000000) = byte; }
static void hex(u32 value) {
  for (int shift = 28; shift >= 0; shift -= 4) {
    u32 digit = value >> shift & 15;
    put(digit < 10 ? '0' + digit : 'a' - 10 + digit);
  }
}
void start(void) {
  REG(0x60000014) = 26; /* of 52 MHz */
  for (u32 line = 0; line < ${LINES}; line++) {
    put('#');
    hex(line);
    for (u32 word = 1; word < 5; word++) { put(' '); hex(line * word * 0x9e3779b1); }
    put('\\r');
    put('\\n');
  }
  SAY("end of lines\\r\\n");
  for (u32 word = 0; word < ${WORDS}; word++) {
    for (int shift = 24; shift >= 0; shift -= 8) put(word * 0x9e3779b1 >> shift & 0xff);
  }
  for (;;) SLEEP();
}`;

const hash = (value: number) => Math.imul(value, 0x9e37_79b1) >>> 0;
const hex = (value: number) => value.toString(16).padStart(8, '0');

const EXPECTED_LINES = Array.from(
  { length: LINES },
  (_, line) => `#${hex(line)} ${[1, 2, 3, 4].map((word) => hex(hash(line * word))).join(' ')}`,
);
const EXPECTED_TEXT = Buffer.from([...EXPECTED_LINES, 'end of lines', ''].join('\r\n'));

function expectedBytes(): Buffer {
  const words = Buffer.alloc(WORDS * 4);
  for (let word = 0; word < WORDS; word += 1) words.writeUInt32BE(hash(word), word * 4);
  return Buffer.concat([EXPECTED_TEXT, words]);
}

/** A board in real time that has the program, held in reset. */
async function board(): Promise<{ board: Port; directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-stream-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'flash.bin'), compileProgram(PROGRAM).flash);
  const url = `virtual:${join(directory, 'flash.bin')}?timing=real`;
  const port = await openedPort(url, BAUD_RATE);
  await port.setSignals({ dtr: false, rts: true });
  return { board: port, directory };
}

async function pressReset(port: Port, { gpio0Low = false } = {}): Promise<void> {
  await port.setSignals({ dtr: false, rts: true });
  await port.setSignals({ dtr: gpio0Low, rts: false });
}

/** `espaws monitor` until the lines have ended: them, and the log's bytes from the first one on. */
async function monitored(url: string, directory: string, whenListening: () => Promise<void>) {
  const log = join(directory, 'raw.log');
  // The test resets: a monitor that follows the boot ROM's rate first would miss what comes while it changes.
  const rate = ['--no-reset', '--baud', `${BAUD_RATE}`, '--expect-text', 'end of lines', '--timeout', '30'];
  const running = execa(process.execPath, [CLI, 'monitor', '--port', url, ...rate, '--log', log], {
    env: { NO_COLOR: '1' },
  });
  for await (const line of createInterface({ input: running.stderr })) {
    if (line.includes('listening to')) break;
  }
  running.stderr.resume();
  await whenListening();
  const { stdout } = await running;
  const bytes = await readFile(log);
  return {
    isWhole: stdout.match(/#[\da-f]{8}.*/g)?.join('\r\n') === EXPECTED_LINES.join('\r\n'),
    bytes: bytes.subarray(bytes.indexOf('#00000000')).subarray(0, EXPECTED_TEXT.length),
  };
}

/** What the port gives from the first line on. */
async function stream(port: Port, length: number): Promise<Buffer> {
  let seen = Buffer.alloc(0);
  for await (const bytes of port.read()) {
    seen = Buffer.concat([seen, bytes]);
    const start = seen.indexOf('#00000000');
    if (start >= 0 && seen.length - start >= length) return seen.subarray(start, start + length);
  }
  return seen;
}

/** Writes 50 KB and reads them back. */
async function writtenAndRead(url: string, directory: string, ...options: string[]) {
  // No image: those begin with 0xE9.
  const data = Buffer.concat([Buffer.of(0x5a), randomBytes(49_999)]);
  await writeFile(join(directory, 'data.bin'), data);
  const port = ['--port', url, '--after', 'no-reset', ...options];
  const run = async (...args: string[]) =>
    (await execa(process.execPath, [CLI, 'flash', ...args, ...port], { cwd: directory, all: true })).all;
  const said = await run('write', '0x20000', 'data.bin', '--no-compress');
  await run('read', '0x20000', String(data.length), 'back.bin');
  return { said, isSame: data.equals(await readFile(join(directory, 'back.bin'))) };
}

describe.skipIf(!hasToolchain)('nothing is lost at 2 Mbaud', () => {
  it('over RFC 2217', async () => {
    const { board: served, directory } = await board();
    const { url } = await servedPort(served);
    const { isWhole, bytes } = await monitored(url, directory, () => pressReset(served));
    expect(isWhole).toBe(true);
    expect(EXPECTED_TEXT.equals(bytes)).toBe(true);

    const port = await openedPort(url, BAUD_RATE);
    await pressReset(port);
    const expected = expectedBytes();
    expect(expected.equals(await stream(port, expected.length))).toBe(true);
    await port.close();

    const flashed = await writtenAndRead(url, directory);
    expect(flashed).toMatchObject({ isSame: true, said: expect.stringMatching(/2000000 baud/) as string });
  });

  it.skipIf(process.platform !== 'linux')('through a pty', async () => {
    const { board: button, directory } = await board();
    const { a, b } = await ptyPair();
    forwardBetween(button, await openedPort(a));
    const { isWhole, bytes } = await monitored(b, directory, () => pressReset(button));
    expect(isWhole).toBe(true);
    expect(EXPECTED_TEXT.equals(bytes)).toBe(true);

    const port = await openedPort(b);
    await pressReset(button);
    const expected = expectedBytes();
    expect(expected.equals(await stream(port, expected.length))).toBe(true);
    await port.close();

    await pressReset(button, { gpio0Low: true });
    expect(await writtenAndRead(b, directory, '--before', 'no-reset')).toMatchObject({ isSame: true });
  });
});
