import { execa } from 'execa';
import { expect, test } from 'vitest';
import { EchoPort, pyserialPath, servedPort } from '../../support/serial.ts';

const path = pyserialPath();
if (path === undefined) process.stderr.write('SKIPPED: no pyserial; run scripts/setup --tests.\n');

/** pyserial's own RFC 2217 client, with every answer awaited, doing what esptool.py does with it. */
const CLIENT = `
import sys, serial, time
port = serial.serial_for_url(sys.argv[1], baudrate=115200, timeout=5)
every = bytes(range(256)) + bytes([255, 255])
port.write(every)
assert port.read(len(every)) == every
port.dtr = False; port.rts = True; time.sleep(0.1)
port.dtr = True; port.rts = False; time.sleep(0.05)
port.dtr = False
port.baudrate = 921600
port.reset_input_buffer()
port.write(b'\\xff')
assert port.read(1) == b'\\xff'
port.rts = True; time.sleep(0.1); port.rts = False
print(port.baudrate)
port.close()
`;

test.skipIf(path === undefined)('pyserial reads, writes, sets the rate and resets', async () => {
  const echo = new EchoPort();
  const { url, events, next } = await servedPort(echo);
  const { stdout } = await execa('python3', ['-c', CLIENT, url], {
    env: { PYTHONPATH: path!, PYTHONDONTWRITEBYTECODE: '1' },
  });
  await next('disconnected');
  expect(stdout).toBe('921600');
  expect(echo.baudRates).toEqual([115_200, 921_600]);
  const resets = events.flatMap((event) => (event.kind === 'reset' ? [event.to] : []));
  // pyserial asserts DTR when it opens a port.
  expect(resets).toEqual(['loader', 'loader', 'program']);
  // GPIO0 is low only from the moment that EN is released, which is what starts the loader.
  expect(echo.signals.filter(({ dtr }) => dtr)).toEqual([
    { dtr: true, rts: false },
    { dtr: true, rts: false },
  ]);
});
