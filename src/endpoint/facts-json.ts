import { z } from '../zod.ts';
import { readCertificate } from '../certificate/certificates.ts';
import type { CertificateFacts, CurveName, HashName } from '../certificate/facts.ts';
import { EspawsError } from '../errors.ts';
import type { EndpointFacts } from './facts.ts';

/** Certificates travel as base64 of their DER: everything else about them follows from it. */
export type EndpointFactsJson = z.infer<typeof schema>;

export function endpointFactsToJson(facts: EndpointFacts): EndpointFactsJson {
  const { rsa, ecdsa } = facts.chains;
  // The schema is also the list of what belongs into the file.
  return schema.parse({
    ...facts,
    format: FORMAT,
    chains: { ...(rsa && { rsa: rsa.map(base64) }), ...(ecdsa && { ecdsa: ecdsa.map(base64) }) },
  });
}

/** Throws `project/invalid`; `path` is for the message. */
export function endpointFactsFromJson(json: unknown, path: string): EndpointFacts {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new EspawsError(
      `"${path}" holds no endpoint facts: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown reason'}.`,
      { code: 'project/invalid', hint: `Write it again with: espaws endpoint probe HOST --out ${path}` },
    );
  }
  const { chains, curves, usualChains } = parsed.data;
  return {
    ...pickFacts(parsed.data),
    curves: curves as CurveName[],
    usualChains: usualChains as EndpointFacts['usualChains'],
    chains: {
      ...(chains.rsa && { rsa: certificates(chains.rsa, path) }),
      ...(chains.ecdsa && { ecdsa: certificates(chains.ecdsa, path) }),
    },
  };
}

/** Everything but the format mark and what is converted. */
function pickFacts(json: EndpointFactsJson) {
  const { host, port, profile, source, versions, suites, preference, chainsKnown } = json;
  const { prefersChain, rsaSignature12, clientCertificate, requiresSni, alpn, records } = json;
  return {
    ...{ host, port, profile, source, versions, suites, preference, chainsKnown },
    ...{ prefersChain, clientCertificate, requiresSni, alpn, records },
    ...(rsaSignature12 === undefined ? {} : { rsaSignature12 }),
  };
}

function base64({ der }: CertificateFacts): string {
  return Buffer.from(der).toString('base64');
}

function certificates(chain: readonly string[], path: string): CertificateFacts[] {
  return chain.map((text) => readCertificate(Buffer.from(text, 'base64'), `A certificate in "${path}"`));
}

const FORMAT = 'espaws-endpoint-1';

const chain = z.array(z.base64()).readonly();
const curve = z.string().regex(/^[a-z0-9]+$/);
const HASHES = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const satisfies HashName[];

const schema = z.object({
  format: z.literal(FORMAT),
  host: z.string().min(1),
  port: z.int().min(0).max(65_535),
  profile: z.enum(['aws-iot', 'local', 'generic']),
  source: z.string(),
  versions: z.array(z.enum(['1.2', '1.3'])),
  suites: z.array(z.string()),
  preference: z.enum(['server', 'client', 'unknown']),
  curves: z.array(curve),
  chains: z.object({ rsa: chain.optional(), ecdsa: chain.optional() }),
  chainsKnown: z.boolean(),
  usualChains: z.array(
    z.object({
      kind: z.enum(['rsa', 'ecdsa']),
      rsaBits: z.array(z.number()),
      curves: z.array(curve),
      signatures: z.array(
        z.object({ algorithm: z.enum(['rsa-pkcs1', 'rsa-pss', 'ecdsa']), hash: z.enum(HASHES) }),
      ),
      roots: z.array(z.string()),
    }),
  ),
  prefersChain: z.enum(['rsa', 'ecdsa', 'unknown']),
  rsaSignature12: z.enum(['pkcs1', 'pss']).optional(),
  clientCertificate: z.enum(['required', 'requested', 'none', 'unknown']),
  requiresSni: z.boolean(),
  alpn: z.array(z.string()),
  records: z.object({ in: z.number(), out: z.number(), because: z.string() }),
});
