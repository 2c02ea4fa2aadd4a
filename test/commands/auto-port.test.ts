import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { macAddressFor, macAddressText } from '../../src/board/mac-address.ts';
import { resolvePort } from '../../src/commands/auto-port.ts';
import { portsCommand } from '../../src/commands/ports.ts';
import type { PortInfo } from '../../src/port.ts';
import { espLoaders } from '../../src/io/esp-loader/esp-loader.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { serialPorts } from '../../src/io/serial/serial-ports.ts';
import { testContext } from '../support/board-case.ts';

const CONSOLE: PortInfo = { path: '/dev/ttyS0' };
const MODEM: PortInfo = { path: '/dev/ttyACM0', vendorId: '12d1', productId: '1001' };
const NODEMCU = board('/dev/ttyUSB0', { serialNumber: '0001' });
const WEMOS = board('/dev/ttyUSB1', { vendorId: '1a86', productId: '7523', bridge: 'CH340' });

function board(path: string, more: Partial<PortInfo> = {}): PortInfo {
  return { path, vendorId: '10c4', productId: 'ea60', bridge: 'CP2102', ...more };
}

/** A machine with these ports, its cache in a folder of its own; `answers` are typed at its terminal. */
async function machine(ports: PortInfo[], answers?: readonly string[]) {
  const cache = await mkdtemp(join(tmpdir(), 'espaws-ports-'));
  onTestFinished(() => rm(cache, { recursive: true }));
  const questions: string[] = [];
  const typed = [...(answers ?? [])];
  const host = {
    ...testContext().host,
    files: nodeFiles,
    ports: { ...serialPorts, list: () => Promise.resolve(ports) },
    prompt: {
      canAsk: answers !== undefined,
      ask: (question: string) => {
        questions.push(question);
        return Promise.resolve(typed.shift() ?? '');
      },
    },
    environment: { ...testContext().host.environment, variables: { ESPAWS_CACHE: cache } },
  };
  return { host, cache, questions, replug: (now: PortInfo[]) => void ports.splice(0, ports.length, ...now) };
}

describe('--port auto', () => {
  test('the only board, whatever else there is', async () => {
    const { host } = await machine([NODEMCU, MODEM, CONSOLE]);
    expect(await resolvePort(host, 'auto')).toBe('/dev/ttyUSB0');
  });

  test.each([[[]], [[CONSOLE, MODEM]]])('none among %j', async (ports) => {
    const { host } = await machine(ports);
    await expect(resolvePort(host, 'auto')).rejects.toMatchObject({
      code: 'port/ambiguous',
      message: 'No board was found.',
    });
  });

  test('several, and nobody to ask: the list', async () => {
    const { host } = await machine([NODEMCU, WEMOS]);
    await expect(resolvePort(host, 'auto')).rejects.toMatchObject({
      code: 'port/ambiguous',
      message: '2 boards were found: /dev/ttyUSB0 (CP2102, 0001), /dev/ttyUSB1 (CH340).',
      hint: 'Name one, for example: --port /dev/ttyUSB0',
      details: { ports: [NODEMCU, WEMOS] },
    });
  });

  test.each([
    [['2'], '/dev/ttyUSB1'],
    [[''], '/dev/ttyUSB0'],
    [['3', 'x', '0', ' 2 '], '/dev/ttyUSB1'],
  ])('several, and %j is answered: %s, which is not asked again', async (answers, path) => {
    const { host, questions } = await machine([NODEMCU, WEMOS], answers);
    expect(await resolvePort(host, 'auto')).toBe(path);
    expect(questions).toHaveLength(answers.length);
    expect(questions[0]).toBe(
      '  1  /dev/ttyUSB0 (CP2102, 0001)\n  2  /dev/ttyUSB1 (CH340)\nWhich board? [1] ',
    );
    expect(await resolvePort(host, 'auto')).toBe(path);
    expect(questions).toHaveLength(answers.length);
  });

  test('several, and one was named before', async () => {
    const { host } = await machine([NODEMCU, WEMOS]);
    expect(await resolvePort(host, '/dev/ttyUSB1')).toBe('/dev/ttyUSB1');
    expect(await resolvePort(host, 'auto')).toBe('/dev/ttyUSB1');
  });

  test('a board with a serial number is known by it, at whatever path it is', async () => {
    const other = board('/dev/ttyUSB0', { serialNumber: '0002' });
    const { host, replug } = await machine([NODEMCU, WEMOS]);
    await resolvePort(host, '/dev/ttyUSB0');
    replug([other, { ...NODEMCU, path: '/dev/ttyUSB5' }]);
    expect(await resolvePort(host, 'auto')).toBe('/dev/ttyUSB5');
  });

  test('a memory that cannot be read is none', async () => {
    const { host, cache } = await machine([NODEMCU, WEMOS]);
    await writeFile(join(cache, 'last-port.json'), '{"path": 1');
    await expect(resolvePort(host, 'auto')).rejects.toMatchObject({ code: 'port/ambiguous' });
  });
});

test.each(['virtual:', 'rfc2217://lab:2217', 'socket://lab:1', '/dev/ttyUSB7', 'nonsense'])(
  '%s is as it is',
  async (url) => {
    const { host } = await machine([NODEMCU, WEMOS]);
    expect(await resolvePort(host, url)).toBe(url);
    await expect(resolvePort(host, 'auto')).rejects.toMatchObject({ code: 'port/ambiguous' });
  },
);

describe('espaws ports', () => {
  test('lists, with what was used last', async () => {
    const { host } = await machine([NODEMCU, WEMOS, MODEM, CONSOLE]);
    await resolvePort(host, '/dev/ttyUSB1');
    const { text, json } = await portsCommand({ ...testContext(), host });
    expect(text.split('\n')).toEqual([
      '  /dev/ttyUSB0  CP2102  10c4:ea60  0001',
      '  /dev/ttyUSB1  CH340   1a86:7523  -     last used',
      '  /dev/ttyACM0  -       12d1:1001  -',
      '  /dev/ttyS0    -       -          -',
    ]);
    expect(json).toMatchObject({ ports: [{ ...NODEMCU, isLastUsed: false }, { isLastUsed: true }, {}, {}] });
  });

  test('none', async () => {
    const { host } = await machine([]);
    expect(await portsCommand({ ...testContext(), host })).toMatchObject({
      exitCode: 0,
      json: { ports: [] },
      text: expect.stringContaining('virtual:') as string,
    });
  });

  test('asks boards for their chip, and nothing else', async () => {
    const { host, cache } = await machine([]);
    const file = join(cache, 'flash.bin');
    const virtual = board(`virtual:${file}`);
    const mac = macAddressText(macAddressFor(file));
    const ports = { ...host.ports, list: () => Promise.resolve([virtual, board('/dev/tty-gone'), CONSOLE]) };
    const context = { ...testContext(), host: { ...host, ports } };
    const { json, text } = await portsCommand(context, { probe: espLoaders(host.clock) });
    expect(json).toMatchObject({
      ports: [
        { path: virtual.path, chip: { name: 'ESP8266EX', mac } },
        { problem: 'There is no port "/dev/tty-gone".' },
        { path: '/dev/ttyS0', problem: expect.stringContaining('not asked') as string },
      ],
    });
    expect(text.split('\n')[0]).toContain(`ESP8266EX ${mac}`);
  });
});
