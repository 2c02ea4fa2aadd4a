import tseslint from 'typescript-eslint';

/**
 * The stages in the order data flows through them. A stage may import only stages above it, plus the shared
 * words in `SHARED`. `board` is a leaf: it knows the chip and nothing of espaws.
 */
const STAGES = [
  'certificate',
  'endpoint',
  'needs',
  'mbedtls',
  'predict',
  'image',
  'sdk',
  'build',
  'flash',
  'link',
  'monitor',
  'verdict',
  'crash',
  'report',
  'test-plan',
  'hil',
];
const WORLD = [
  'node:fs',
  'node:fs/promises',
  'node:child_process',
  'node:net',
  'node:tls',
  'node:os',
  'node:readline',
  'execa',
  'serialport',
  '@serialport/stream',
  'esptool-js',
];

const forbid = (folders) => folders.map((folder) => `**/${folder}/**`);

/** Import rules for one folder of `src`. */
function boundary(folder, forbiddenFolders, { world = false } = {}) {
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: world
            ? []
            : WORLD.map((name) => ({
                name,
                message: 'Only src/io touches the world; take an interface of src/host.ts.',
              })),
          patterns: [
            ...(forbiddenFolders.length === 0
              ? []
              : [{ group: forbid(forbiddenFolders), message: `src/${folder} may not import this stage.` }]),
            {
              group: ['zod', 'zod/*'],
              message: 'Take it from src/zod.ts, which sets it up.',
            },
            {
              group: ['yargs', 'yargs/*'],
              message: 'Only src/cli.ts and src/commands know the command line.',
            },
          ],
        },
      ],
    },
  };
}

const stageBoundaries = STAGES.map((stage, index) =>
  boundary(stage, [
    ...STAGES.slice(index + 1).filter((other) => other !== 'sdk'),
    'board',
    'io',
    'commands',
    'project',
  ]),
);

export default tseslint.config(
  { ignores: ['dist/**', 'coverage/**', 'node_modules/**', 'templates/**'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
    },
  },
  ...stageBoundaries,
  boundary('project', [...STAGES.filter((stage) => stage !== 'sdk'), 'board', 'io', 'commands']),
  boundary(
    'io',
    ['needs', 'mbedtls', 'predict', 'build', 'flash', 'monitor', 'verdict', 'commands', 'project'],
    {
      world: true,
    },
  ),
  // The board knows the chip and nothing of espaws: it could be published alone.
  boundary('board', [
    ...STAGES,
    'io',
    'commands',
    'project',
    'errors.ts',
    'host.ts',
    'port.ts',
    'progress.ts',
  ]),
  boundary('commands', ['io'], {}),
  { files: ['eslint.config.js'], ...tseslint.configs.disableTypeChecked },
);
