import { z } from 'zod';

/** File name of a project description, at the project's root. */
export const PROJECT_FILE = 'espaws.yaml';

const sdkKind = z.enum(['bench']).describe('What the firmware is built with.');

/** `espaws.yaml`. Paths are relative to the file's folder. */
export const projectSchema = z
  .strictObject({
    sdk: z
      .union([sdkKind, z.strictObject({ kind: sdkKind })])
      .default('bench')
      .describe('The SDK: `bench` is the embedded bare-metal TLS client.'),
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
      .default({ version: '2.28' })
      .describe('The mbedTLS source tree: a version of the distribution’s source packages, or a folder.'),
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
