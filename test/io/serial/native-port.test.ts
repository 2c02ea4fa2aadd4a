import { execFile } from 'node:child_process';
import { chmod, chown } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serialPorts } from '../../../src/io/serial/serial-ports.ts';
import { openedPort, ptyMaster, ptyPair, readBytes } from '../../support/serial.ts';

const run = promisify(execFile);
const open = (path: string) => serialPorts.open(path, { baudRate: 115_200 });

describe.skipIf(process.platform !== 'linux')('a native port (pty)', () => {
  test('every byte value, both ways, at any rate', async () => {
    const { a, b } = await ptyPair();
    const [left, right] = [await openedPort(a, 74_880), await openedPort(b, 2_000_000)];
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await left.write(bytes);
    expect([...(await readBytes(right, 256))]).toEqual([...bytes]);
    await right.setBaudRate(921_600);
    await right.write(bytes);
    expect([...(await readBytes(left, 256))]).toEqual([...bytes]);
  });

  test('has no lines: setting them does nothing', async () => {
    const { a } = await ptyPair();
    const port = await openedPort(a);
    expect(port.hasSignals).toBe(false);
    await port.setSignals({ dtr: true, rts: false });
  });

  test('a second opener is told who has it', async () => {
    const { a } = await ptyPair();
    await openedPort(a);
    await expect(open(a)).rejects.toMatchObject({
      code: 'port/busy',
      message: expect.stringMatching(`^"${a}" is in use by .+ \\(process ${process.pid}\\).$`) as string,
      details: { holder: { pid: process.pid } },
    });
  });

  test('is free again when it is closed', async () => {
    const { a } = await ptyPair();
    for (let round = 0; round < 3; round += 1) await (await open(a)).close();
    await run('flock', ['--nonblock', '--exclusive', a, 'true']);
  });

  test('unplugged: reading ends, writing says so', async () => {
    const { a, cut } = await ptyPair();
    const port = await openedPort(a);
    const reading = readBytes(port, 1);
    await cut();
    expect(await reading).toHaveLength(0);
    await expect(port.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'port/lost' });
    await port.close();
  });

  test('unplugged while it sends without end', async () => {
    const { a, b, cut } = await ptyPair();
    const [port, other] = [await openedPort(a), await openedPort(b)];
    const flood = (async () => {
      for (;;) await other.write(new Uint8Array(10_000));
    })();
    let received = 0;
    for await (const bytes of port.read()) {
      received += bytes.length;
      if (received > 1_000_000) break;
    }
    await Promise.all([cut(), expect(flood).rejects.toMatchObject({ code: 'port/lost' })]);
    for await (const bytes of port.read()) received += bytes.length;
    await expect(port.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'port/lost' });
  });

  test('reads while a write waits, and the write goes on without being read from', async () => {
    const far = await ptyMaster();
    const port = await openedPort(far.path);
    // More than the kernel keeps for a pty.
    const size = 1 << 20;
    let isWritten = false;
    const writing = port.write(new Uint8Array(size)).then(() => {
      isWritten = true;
    });
    for (const value of [1, 2, 3]) {
      await far.send(value);
      expect([...(await readBytes(port, 1))]).toEqual([value]);
      expect(isWritten).toBe(false);
    }
    await far.take(size);
    await writing;
  });

  test('closing ends a write that nobody takes', async () => {
    const { a, b } = await ptyPair();
    const [port] = [await openedPort(a), await openedPort(b)];
    // b is opened and read by this process up to 16 MiB.
    const writing = port.write(new Uint8Array(64 << 20));
    await Promise.all([expect(writing).rejects.toMatchObject({ code: 'port/lost' }), port.close()]);
  });

  test('aborted before it is opened', async () => {
    const { a } = await ptyPair();
    const signal = AbortSignal.abort(new Error('Enough.'));
    await expect(serialPorts.open(a, { baudRate: 115_200, signal })).rejects.toThrow('Enough.');
    await (await open(a)).close();
  });

  test.each([
    ['/dev/tty-of-nobody', 'There is no port "/dev/tty-of-nobody".'],
    ['/dev/null', '"/dev/null" is not a serial port.'],
    ['/etc', '"/etc" cannot be opened: '],
  ])('%s: %s', async (path, message) => {
    const error: unknown = await open(path).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'port/missing',
      hint: expect.stringContaining('espaws ports') as string,
    });
    expect((error as Error).message.startsWith(message)).toBe(true);
  });

  test.skipIf(process.geteuid?.() !== 0)('forbidden: the group, and the command', async () => {
    const { a } = await ptyPair();
    const { stdout } = await run('getent', ['group', 'dialout']);
    await chown(a, 0, Number(stdout.split(':')[2]));
    await chmod(a, 0o660);
    onTestFinished(() => {
      process.seteuid!(0);
    });
    process.seteuid!(65_534);
    await expect(open(a)).rejects.toMatchObject({
      code: 'port/permission',
      message: `This user may not open "${a}"; members of the group "dialout" may.`,
      hint: 'Run: sudo usermod -aG dialout $USER, then log out and in again.',
    });
  });
});
