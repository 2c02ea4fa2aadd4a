import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { EchoPort, openedPort, pyserialPath, readBytes, servedPort } from '../../support/serial.ts';

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

/** pyserial's own server, over a port that gives back what it is sent; it prints what is done to the port. */
const SERVER = `
import socket, serial, serial.rfc2217
port = serial.serial_for_url('loop://', timeout=0)
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)
client, _ = listener.accept()
client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
class Connection:
    def write(self, data):
        client.sendall(data)
manager = serial.rfc2217.PortManager(port, Connection())
last = None
while True:
    data = client.recv(4096)
    if not data:
        break
    # One byte at a time, so that every change of the lines is seen.
    for one in serial.iterbytes(data):
        for byte in manager.filter(one):
            port.write(byte)
            client.sendall(b''.join(manager.escape(port.read(1))))
        now = f'{port.baudrate} dtr={int(port.dtr)} rts={int(port.rts)}'
        if now != last:
            print(now, flush=True)
        last = now
`;

test.skipIf(path === undefined)(
  'espaws reads, writes, sets rate and lines at a server of pyserial',
  async () => {
    const server = execa('python3', ['-c', SERVER], {
      env: { PYTHONPATH: path!, PYTHONDONTWRITEBYTECODE: '1' },
      lines: true,
    });
    onTestFinished(() => void server.kill());
    const lines = server.iterable();
    const portNumber = String((await lines.next()).value);
    const port = await openedPort(`rfc2217://127.0.0.1:${portNumber}`, 74_880);
    expect(port.hasSignals).toBe(true);
    const every = Uint8Array.from({ length: 512 }, (_, index) => (index < 256 ? index : 255));
    await port.write(every);
    expect([...(await readBytes(port, 512))]).toEqual([...every]);
    await port.setSignals({ dtr: false, rts: true });
    await port.setSignals({ dtr: true, rts: false });
    await port.setBaudRate(460_800);
    await port.close();
    const { stdout } = await server;
    expect(stdout.slice(1)).toEqual([
      '9600 dtr=1 rts=1',
      '74880 dtr=1 rts=1',
      '74880 dtr=0 rts=1',
      // Such a server changes one line after the other.
      '74880 dtr=1 rts=1',
      '74880 dtr=1 rts=0',
      '460800 dtr=1 rts=0',
    ]);
  },
);
