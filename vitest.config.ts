import { defineConfig } from 'vitest/config';

// Two projects so that `vitest run --project unit` stays quick: `slow` holds what compiles firmware, runs the
// virtual board for whole handshakes or installs the packed package.
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // All cores: vitest keeps one free by default, half of a machine that has two.
    maxWorkers: '100%',
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
