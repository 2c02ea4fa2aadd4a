import { describe, expect, it } from 'vitest';
import { withoutWrapper } from '../../src/monitor/wrapped-lines.ts';

const DEVICE = [
  'rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)',
  'I (512) wifi: state: 0 -> 2 (b0)',
  'Connecting to broker...',
  '',
  'E (2512) esp-tls: mbedtls_ssl_handshake returned -0x2700',
  'failed, rc=-2',
];

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  await Promise.resolve();
  yield* lines;
}

async function read(lines: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const line of withoutWrapper(each(lines))) found.push(line);
  return found;
}

describe('what stands before every line of a log', () => {
  it.each([
    ['a logger of Python', (line: string) => `INFO:serial:${line}`],
    ['a container', (line: string) => `device_1  | ${line}`],
    ['a test runner', (line: string) => `[dut] ${line}`],
    ['numbers of lines', (line: string, index: number) => `${String(index + 8).padStart(4)}: ${line}`],
    ['levels', (line: string, index: number) => `${index % 2 === 0 ? 'INFO' : 'WARNING'} - ${line}`],
    ['syslog', (line: string) => `pi device[123]: ${line}`],
  ])('%s', async (_, wrapped) => {
    expect(await read(DEVICE.map(wrapped))).toEqual(DEVICE);
  });

  it('leaves the times before it', async () => {
    const wrapped = DEVICE.map((line, index) => `2026-01-02 12:34:5${index}.789 INFO ${line}`);
    expect(await read(wrapped)).toEqual(
      DEVICE.map((line, index) => `2026-01-02 12:34:5${index}.789 ${line}`),
    );
  });

  it('is what the first lines show, of however many', async () => {
    const long = Array.from({ length: 100 }, (_, index) => DEVICE[index % DEVICE.length]!);
    expect(await read(long.map((line) => `[dut] ${line}`))).toEqual(long);
  });

  it.each([
    ['heads of the SDK', ['E (1) esp-tls: a', 'E (2) esp-tls: b', 'E (3) esp-tls: c', 'E (4) esp-tls: d']],
    [
      'heads of Arduino',
      ['[ 1][E][a.cpp:1] x', '[ 2][E][a.cpp:1] y', '[ 3][E][b.cpp:1] x', '[ 4][W][a.cpp:1] z'],
    ],
    ['words of a library', ['TCP: connect', 'TCP: open', 'TCP: write', 'TCP: closed']],
    [
      'a backtrace',
      Array.from({ length: 4 }, (_, index) => `Backtrace: 0x400d${index}234:0x3ffb${index}230`),
    ],
    ['exceptions', ['Exception (29):', 'Exception (28):', 'Exception (9):', 'Exception (0):']],
    ['the ESP8266 core’s connections', [':ref 1', ':rn 370', ':rcl', ':abort']],
    ['a modem’s reports', Array.from({ length: 4 }, (_, index) => `+QIURC: "closed",${index}`)],
    ['mbedTLS’s modules', ['NET - Connection was reset by peer', 'NET - x', 'NET - y', 'NET - z']],
    [
      'levels that are a library’s',
      ['ERROR: reading incoming data failed!', 'ERROR: a', 'ERROR: b', 'ERROR: c'],
    ],
    [
      'mosquitto’s times',
      [
        '1609459200: a',
        '1609459200: New connection from 10.0.0.7 on port 8883.',
        '1609459201: b',
        '1609459202: c',
      ],
    ],
    ['too few lines', ['[dut] one', '[dut] two', '[dut] three']],
    ['lines that begin in their own ways', ['one: 1', 'two: 2', 'three: 3', 'four: 4']],
    ['nothing', []],
  ])('leaves %s alone', async (_, lines) => {
    expect(await read(lines)).toEqual(lines);
  });
});
