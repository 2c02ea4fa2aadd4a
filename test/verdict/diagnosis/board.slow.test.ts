import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../../src/endpoint/faults.ts';
import { parseLine } from '../../../src/monitor/events.ts';
import { diagnose } from '../../../src/verdict/diagnosis/diagnose.ts';
import type { CauseId } from '../../../src/verdict/diagnosis/causes.ts';
import { runBoardCase, type BoardCase } from '../../support/board-case.ts';
import { hasToolchain } from '../../support/board-image.ts';
import { testTree, treeTitle } from '../../support/trees.ts';

/** The device compares certificates' dates with its clock. */
const DATES = { HAVE_TIME: '', HAVE_TIME_DATE: '' };
/** Without elliptic curves, as RTOS_SDK 1.5 ships it. */
const RSA_ONLY = join(import.meta.dirname, '../../fixtures/configs/rtos-sdk-1.5.h');

/** Faults made on purpose, and what the log of the device alone shows. */
const CASES: readonly [name: string, boardCase: BoardCase, cause: CauseId][] = [
  ['nothing', {}, 'ok'],
  ...(
    [
      ['wrong-chain', 'tls.ca_wrong'],
      ['missing-intermediate', 'tls.ca_wrong'],
      ['wrong-host', 'tls.cn_mismatch'],
      ['reset-after-client-hello', 'net.reset'],
      ['close-after-client-hello', 'tls.peer_eof'],
      ['reject-client-certificate', 'tls.alert.client_certificate'],
    ] as const satisfies readonly (readonly [FaultName, CauseId])[]
  ).map(([fault, cause]): [string, BoardCase, CauseId] => [fault, { faults: [fault] }, cause]),
  ['expired', { faults: ['expired'], set: DATES }, 'tls.expired'],
  ['not-yet-valid', { faults: ['not-yet-valid'], set: DATES }, 'tls.clock_unset'],
  ['no elliptic curves', { header: RSA_ONLY }, 'build.ec_disabled'],
  [
    'a small input buffer',
    { faults: ['large-certificates'], set: { SSL_IN_CONTENT_LEN: '4096' } },
    'tls.in_len_too_small.or_setup',
  ],
];

describe.skipIf(!hasToolchain || testTree('2.28') === undefined)(
  `the diagnosis of a device on the virtual board, ${treeTitle('2.28')}`,
  () => {
    it.each(CASES)('%s', async (_name, boardCase, cause) => {
      const { observation } = await runBoardCase({ identity: { ca: 'rsa' }, ...boardCase });
      const { causes } = diagnose((observation?.evidence ?? []).map(parseLine));
      expect(causes.map(({ id }) => id)[0], observation?.evidence.join('\n')).toBe(cause);
    });
  },
);
