import { describe, expect, it } from 'vitest';
import { codeAddresses } from '../../src/crash/code-addresses.ts';
import { CrashCollector, type Crash } from '../../src/crash/crash.ts';
import { crashText } from '../../src/crash/crash-text.ts';
import { decodeCrash } from '../../src/crash/decode-crash.ts';
import { faultCause } from '../../src/crash/fault-cause.ts';
import type { ToldPlace } from '../../src/crash/told-places.ts';
import { parseAddr2line } from '../../src/crash/source-lines.ts';
import { parseLine } from '../../src/monitor/events.ts';

function crashesOf(log: string): Crash[] {
  const collector = new CrashCollector();
  const found = log.split('\n').map((line) => collector.add(parseLine(line)));
  return [...found, collector.end()].filter((crash) => crash !== undefined);
}

const SDK_2 = `Fatal exception (0):
epc1=0x40279d20
epc2=0x00000000
epc3=0x402818a7
epcvaddr=0x40108d98
depc=0x00000000
rtn_add=0x40278781

Free Heap Size: 42528
Stack Point: 3fff7e10
3fff7e10: 401086c0 00000362 3fff8c33 00000000
3fff7e40: 00000000 00000000 00000000 4027da17`;

const SDK_3 = `Task watchdog got triggered.

Guru Meditation Error: Core  0 panic'ed (unknown). Exception was unhandled.
Core 0 register dump:
PC      : 0x402638f0  PS      : 0x00000030  A0      : 0x402468ba  A1      : 0x3fff46f0
EXCCAUSE: 0x3fffe69c

Backtrace: 0x402638f0:0x3fff46f0`;

const ARDUINO = `Exception (9):
epc1=0x40203790 epc2=0x00000000 epc3=0x00000000 excvaddr=0x33342042 depc=0x00000000

>>>stack>>>

ctx: sys
sp: 3ffffdd0 end: 3fffffb0 offset: 01a0
3fffff70:  3fff1114 401017a7 00000000 00000000
3fffffa0:  40000f49 3fffdab0 3fffdab0 40000f49
<<<stack<<<

 ets Jan  8 2013,rst cause:2, boot mode:(3,0)`;

describe('CrashCollector', () => {
  it('reads a dump of SDK 2.x', () => {
    const [crash] = crashesOf(SDK_2);
    expect(crash).toMatchObject({ announced: 'exception', exccause: 0, resetCause: undefined });
    expect(crash?.registers).toMatchObject({ epc1: 0x40279d20, rtn_add: 0x40278781 });
    expect(crash?.stack).toHaveLength(8);
  });

  it('takes a watchdog and its panic for one crash', () => {
    const crashes = crashesOf(SDK_3);
    expect(crashes).toHaveLength(1);
    expect(crashes[0]).toMatchObject({
      announced: 'watchdog',
      said: 'task watchdog',
      backtrace: [0x402638f0],
    });
  });

  it('ties the reset to the crash before it', () => {
    expect(crashesOf(ARDUINO)).toMatchObject([{ exccause: 9, resetCause: 2 }]);
  });

  it('parts crashes that repeat', () => {
    const one =
      'Fatal exception (28):\nepc1=0x40102180, epc2=0x00000000, excvaddr=0x00001c20, depc=0x00000000\n';
    expect(crashesOf(one.repeat(3))).toHaveLength(3);
  });

  it('ends a dump that other lines follow', () => {
    expect(crashesOf(`Exception (9):\n${'I (5) app: on\n'.repeat(100)}epc1=0x40203790`)).toMatchObject([
      { registers: {} },
    ]);
  });
});

describe('codeAddresses', () => {
  it.each([
    [SDK_2, [0x40279d20, 0x40278781, 0x401086c0, 0x4027da17]],
    [SDK_3, [0x402638f0, 0x402468ba]],
    [ARDUINO, [0x40203790, 0x401017a7, 0x40000f49]],
  ])('innermost first', (log, addresses) => {
    expect(codeAddresses(crashesOf(log)[0]!, undefined).map(({ address }) => address)).toEqual(addresses);
  });
});

describe('faultCause', () => {
  it.each([
    ['Exception (9):\nepc1=0x40203790 excvaddr=0x33342042', /at 0x33342042 that is not a multiple/],
    ["Guru Meditation Error: Core  0 panic'ed (LoadProhibited).", /load from an address where no memory is/],
    ['***ERROR*** A stack overflow in task mqtt has been detected.', /the stack overflowed in task mqtt/],
    [
      'ESP_ERROR_CHECK failed: esp_err_t 0x102 (ERROR) at 0x40210010',
      /ESP_ERROR_CHECK failed: esp_err_t 0x102/,
    ],
    [' Soft WDT reset', /software watchdog fired/],
    ['Fatal exception (14):', /exception cause 14/],
  ])('%s', (log, cause) => {
    expect(faultCause(crashesOf(log)[0]!, undefined)).toMatch(cause);
  });
});

describe('decodeCrash', () => {
  it('names the functions of the boot ROM, and leaves other addresses numbers without an ELF', async () => {
    const romAddresses = { ets_intr_lock: 0x40000f74, ets_memset: 0x400018a4 };
    const decoded = await decodeCrash(crashesOf(ARDUINO)[0]!, { program: undefined, romAddresses });
    expect(decoded.frames[0]).toMatchObject({ address: 0x40203790, role: 'at', lines: [] });
    expect(crashText(decoded)).toContain('from 0x40000f49  ?');
    const called = await decodeCrash(
      { ...crashesOf(ARDUINO)[0]!, stack: [0x40000f80] },
      { program: undefined, romAddresses },
    );
    expect(crashText(called)).toContain('from 0x40000f80  ets_intr_lock+0xc (boot ROM)');
  });
});

describe('what the log tells of addresses', () => {
  const romAddresses = {};
  const told = (address: number, name: string, isCounter = false): ToldPlace => ({
    address,
    isCounter,
    line: { function: name, file: 'a.cpp', line: 7 },
  });
  const decoded = async (log: string, places: readonly ToldPlace[]) =>
    crashText(await decodeCrash(crashesOf(log)[0]!, { program: undefined, romAddresses }, places));

  it('names the frames, and leaves out what its tool has sorted out', async () => {
    const text = await decoded(ARDUINO, [told(0x401017a7, 'BearSSL::connect(char const*)')]);
    expect(text).toContain('at   0x40203790  ?');
    expect(text).toContain('from 0x401017a7  BearSSL::connect(char const*)  a.cpp:7');
    expect(text).not.toContain('0x40000f49');
  });

  it('is all there is where the dump was left out', async () => {
    const text = await decoded('Exception (9):', [
      told(0x4020c454, 'isRSA() const', true),
      told(0x4020b953, 'run'),
    ]);
    expect(text).toContain('at   0x4020c454  isRSA() const  a.cpp:7\n  from 0x4020b953  run');
  });

  it('does not concern another crash', async () => {
    expect(await decoded(ARDUINO, [told(0x40299999, 'elsewhere')])).toContain('from 0x40000f49  ?');
  });
});

describe('source lines of other tools', () => {
  it.each([
    [
      'PC: 0x4020c454: BearSSL::PrivateKey::isRSA() const at /x/BearSSLHelpers.cpp line 734',
      ['BearSSL::PrivateKey::isRSA() const', '/x/BearSSLHelpers.cpp', 734],
    ],
    [
      '0x40203380: WiFiClient::connect(IPAddress, unsigned short) at /x/ClientContext.h line 144',
      ['WiFiClient::connect(IPAddress, unsigned short)', '/x/ClientContext.h', 144],
    ],
    [
      '  #1  0x400d1e12:0x3ffb1f40 in setup() at src/main.cpp:23 (discriminator 2)',
      ['setup()', 'src/main.cpp', 23],
    ],
    [
      '0x40100339 in loop_task at C:\\core\\core_esp8266_main.cpp:12',
      ['loop_task', 'C:\\core\\core_esp8266_main.cpp', 12],
    ],
    ['0x400d1234: bi_set_mod at ??:?', ['bi_set_mod', undefined, undefined]],
  ])('%s', (line, [name, file, lineNumber]) => {
    expect(parseLine(line)).toMatchObject({ kind: 'source', function: name, file, lineNumber });
  });
});

describe('parseAddr2line', () => {
  it('reads functions, inlined ones first', () => {
    const output = '0x40100010\ninner\n/a/b.c:5 (discriminator 2)\nouter\n/a/b.c:9\n0x40100020\n??\n??:0\n';
    expect(parseAddr2line(output)).toEqual(
      new Map([
        [
          0x40100010,
          [
            { function: 'inner', file: '/a/b.c', line: 5 },
            { function: 'outer', file: '/a/b.c', line: 9 },
          ],
        ],
        [0x40100020, []],
      ]),
    );
  });
});
