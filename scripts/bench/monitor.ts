import { LineSplitter } from '../../src/monitor/lines.ts';
import { messagesIn } from '../../src/monitor/shared-lines.ts';
import { parseLine } from '../../src/monitor/events.ts';
import { LogFacts } from '../../src/verdict/diagnosis/log-facts.ts';

/** How fast a log becomes events, in megabytes of UART bytes a second of processor time: others may use the machine. */
export interface MonitorSpeed {
  megabytesPerSecond: number;
  linesPerSecond: number;
  bytes: number;
}

/** As serial drivers and sockets hand them over. */
const CHUNK_BYTES = 16_384;

/** So many parts are timed by themselves. */
const ROUNDS = 10;

/**
 * Splits, parses and sums up `megabytes` of a realistic log in rounds, once some of them have warmed the engine up. The
 * median of the rounds: what else runs on the machine takes its share of some of them.
 */
export function measureMonitor(megabytes: number): MonitorSpeed {
  const unit = Buffer.from(realisticLog());
  const copies = Math.ceil((megabytes * 1e6) / ROUNDS / unit.length);
  const log = Buffer.concat(Array.from({ length: copies }, () => unit));
  for (let round = 0; round < 3; round += 1) read(log);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    const lines = read(log);
    const { user, system } = process.cpuUsage(before);
    return { lines, seconds: (user + system) / 1e6 };
  });
  const { lines, seconds } = rounds.sort((one, other) => one.seconds - other.seconds)[ROUNDS / 2]!;
  return {
    megabytesPerSecond: log.length / 1e6 / seconds,
    linesPerSecond: lines / seconds,
    bytes: log.length * ROUNDS,
  };
}

function read(log: Uint8Array): number {
  const splitter = new LineSplitter();
  const facts = new LogFacts();
  const add = (line: string): void => {
    for (const message of messagesIn(line)) facts.add(parseLine(message));
  };
  for (let at = 0; at < log.length; at += CHUNK_BYTES) {
    for (const line of splitter.push(log.subarray(at, at + CHUNK_BYTES))) add(line);
  }
  for (const line of splitter.end()) add(line);
  return facts.lineCount;
}

/** A boot, a connection with mbedTLS's debug output at level 3, the application's own lines, and a crash. */
function realisticLog(): string {
  const boot = [
    ' ets Jan  8 2013,rst cause:2, boot mode:(3,6)',
    '',
    'load 0x40100000, len 7872, room 16 ',
    'tail 0',
    'chksum 0xf1',
    'csum 0xf1',
    'I (64) boot: ESP-IDF v3.4-dirty 2nd stage bootloader',
    'I (95) boot:  0 nvs              WiFi data        01 02 00009000 00006000',
    'I (158) boot:  1 phy_init         RF data          01 01 0000f000 00001000',
    '\u001B[0;32mI (412) wifi:state: 0 -> 2 (b0)\u001B[0m',
    'I (2345) tcpip_adapter: sta ip: 192.168.1.20, mask: 255.255.255.0, gw: 192.168.1.1',
  ];
  const handshake = Array.from({ length: 40 }, (_, index) => [
    `I (${3000 + index}) mbedtls: ssl_tls.c:2763 <= flush output`,
    '',
    `I (${3000 + index}) mbedtls: ssl_cli.c:3405 client state: ${index % 16}`,
    '',
    `V (${3000 + index}) mbedtls: ssl_tls.c:3091 0010:  02 f5 d4 b3 45 11 a5 80 e0 15 34 1e 6f b1 9b fc  ....E.....4.o...`,
    `I (${3000 + index}) mbedtls: ssl_tls.c:2775 ssl->f_recv(_timeout)() returned 5 (-0xfffffffb)`,
  ]).flat();
  const application = Array.from(
    { length: 60 },
    (_, index) =>
      `I (${9000 + index * 100}) sensor: temperature 21.${index} humidity 40 pressure 1013 free heap ${40_000 - index}`,
  );
  const crash = [
    'E (20000) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700',
    'I (20001) esp-tls-mbedtls: verification info:   ! The certificate is not correctly signed by the trusted CA',
    'Fatal exception (28): ',
    'epc1=0x40210010, epc2=0x00000000, epc3=0x00000000, excvaddr=0x00000000, depc=0x00000000',
    '3ffffdd0:  402014ef 3ffee91c 3fff2c34 00000001',
  ];
  return `${[...boot, ...handshake, ...application, ...crash].join('\r\n')}\r\n`;
}

if (process.argv[1] === import.meta.filename) {
  const { megabytesPerSecond, linesPerSecond, bytes } = measureMonitor(100);
  process.stdout.write(
    `monitor: ${megabytesPerSecond.toFixed(0)} MB/s, ${Math.round(linesPerSecond / 1000)} thousand lines/s (${(bytes / 1e6).toFixed(0)} MB)\n`,
  );
}
