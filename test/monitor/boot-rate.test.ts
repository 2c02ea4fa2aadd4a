import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeClock } from '../../src/io/clock.ts';
import { nodeNetwork } from '../../src/io/network.ts';
import { misread } from '../../src/link/misread.ts';
import { BootRate } from '../../src/monitor/boot-rate.ts';
import { listen } from '../../src/monitor/listen.ts';
import { resetBoard } from '../../src/monitor/reset-board.ts';
import type { Clock } from '../../src/host.ts';
import type { Port } from '../../src/port.ts';
import { compileProgram, hasToolchain } from '../support/board-image.ts';
import { EchoPort, openedPort, servedPort } from '../support/serial.ts';

const BANNER = '\r\n ets Jan  8 2013,rst cause:2, boot mode:(3,6)';
const REST =
  '\r\n\r\nload 0x40100000, len 7872, room 16 \r\ntail 0\r\nchksum 0xf1\r\nload 0x3ffe8000, len 24, room 8 \r\ntail 0\r\nchksum 0x2d\r\ncsum 0x2d\r\n';
const PROGRAM = 'first line\r\nI (34) boot: second\r\n';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const heard = (text: string) => Buffer.from(misread(bytes(text), { sent: 74_880, read: 115_200 }));

function bootRate(port: Port, programRate = 115_200, clock: Clock = nodeClock): BootRate {
  return new BootRate({ port, programRate, romRate: 74_880, clock, onLate: () => undefined });
}

/** What is read of these pieces, and to which rates the port is set meanwhile. */
async function after(pieces: readonly (string | Uint8Array)[], programRate = 115_200, stepMs = 0) {
  const port = new EchoPort();
  let nowMs = 0;
  const clock = { ...nodeClock, monotonicMs: () => (nowMs += stepMs) };
  const rate = bootRate(port, programRate, clock);
  await rate.expectRom();
  const read: Uint8Array[] = [];
  for (const piece of pieces) {
    read.push((await rate.receive(typeof piece === 'string' ? bytes(piece) : piece)).slice());
  }
  read.push(rate.flush());
  return { rates: port.baudRates, text: Buffer.concat(read).toString('latin1') };
}

describe('BootRate', () => {
  it.each([
    ['where the program starts from', [BANNER], [74_880, 115_200]],
    ['nothing yet', ['\u0000\u00fe\r\n ets Jan  8 2013,rst cause:2, boot mode:('], [74_880]],
    ['the loader', [BANNER.replace('(3', '(1'), '\r\nwaiting for host\r\n'], [74_880]],
    ['no more than once', [BANNER, PROGRAM, BANNER], [74_880, 115_200]],
  ])('follows %s', async (_, pieces, rates) => {
    expect((await after(pieces)).rates).toEqual(rates);
  });

  it('takes odd bytes for another rate, but for those from before the reset', async () => {
    const noise = '\u00fe\u0080\u00ff\u0000\u00e3\u00fc\u0018\u00c0\u00f3';
    expect((await after([noise, 'x'], 115_200, 1)).rates).toEqual([74_880]);
    expect((await after([noise, 'x'], 115_200, 600)).rates).toEqual([74_880, 115_200]);
  });

  it('leaves out the rest of the boot ROM’s text, at whichever moment the rate has changed', async () => {
    for (let changed = 0; changed < REST.length; changed += 1) {
      const rest = Buffer.concat([bytes(REST.slice(0, changed)), heard(REST.slice(changed))]);
      const { text } = await after([BANNER, rest, PROGRAM]);
      expect(text, `changed at ${changed}`).toMatch(/first line\r\nI \(34\) boot: second\r\n$/);
      // Of the last line alone too little may be left to be known.
      if (changed > REST.length - 'csum 0x2d\r\n'.length) continue;
      const lines = text.split(/[\r\n]+/).filter((line) => !/^(?:load|tail|ch?k?sum| ets)/.test(line));
      expect(lines.filter(Boolean), `changed at ${changed}`).toEqual(['first line', 'I (34) boot: second']);
    }
  });

  it('keeps the program’s lines, however they are cut', async () => {
    const rest = Buffer.concat([heard(REST), bytes('\u001B[0;32mI (5) app: caf\u00c3\u00a9\u001B[0m\r\n> ')]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(rest.length), { maxLength: 12 }), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), rest.length];
        const pieces = places.slice(1).map((end, index) => rest.subarray(places[index], end));
        const { text } = await after([BANNER, ...pieces]);
        expect(text).toBe(`${BANNER}\n\u001B[0;32mI (5) app: caf\u00c3\u00a9\u001B[0m\r\n> `);
      }),
      { numRuns: 50 },
    );
  });

  it('gives up leaving out where it never ends', async () => {
    const noise = Buffer.alloc(4096, 0xfe);
    expect((await after([BANNER, noise, noise])).text.length).toBeGreaterThan(4096);
  });

  it('leaves a program at the ROM’s rate, and a line without a rate, alone', async () => {
    expect(await after([BANNER, REST], 74_880)).toEqual({ rates: [], text: BANNER + REST });
    const port = Object.assign(new EchoPort(), { hasBaudRate: false });
    await bootRate(port).expectRom();
    expect(port.baudRates).toEqual([]);
  });

  it('says that a port was late', async () => {
    const late: number[] = [];
    const times = [0, 100, 140];
    const rate = new BootRate({
      ...{ port: new EchoPort(), programRate: 115_200, romRate: 74_880 },
      clock: { ...nodeClock, monotonicMs: () => times.shift() ?? 0 },
      onLate: (ms) => late.push(ms),
    });
    await rate.expectRom();
    await rate.receive(bytes(BANNER));
    expect(late).toEqual([40]);
  });
});

const RUN = / ets Jan {2}8 2013,rst cause:2, boot mode:\(3,\d\)\n[\s\S]*?\nfirst\nsecond/g;

describe.skipIf(!hasToolchain)('a reset of the virtual board', () => {
  it.each(['directly', 'over RFC 2217'])(
    'shows the boot ROM at 74880 baud and the program at 115200, %s',
    async (way) => {
      const directory = await mkdtemp(join(tmpdir(), 'espaws-rate-'));
      onTestFinished(() => rm(directory, { recursive: true }));
      // The pause is that of an SDK that starts.
      const program =
        'void start(void) { REG(0x60000014) = 451; /* of 52 MHz */ ets_delay_us(200000); SAY("first\\r\\nsecond\\r\\n"); for (;;) SLEEP(); }';
      await writeFile(join(directory, 'flash.bin'), compileProgram(program).flash);
      const board = await openedPort(`virtual:${join(directory, 'flash.bin')}?timing=real`);
      const port = way === 'directly' ? board : await openedPort((await servedPort(board)).url);
      const rate = bootRate(port);
      const listening = listen({
        ...{ port, network: nodeNetwork, clock: nodeClock, baudRate: 115_200, bootRate: rate },
      });
      const lines: string[] = [];
      for (let resets = 1; resets <= 2; resets += 1) {
        await resetBoard(port, nodeClock, { to: 'program', whileInReset: () => rate.expectRom() });
        for (;;) {
          const { value, done } = await listening.next();
          if (done === true) throw new Error(`The board ended: ${lines.join('|')}`);
          lines.push(...value.map(({ event }) => event.line));
          if ((lines.join('\n').match(RUN) ?? []).length === resets) break;
        }
      }
    },
  );
});
