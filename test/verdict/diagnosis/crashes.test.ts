import { describe, expect, it } from 'vitest';
import { describeLogs, firstCause, type LogsWithCause } from '../../support/first-cause.ts';

const epc = (address: string) => `epc1=${address} epc2=0x00000000 epc3=0x00000000`;

/** What the kind of a crash, its address and its frames say. */
const LOGS: LogsWithCause = [
  ['crash.illegal_instruction', ['Exception (0):', `${epc('0x40201730')} excvaddr=0x00000000`]],
  ['crash.bad_jump', ['Exception (2):', `${epc('0x3ffed570')} excvaddr=0x3ffed570`]],
  [
    'crash.bad_jump',
    ["Guru Meditation Error: Core  0 panic'ed (InstrFetchProhibited). Exception was unhandled."],
  ],
  ['crash.divide_by_zero', ['Exception (6):', epc('0x40201730')]],
  ['crash.null_pointer', ['Exception (29):', `${epc('0x4000e1cc')} excvaddr=0x00000404`]],
  // 443, and the next word; 8883.
  ['crash.port_as_address', ['Exception (28):', `${epc('0x4020a5d4')} excvaddr=0x000001bb`]],
  ['crash.port_as_address', ['Exception (9):', `${epc('0x4020a5d4')} excvaddr=0x000001bf`]],
  ['crash.port_as_address', ['Exception (28):', `${epc('0x4020a5d4')} excvaddr=0x000022b3`]],
  ['crash.wild_pointer', ['Exception (28):', `${epc('0x4020a5d4')} excvaddr=0x5a5a5a5a`]],
  // On BearSSL's own stack nobody's arguments are wrong.
  [
    'crash.in_tls',
    ['Connect: host:443', 'Exception (9):', `${epc('0x4020a5d4')} excvaddr=0x000001bf`, 'ctx: bearssl'],
  ],
  // axTLS in a handshake that this heap does not bear, without the registers.
  [
    'heap.exhausted',
    ['Heap: 21440', 'State:\tsending Client Key Exchange (16)', 'Fatal exception 29(StoreProhibitedCause):'],
  ],
  ['crash.bad_pointer', ['Heap: 21440', 'Fatal exception 29(StoreProhibitedCause):']],
  // Flash and instruction RAM take whole words alone; beyond them the pointer is spoilt.
  ['crash.flash_access', ['Exception (3):', `${epc('0x4020a5d4')} excvaddr=0x40231234`]],
  ['crash.wild_pointer', ['Exception (3):', `${epc('0x401003e9')} excvaddr=0x40050669`]],
  [
    'crash.cache_disabled',
    ["Guru Meditation Error: Core  1 panic'ed (Cache disabled but cached memory region accessed)."],
  ],
  ['crash.stack_overflow', ["Guru Meditation Error: Core  0 panic'ed (Stack protection fault)."]],
  [
    'crash.null_pointer',
    [
      "Guru Meditation Error: Core  0 panic'ed (Load access fault).",
      'MEPC    : 0x4203ecc0',
      'MTVAL   : 0x00000000',
    ],
  ],
  ['crash.stack_overflow', ['Panic core_esp8266_main.cpp:114 loop_task']],
  [
    'crash.stack_overflow',
    ['connected', 'Backtrace: 0x4c103f95:0x3ffbe160 0x229cfdfd:0x3ffbe180', 'Rebooting...'],
  ],
  // A watchdog of Arduino's is reported as an interrupt.
  ['cpu.watchdog', ['Soft WDT reset', 'Exception (4):', epc('0x40221598')]],
  // Decoded by another tool.
  [
    'crash.heap_corrupted',
    ['PC: 0x4008d2a1: remove_free_block at heap_tlsf.c line 207', 'EXCVADDR: 0x00000008'],
  ],
  [
    'crash.heap_corrupted',
    ['0x401003f5: check_poison_block at umm_malloc.c line 835', '0x402336b5: ssl_free at tls1.c line 90'],
  ],
  ['crash.stack_overflow', ['0x4008ae91: vApplicationStackOverflowHook at port.c:486']],
  ['heap.exhausted', ['0x4008ae91: heap_caps_alloc_failed at heap_caps.c:56']],
  [
    'crash.in_tls',
    [
      '0x40228f32: ssl_read at axtls/ssl/tls1.c line 260',
      '0x4020403c: esp_yield at core_esp8266_main.cpp line 43',
    ],
  ],
  [
    'crash.in_tls',
    [
      '0x4022309a: br_ssl_hs_client_run at src/ssl/ssl_hs_client.c line 1871',
      '0x40201234: loop at main.cpp line 40',
    ],
  ],
  [
    'cpu.watchdog_crypto',
    [
      '0x4022309a: br_i31_montymul at src/int/i31_montmul.c line 60',
      '0x40201234: br_rsa_i31_public at src/rsa/rsa_i31_pub.c line 90',
    ],
  ],
  [
    'cpu.watchdog_callback',
    [
      'performing the SSL/TLS handshake...',
      'E (26551) task_wdt: Task watchdog got triggered. The following tasks did not reset the watchdog in time:',
      'E (26551) task_wdt:  - async_tcp (CPU 0/1)',
      'E (26551) task_wdt: CPU 0: IDLE0',
    ],
  ],
  // Who ran while idle tasks starved: what connects, or anybody.
  ...(
    [
      ['cpu.watchdog_crypto', 'mqtt_task'],
      ['cpu.watchdog_idle', 'httpd'],
      ['cpu.watchdog_idle', 'loopTask'],
    ] as const
  ).map(
    ([cause, task]) =>
      [
        cause,
        [
          'E (21838) task_wdt: Task watchdog got triggered. The following tasks did not reset the watchdog in time:',
          'E (21838) task_wdt:  - IDLE (CPU 0)',
          `E (21838) task_wdt: CPU 0: ${task}`,
        ],
      ] as const,
  ),
  ...(
    [
      ['cpu.watchdog_callback', 'async_tcp_ssl'],
      ['cpu.watchdog_crypto', 'tls_task'],
    ] as const
  ).map(
    ([cause, task]) =>
      [
        cause,
        [
          'E (9) task_wdt: Task watchdog got triggered. The following tasks did not reset the watchdog in time:',
          `E (9) task_wdt:  - ${task} (CPU 0/1)`,
        ],
      ] as const,
  ),
  ...[
    'assert failed: tlsf_free tlsf.c:1120 (!block_is_free(block) && "block already marked as free")',
    'assert failed: remove_free_block heap_tlsf.c:205 (prev && "prev_free field can not be null")',
    'assert failed: multi_heap_free multi_heap_poisoning.c:279 (head != NULL)',
    'assertion "head != NULL" failed: file "multi_heap_poisoning.c", line 199, function: multi_heap_free',
  ].map((line) => ['crash.heap_corrupted', [line]] as const),
  [
    'crash.heap_corrupted',
    [
      'Abort called',
      '0x40201234: raise_exception at core_esp8266_postmortem.cpp:260',
      '0x40100c02: get_unpoisoned_check_neighbors at umm_malloc.cpp:90',
    ],
  ],
  // Behind the handshake its buffers are paid for.
  [
    'crash.null_pointer',
    [
      'Connecting to a.example.com:443',
      'Ready (ping: 1ms).',
      'Free RAM: 16344',
      'Exception (28):',
      'epc1=0x4020509e epc2=0x00000000 epc3=0x00000000 excvaddr=0x00000010 depc=0x00000000',
    ],
  ],
  ['crash.stack_overflow.bearssl', ['FATAL ERROR: BSSL stack overflow', 'ctx: bearssl']],
  // The boot ROM of later chips, and what programs print of the run before.
  ['cpu.watchdog', ['rst:0x8 (TG1WDT_SYS_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)']],
  ['power.brownout', ['rst:0xf (RTCWDT_BROWN_OUT_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)']],
  ['crash', ['{"StatusPRM":{"RestartReason":"Exception","Uptime":"0T00:00:02"}}']],
  [
    'crash.null_pointer',
    ['{"Info3":{"RestartReason":{"Exception":28,"EPC":["40240dd0"],"EXCVADDR":"0000002c"}}}'],
  ],
  [
    'crash.null_pointer',
    ['Restart Reason: Fatal exception:28 flag:2 (EXCEPTION) epc1:0x4000bf80 excvaddr:0x00000000'],
  ],
];

describeLogs('crashes', LOGS);

describe('crashes, and what is none', () => {
  it('an address that a monitor has named is none', () => {
    expect(firstCause(['entry 0x40080400', '0x40080400: _init at ??:?'])).toBeUndefined();
    expect(
      firstCause(['I (5) app: handler 0x400d1234', '0x400d1234: on_event at main.c:12']),
    ).toBeUndefined();
  });

  it('a restart that the program asked for is none', () => {
    expect(
      firstCause(['rst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)', 'Rebooting...']),
    ).toBeUndefined();
  });
});
