import { readFileSync } from 'node:fs';
import { parseLine } from '../../src/monitor/events.ts';
import { Recorder } from '../../src/report/recorder.ts';
import type { CaseReport, TestReport } from '../../src/report/report.ts';
import type { VerdictDocument } from '../../src/verdict/document.ts';

const STARTED = new Date('2026-03-02T09:30:00.000Z');

/** UART lines of `espaws run --verbose`: bench firmware with mbedTLS 2.28 on the virtual board. */
const LINES = readFileSync(new URL('bench.log', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');

function recorded(lines: readonly string[]) {
  const recorder = new Recorder(STARTED, {
    namesOf: (code) => (code === -9984 ? ['X509_CERT_VERIFY_FAILED'] : []),
  });
  for (const [index, raw] of lines.entries()) {
    recorder.add({ at: new Date(STARTED.getTime() + 20 * index), raw, event: parseLine(raw) });
  }
  const { timeline, heap, log } = recorder;
  return { timeline, heap, log };
}

const VERDICT: VerdictDocument = {
  verdict: 'pass',
  because: 'mutual TLSv1.2 handshake, server verified, MQTT CONNACK received',
  handshake: {
    version: 'TLSv1.2',
    ciphersuite: 'TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256',
    durationMs: 512,
    heapPeakBytes: 22_252,
    stackPeakBytes: 3100,
    instructions: 82_000_000,
  },
  error: null,
  verifyFlags: [],
  evidence: [],
  config: { path: 'build/config.h', options: 48 },
  image: { flashBytes: 66_736, iramBytes: 20_000, dramBytes: 2060 },
  timing: { run: 2100 },
};

const FAILED: VerdictDocument = {
  ...VERDICT,
  verdict: 'fail',
  because: 'The server chain does not lead to a certificate of the CA bundle.',
  handshake: null,
  error: {
    code: -9984,
    hex: '-0x2700',
    name: 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED',
    call: 'mbedtls_ssl_handshake',
    cause: 'The server chain does not lead to a certificate of the CA bundle.',
    fix: 'Compare the chain with the CA file: espaws endpoint probe HOST',
  },
  verifyFlags: ['NOT_TRUSTED'],
  evidence: ['E (812) tls: mbedtls_ssl_handshake returned -0x2700 (-9984)'],
};

/** A case that passed, but for what is given. */
export function caseReport(given: Partial<CaseReport> = {}): CaseReport {
  return {
    name: 'ec, derived',
    labels: { identity: 'ec', config: 'derived' },
    board: 'virtual:1',
    outcome: 'passed',
    because: VERDICT.because,
    startedAt: STARTED.toISOString(),
    durationMs: 2100,
    attempts: 1,
    earlierFailures: [],
    expectations: [{ text: 'verdict is pass', met: true }],
    verdict: VERDICT,
    timeline: [],
    heap: [],
    log: [],
    history: [],
    regressions: [],
    artefacts: [],
    ...given,
  };
}

/** A case that came to no verdict. */
function withoutVerdict(given: Partial<CaseReport>): CaseReport {
  const report = caseReport({ expectations: [], ...given });
  delete report.verdict;
  return report;
}

/** Every kind of outcome, and text that every format has to escape. */
export function sampleReport(): TestReport {
  const passed = recorded(LINES);
  const failing = [
    ...LINES.slice(0, 9),
    'E (812) tls: mbedtls_ssl_handshake returned -0x2700 (-9984)',
    'W (813) tls: verify flags 0x00000008',
    'E (814) tls: mbedtls_x509_crt_parse(certificate) returned -0x3C80 (-15488)',
    'I (815) bench: done fail mbedtls_ssl_handshake -9984',
  ];
  return {
    format: 1,
    name: 'AWS IoT on every commit',
    tool: 'espaws 0.1.0',
    startedAt: STARTED.toISOString(),
    durationMs: 24_300,
    lostBoards: [{ board: '/dev/ttyUSB3', because: 'the port went away while it was written' }],
    cases: [
      caseReport({
        ...passed,
        history: [
          {
            label: '2026-02-20',
            flashBytes: 66_100,
            heapPeakBytes: 22_400,
            instructions: 82_000_000,
            durationMs: 540,
          },
          {
            label: '2026-02-26',
            flashBytes: 66_400,
            heapPeakBytes: 22_300,
            instructions: 82_000_000,
            durationMs: 520,
          },
          {
            label: 'now',
            flashBytes: 66_736,
            heapPeakBytes: 22_252,
            instructions: 82_000_000,
            durationMs: 512,
          },
        ],
        expectations: [
          { text: 'verdict is pass', met: true },
          { text: 'suite is TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256', met: true },
          { text: 'peak heap is at most 24,000 B', met: true, found: '22,252 B' },
        ],
        artefacts: [
          { name: 'raw log', path: 'ec-derived/raw.log' },
          { name: 'config.h', path: 'ec-derived/config.h' },
        ],
      }),
      caseReport({
        ...recorded(failing),
        name: 'rsa <old> & "wrong" root',
        labels: { identity: 'rsa', config: 'derived' },
        board: 'virtual:2',
        outcome: 'failed',
        because: 'the verdict is fail, not pass',
        verdict: FAILED,
        expectations: [
          { text: 'verdict is pass', met: false, found: 'fail' },
          { text: 'handshake takes at most 900 ms', met: false, found: 'no handshake' },
        ],
        regressions: ['flash rose from 64,900 B to 66,736 B (+2.8 %), and 1 % is allowed'],
        history: [
          { label: 'baseline', flashBytes: 64_900 },
          { label: 'now', flashBytes: 66_736 },
        ],
      }),
      caseReport({
        name: 'ec, slow server',
        outcome: 'flaky',
        attempts: 2,
        earlierFailures: ['no verdict within 30 s: the endpoint went silent'],
      }),
      withoutVerdict({
        name: 'ec, board 3',
        board: '/dev/ttyUSB3',
        outcome: 'error',
        because: 'port/lost: /dev/ttyUSB3 went away, and no other board fits',
        log: [{ timeMs: 5, text: 'control \u0000\u001B[31m and lone \uD800 surrogate]]>' }],
      }),
      withoutVerdict({ name: 'live endpoint', outcome: 'skipped', because: 'AWS_ENDPOINT is not set' }),
    ],
  };
}
