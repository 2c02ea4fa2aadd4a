import { z } from '../zod.ts';

/** File name of a project description, at the project's root. */
export const PROJECT_FILE = 'espaws.yaml';

const checkoutPath = z
  .string()
  .optional()
  .describe('Folder of the SDK; default: IDF_PATH or SDK_PATH, or a folder above the project.');
const speed = z.enum(['20m', '26m', '40m', '80m']).optional().describe('Flash frequency.');
const mode = z.enum(['qio', 'qout', 'dio', 'dout']).optional().describe('Flash mode.');

const rtosSdk = z.strictObject({
  kind: z.literal('rtos-sdk'),
  path: checkoutPath,
  boot: z.enum(['none', 'new']).optional().describe('1.x and 2.x: with a boot loader or without.'),
  app: z.literal([1, 2]).optional().describe('1.x and 2.x: which of the two places, with a boot loader.'),
  speed,
  mode,
  map: z
    .literal([0, 2, 3, 4, 5, 6, 8, 9])
    .optional()
    .describe('1.x and 2.x: SPI_SIZE_MAP, 4 is 4 MB with two applications of 512 KB.'),
  system: z.enum(['make', 'cmake']).optional().describe('3.x: what builds.'),
});

const espOpenRtos = z.strictObject({
  kind: z.literal('esp-open-rtos'),
  path: checkoutPath,
  speed,
  mode,
  flashSize: z
    .enum(['512KB', '1MB', '2MB', '4MB'])
    .optional()
    .describe('Size of the flash; default 2MB, as FLASH_SIZE = 16 is.'),
});

const sdkKind = z.enum(['bench', 'rtos-sdk', 'esp-open-rtos']);

/** `espaws.yaml`. Paths are relative to the file's folder. */
export const projectSchema = z
  .strictObject({
    sdk: z
      .union([
        sdkKind,
        z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('bench') }), rtosSdk, espOpenRtos]),
      ])
      .default('bench')
      .describe(
        'What the firmware is built with: `bench` is the embedded bare-metal TLS client; of the others the user has a checkout.',
      ),
    identity: z
      .strictObject({
        certificate: z.string().describe('Client certificate chain, PEM or DER, leaf first.'),
        key: z.string().describe('Private key of the client certificate, PEM or DER.'),
        ca: z.string().describe('CA bundle that the server chain must verify to.'),
      })
      .describe('Client certificate chain, private key and CA bundle.'),
    endpoint: z
      .strictObject({
        profile: z.enum(['aws-iot', 'local', 'generic']).default('generic'),
        host: z.string().min(1).describe('Host name, sent as SNI and verified in the server certificate.'),
        port: z.int().min(1).max(65535).default(8883),
        address: z
          .string()
          .optional()
          .describe('Address to connect to where it differs from `host`, for example 127.0.0.1.'),
        alpn: z.array(z.string().min(1)).optional().describe('ALPN protocols to offer, in order.'),
        facts: z
          .string()
          .optional()
          .describe('File written by `espaws endpoint probe --out`: the live server instead of a profile.'),
      })
      .describe('The TLS server.'),
    mbedtls: z
      .union([
        z.strictObject({
          version: z.string().regex(/^\d+\.\d+$/, 'expected MAJOR.MINOR, for example "2.28"'),
        }),
        z.strictObject({ path: z.string() }),
      ])
      .optional()
      .describe(
        'The mbedTLS source tree of the bench: a version of the distribution’s source packages (default 2.28), or a folder.',
      ),
    tls: z
      .strictObject({
        version: z
          .enum(['1.2', '1.3'])
          .optional()
          .describe('Default: the smallest that the endpoint accepts.'),
        suites: z.array(z.string()).optional().describe('IANA names of the suites to offer, in order.'),
        checkDates: z.boolean().default(false).describe('Compare certificate dates with the device clock.'),
      })
      .default({ checkDates: false }),
    config: z
      .strictObject({ header: z.string() })
      .optional()
      .describe('An existing mbedTLS config header to build with, instead of the derived one.'),
    port: z.string().default('virtual:').describe('`virtual:` is the emulated ESP8266.'),
    buildDirectory: z.string().default('build'),
  })
  .describe('An espaws project.');

export type ProjectFile = z.infer<typeof projectSchema>;

/** What an SDK of the user's is, and how its build is asked; as espaws.yaml says it. */
export type CheckoutSettings = z.infer<typeof rtosSdk> | z.infer<typeof espOpenRtos>;
