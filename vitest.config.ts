import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes, the longest first: begun last, one of them would keep the others' processors idle. */
const LONG = [
  'e2e/prediction.slow',
  'predict/agreement.slow',
  'e2e/exact.slow',
  'e2e/sizes.slow',
  'diagnosis/board.slow',
  'mbedtls/derived.slow',
  'sdk/rtos-sdk-1-proof.slow',
  'e2e/interrupt.slow',
  'e2e/sdk-project.slow',
  'build/build.slow',
  'e2e/endurance.slow',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONG.findIndex((name) => moduleId.includes(name));
      return found < 0 ? LONG.length : found;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

// Two projects so that `vitest run --project unit` stays quick: `slow` holds what compiles firmware, runs the
// virtual board for whole handshakes or installs the packed package.
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // All cores: vitest keeps one free by default, half of a machine that has two.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    setupFiles: ['test/setup.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/**/*.slow.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['test/**/*.slow.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
