import { z } from '../zod.ts';
import { FAULTS, type FaultName } from '../endpoint/faults.ts';
import { expectSchema } from './expect-schema.ts';
import { durationMs } from './quantity.ts';
import { DEFAULT_LIMITS, riseLimit } from './regression.ts';

/** File name of a test plan, at the project's root. */
export const TEST_PLAN_FILE = 'espaws.test.yaml';

const path = z.string().min(1);
const source = path.regex(
  /^(?:\$\{env:[A-Za-z_][A-Za-z0-9_]*\}|(?:(?!\$\{)[^])*)$/,
  'expected a path, or ${env:NAME} alone for a variable that holds the PEM text',
);
const fault = z.enum(Object.keys(FAULTS) as [FaultName, ...FaultName[]]);
const tags = z.array(z.string().min(1));
const tlsVersion = z.enum(['1.2', '1.3']);
const whenMissing = z
  .enum(['skip', 'error'])
  .optional()
  .describe('What becomes of cases whose ${env:NAME} is not set; default: `missing` of the plan.');

const identity = z.union([
  z.literal('project').describe('Certificate, key and CA of espaws.yaml.'),
  z.strictObject({
    from: z.literal('project').describe('Certificate and key of espaws.yaml.'),
    ca: z
      .enum(['other', 'stand-in'])
      .describe('Trusts a CA that no server has (`other`), or that of the stand-in.'),
  }),
  z.strictObject({
    issue: z.enum(['ec', 'rsa']).describe('A fresh identity of the stand-in’s authority: P-256 or RSA-2048.'),
    ca: z
      .enum(['rsa', 'ecdsa', 'both', 'other'])
      .optional()
      .describe('Roots that it trusts; default: its kind.'),
  }),
  z.strictObject({
    certificate: source.describe('Path, or ${env:NAME} for a variable that holds the PEM text.'),
    key: source.describe('As `certificate`.'),
    ca: source.describe('As `certificate`.'),
    missing: whenMissing,
  }),
]);

const endpoint = z.union([
  z.literal('project').describe('The endpoint of espaws.yaml.'),
  z.literal('stand-in').describe('The AWS IoT stand-in, as AWS IoT serves.'),
  z.strictObject({
    faults: z.array(fault).describe('The AWS IoT stand-in with these faults: espaws endpoint serve --help.'),
  }),
  z.strictObject({
    host: z.string().min(1).describe('Host name of a live endpoint, or ${env:NAME}.'),
    port: z.int().min(1).max(65535).default(8883),
    address: z.string().min(1).optional().describe('Where to connect to, if not to `host`; or ${env:NAME}.'),
    profile: z.enum(['aws-iot', 'local', 'generic']).default('generic'),
    alpn: z.array(z.string().min(1)).optional(),
    facts: path.optional().describe('File of `espaws endpoint probe --out`.'),
    missing: whenMissing,
  }),
]);

const config = z.union([
  z.literal('derived').describe('What the certificates and the endpoint need.'),
  z.strictObject({
    tlsVersion: tlsVersion.optional(),
    suites: z.array(z.string().min(1)).optional().describe('IANA names of the suites to offer, in order.'),
    checkDates: z.boolean().optional(),
  }),
  z.strictObject({ header: path.describe('An mbedTLS config header to build with as it is.') }),
]);

const build = z.union([
  z.literal('project').describe('The SDK of espaws.yaml.'),
  z.literal('bench').describe('The embedded TLS client.'),
  z.strictObject({
    mbedtls: z.union([
      z.strictObject({ version: z.string().regex(/^\d+\.\d+$/, 'expected MAJOR.MINOR, for example "2.28"') }),
      z.strictObject({ path }),
    ]),
  }),
  z.strictObject({
    sdk: z.strictObject({ kind: z.enum(['rtos-sdk', 'esp-open-rtos']), path: path.optional() }),
  }),
  z.strictObject({
    regions: z
      .array(z.strictObject({ address: z.int().nonnegative().describe('In the flash.'), file: path }))
      .min(1)
      .describe('Images that are there already; nothing is built.'),
  }),
]);

const board = z.strictObject({ tags: tags.describe('All of which the board must have: virtual, 4MB.') });

const settings = {
  expect: expectSchema.optional(),
  timeout: durationMs().optional().describe('Of one attempt, by the host’s clock.'),
  soak: durationMs().optional().describe('Listen so long after the verdict: nothing forbidden may come.'),
  repeat: z.int().min(1).max(100_000).optional().describe('So many cases of it, each of which must pass.'),
  retries: z.int().min(0).max(10).optional().describe('Further attempts; what passes then is flaky.'),
  exact: z
    .boolean()
    .optional()
    .describe(
      'The same instructions and heap peak in every run, on any machine: a fresh virtual board in lock-step with the stand-in, TLS 1.2, fixed keys and time. --baseline then allows no rise of instructions.',
    ),
  tags: tags.optional(),
  skip: z.string().min(1).optional().describe('Why it is not run.'),
};

const name = z.string().regex(/^[^\s/#,](?:[^/#,\n]*[^\s/#,])?$/, 'expected a name without "/", "#" and ","');
const caseName = z.string().regex(/^[^\n#]+$/, 'expected one line without "#"');
const choice = {
  identity: name.optional(),
  endpoint: name.optional(),
  config: name.optional(),
  build: name.optional(),
  board: name.optional(),
};
const names = z.array(name).min(1);
const oneOrMore = z.union([name, names]).optional();
const labels = {
  identity: oneOrMore,
  endpoint: oneOrMore,
  config: oneOrMore,
  build: oneOrMore,
  board: oneOrMore,
};

const matrix = z.strictObject({
  identity: names.optional(),
  endpoint: names.optional(),
  config: names.optional(),
  build: names.optional(),
  board: names.optional(),
  exclude: z.array(z.strictObject(labels)).optional().describe('Combinations that are left out.'),
  include: z
    .array(z.strictObject({ name: caseName.optional(), ...choice, ...settings }))
    .optional()
    .describe('Further combinations.'),
  ...settings,
});

/** `espaws.test.yaml`. Paths are relative to the file's folder. */
export const testPlanSchema = z
  .strictObject({
    name: z.string().min(1).optional().describe('Of the plan in reports; default: its folder’s name.'),
    identities: z.record(name, identity).default({}),
    endpoints: z.record(name, endpoint).default({}),
    configs: z.record(name, config).default({}),
    builds: z.record(name, build).default({}),
    boards: z.record(name, board).default({}),
    missing: z.enum(['skip', 'error']).default('error').describe('Cases whose ${env:NAME} is not set.'),
    advertise: z
      .string()
      .min(1)
      .optional()
      .describe(
        'ADDRESS[:PORT] of this machine, or ${env:NAME}, at which boards with Wi-Fi find the stand-in; --advertise comes before it. Default: its own address in its network.',
      ),
    flaky: z.enum(['pass', 'fail']).default('pass').describe('Whether a flaky case fails the run.'),
    baseline: z
      .strictObject({
        heapPeak: riseLimit().default(DEFAULT_LIMITS.heapPeakBytes),
        flash: riseLimit().default(DEFAULT_LIMITS.flashBytes),
        instructions: riseLimit().default(DEFAULT_LIMITS.instructions),
        exactInstructions: riseLimit()
          .default(DEFAULT_LIMITS.exactInstructions)
          .describe('Instructions of cases with `exact: true`; default: 0.'),
      })
      .prefault({})
      .describe('How far metrics may rise over the file of --baseline: 1% (the default), 0, 512, 1k.'),
    defaults: z.strictObject(settings).default({}).describe('Of every case.'),
    matrix: z
      .union([matrix, z.array(matrix)])
      .default([])
      .describe('Every combination is a case.'),
    rules: z
      .array(z.strictObject({ when: z.strictObject({ ...labels, tag: oneOrMore }), ...settings }))
      .default([])
      .describe(
        'Settings of cases with these labels: over those of the matrix, under those of a case itself; the last rule wins.',
      ),
    cases: z.array(z.strictObject({ name: caseName, ...choice, ...settings })).default([]),
  })
  .describe('A test plan of espaws.');

export type TestPlanFile = z.infer<typeof testPlanSchema>;
export type CaseSettings = TestPlanFile['defaults'];
export type MatrixFile = z.infer<typeof matrix>;

/** JSON Schema of `espaws.test.yaml`, for editors. */
export function testPlanJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(testPlanSchema, { io: 'input' });
}
