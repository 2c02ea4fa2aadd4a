import { matchesName } from '../../certificate/host-name.ts';
import { CODE, hasPart } from './codes.ts';
import { lastSuccess, type LogFacts, type Witness } from './log-facts.ts';
import { finding, type Rule } from './rule.ts';
import { isAddress } from './tls-target.ts';

/** One certificate of the server, as the debug output shows it. */
interface Shown {
  /** From 1, the server's own. */
  number: number;
  fields: Map<string, string>;
  witness: Witness;
}

/** Names of authorities that a root has signed: Let's Encrypt's, Amazon's, Google's, and what people call theirs. */
const INTERMEDIATE =
  /\b(?:intermediate|issuing|subordinate|sub|signing|server ca|tls|ssl|ov|dv|(?:R|E|M|WR|WE|YR|YE)\d+)\b/i;

/** mbedTLS shows the room of a certificate that it passed over because it knows not how it is signed (x509_crt.c). */
const NO_DATE = '0000-00-00';

/** The chain that the server sent, where it is not trusted: certificates that are missing, or that may not sign. */
export const CHAIN_RULES: readonly Rule[] = [
  (facts) => {
    const refused = facts.flags.find(({ flag }) => flag === 'NOT_TRUSTED');
    if (refused === undefined) return [];
    const chain = chainOf(facts);
    const passedOver = chain.find(({ fields }) => fields.get('issued on')?.startsWith(NO_DATE) === true);
    if (passedOver !== undefined)
      return [finding('build.signature_algorithm', 96, passedOver.witness, refused)];
    const notCa = chain.find(({ number, fields }) => {
      // A path length counts the authorities below, without the server's own certificate.
      const below = number - 2;
      const constraints = fields.get('basic constraints') ?? '';
      const length = /max_pathlen=(\d+)/.exec(constraints)?.[1];
      return number > 1 && (constraints.startsWith('CA=false') || Number(length ?? Infinity) < below);
    });
    if (notCa !== undefined) return [finding('tls.chain_not_ca', 94, notCa.witness, refused)];
    const [own] = chain;
    const issuer = own?.fields.get('issuer name');
    if (chain.length !== 1 || issuer === undefined || issuer === own!.fields.get('subject name')) return [];
    // A root that signs servers itself is the rule in a house of its own.
    const name = /\bCN=(.+)/.exec(issuer)?.[1] ?? '';
    const isIntermediate = INTERMEDIATE.test(name) && !/\broot\b/i.test(name);
    return [finding('tls.chain_incomplete', isIntermediate ? 94 : 45, own!.witness, refused)];
  },

  // The names that the log shows; where it says itself what was found, that counts.
  (facts) => {
    const [own] = chainOf(facts);
    const to = facts.seen('connecting').findLast(({ at }) => own !== undefined && at < own.witness.at);
    if (own === undefined || to === undefined || facts.flags.length > 0 || fits(own, to.event.host))
      return [];
    const refused = facts.codes.find(({ code }) => hasPart(code, CODE.verifyFailed));
    const isOther = facts.codes.length > 0 || facts.alerts.length > 0 || lastSuccess(facts) !== undefined;
    if (refused === undefined && isOther) return [];
    return [finding('tls.cn_mismatch', refused === undefined ? 62 : 74, own.witness, to, refused)];
  },
];

/** Whether the certificate may be for the host: a log that does not show all of its names speaks of none. */
function fits({ fields }: Shown, host: string): boolean {
  const name = /\bCN=([^,]+)/.exec(fields.get('subject name') ?? '')?.[1];
  const alternatives = fields.get('subject alt name')?.split(/[\s,]+/);
  if (name === undefined) return true;
  // An address may be what a name was resolved to; a name without a dot is no server's on the Internet.
  if (isAddress(host) && !(alternatives?.some(isAddress) ?? !name.includes('.'))) return true;
  if (!isAddress(host) && alternatives === undefined) return true;
  return [name, ...(alternatives ?? [])].some((one) => matchesName(one, host));
}

/** The last chain that the log shows. */
function chainOf(facts: LogFacts): Shown[] {
  let chain: Shown[] = [];
  for (const { event, ...witness } of facts.seen('peer-certificate')) {
    if (event.field !== 'certificate') {
      const fields = chain.at(-1)?.fields;
      // mbedTLS 3 prints each other name on a line of its own.
      const before = event.field === 'subject alt name' ? fields?.get(event.field) : undefined;
      fields?.set(event.field, before === undefined ? event.value : `${before} ${event.value}`);
      continue;
    }
    const number = Number(event.value);
    if (number === 1) chain = [];
    chain.push({ number, fields: new Map(), witness });
  }
  return chain;
}
