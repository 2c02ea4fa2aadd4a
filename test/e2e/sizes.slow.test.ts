import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBoardCase, type BoardCase } from '../support/board-case.ts';
import { testTree, treeTitle } from '../support/trees.ts';

/** What a configuration takes on the board, the whole firmware with it. */
interface Sizes {
  flash: number;
  /** Of it, certificates and key. */
  identity: number;
  /** .data and .bss of everything. */
  staticRam: number;
  /** With the heap's own words. Undefined where it comes to no handshake. */
  peakHeap: number | undefined;
}

const FIXTURES = join(import.meta.dirname, '../fixtures/configs');

const EC_ON_EC: BoardCase = {
  identity: { key: 'ec-P-256', signer: 'ec-P-256', ca: 'ecdsa' },
  faults: ['ecdsa-only'],
};
const RSA_ON_RSA: BoardCase = { identity: { key: 'rsa-2048', ca: 'rsa' } };
const EC_ON_BOTH: BoardCase = { identity: { key: 'ec-P-256', ca: 'both' } };

async function measure(boardCase: BoardCase): Promise<Sizes> {
  const { sizes, observation, diagnostics } = await runBoardCase({ ...boardCase, lto: true });
  if (sizes === undefined) throw new Error(`It does not build: ${diagnostics.join('; ')}`);
  const passed = observation?.verdict === 'pass';
  return {
    flash: sizes.flashBytes,
    identity: sizes.identityBytes,
    staticRam: sizes.dramBytes,
    peakHeap: passed ? observation.heapPeakBytes : undefined,
  };
}

/**
 * The smallest sets that were found by hand for 2.28.3: a complete client of the same kind without certificates,
 * compiled and linked by the same compiler, with its heap measured on a 32-bit host (records of 4096 bytes in and
 * 2048 out; contexts are not on the heap).
 */
const TUNED = [
  { title: 'ECDHE-ECDSA', boardCase: EC_ON_EC, flash: 57_950, peakHeap: 12_240 },
  { title: 'ECDHE-RSA', boardCase: RSA_ON_RSA, flash: 64_474, peakHeap: 19_912 },
  // Two roots in the CA bundle take more of the heap than the one there.
  { title: 'both', boardCase: EC_ON_BOTH, flash: 67_394, peakHeap: undefined },
];

/** The board's heap has 4 bytes before each block, which the host's count leaves out: fewer than so many blocks. */
const HEAP_WORDS = 4 * 100;

/** Leaf and intermediate, without what Amazon's chain has beside: the host's server had such a one. */
const SHORT_CHAIN = { chain: { crossSigned: false, paddingBytes: 0 } };

/** Records of those sets and of both SDKs; AWS IoT's default has room for 8192 bytes in. */
const RECORDS = { SSL_IN_CONTENT_LEN: '4096', SSL_OUT_CONTENT_LEN: '2048' };

const STOCK = join(testTree('2.28') ?? '', 'include/mbedtls/config.h');

const OTHERS: { title: string; boardCase: BoardCase; header: string; set: BoardCase['set'] }[] = [
  { title: 'stock', boardCase: EC_ON_BOTH, header: STOCK, set: {} },
  {
    title: 'esp-open-rtos’s',
    boardCase: EC_ON_BOTH,
    header: join(FIXTURES, 'esp-open-rtos.h'),
    set: RECORDS,
  },
  {
    title: 'RTOS_SDK 1.5’s',
    boardCase: RSA_ON_RSA,
    header: join(FIXTURES, 'rtos-sdk-1.5.h'),
    set: RECORDS,
  },
];

describe.skipIf(testTree('2.28') === undefined)(`sizes on the board, ${treeTitle('2.28')}`, () => {
  it.each(TUNED)(
    'derived for $title: no larger than tuned by hand',
    async ({ boardCase, flash, peakHeap }) => {
      const derived = await measure({ ...boardCase, set: RECORDS, overrides: SHORT_CHAIN });
      expect(derived.flash - derived.identity).toBeLessThanOrEqual(flash);
      if (peakHeap !== undefined) expect(derived.peakHeap).toBeLessThanOrEqual(peakHeap + HEAP_WORDS);
    },
  );

  it.each(OTHERS)('derived is smaller than $title in every column', async ({ boardCase, header, set }) => {
    const given = await measure({ ...boardCase, header });
    const derived = await measure({ ...boardCase, set: set! });
    expect(derived.flash).toBeLessThan(given.flash);
    expect(derived.staticRam).toBeLessThan(given.staticRam);
    expect(derived.peakHeap).toBeLessThan(given.peakHeap!);
  });
});
