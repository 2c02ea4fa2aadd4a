import type { CauseId } from './causes.ts';
import { CODE, hasPart } from './codes.ts';
import { finding, type Rule } from './rule.ts';

/** The cause behind each verify flag. */
const BY_FLAG: Readonly<Record<string, CauseId>> = {
  NOT_TRUSTED: 'tls.ca_wrong',
  CN_MISMATCH: 'tls.cn_mismatch',
  FUTURE: 'tls.clock_unset',
  EXPIRED: 'tls.expired',
  BAD_MD: 'tls.verify_policy',
  BAD_PK: 'tls.verify_policy',
  BAD_KEY: 'tls.verify_policy',
  KEY_USAGE: 'tls.verify_policy',
  EXT_KEY_USAGE: 'tls.verify_policy',
  NS_CERT_TYPE: 'tls.verify_policy',
};

/**
 * Of several flags the name counts first: a server that is another one than was meant has another root, too. A clock
 * that was never set goes before a root that is not trusted for the same reason.
 */
const ORDER = ['CN_MISMATCH', 'FUTURE', 'EXPIRED', 'BAD_MD', 'BAD_KEY', 'NOT_TRUSTED'];

/** Verification of the server's chain. */
export const VERIFY_RULES: readonly Rule[] = [
  ({ flags }) =>
    flags.flatMap(({ flag, isSure, ...witness }) => {
      const id = BY_FLAG[flag];
      if (id === undefined) return [];
      const place = ORDER.indexOf(flag);
      return [finding(id, (isSure ? 93 : 70) - (place < 0 ? ORDER.length : place), witness)];
    }),

  // The flags word or a sentence would tell; without them the CA bundle is the usual reason.
  (facts) => {
    const refused = facts.codes.find(({ code }) => hasPart(code, CODE.verifyFailed));
    if (refused === undefined || facts.flags.length > 0) return [];
    const clock = facts.seen('clock-unset')[0];
    return [
      finding('tls.ca_wrong', 65, refused),
      finding('tls.cn_mismatch', 40, refused),
      finding('tls.clock_unset', clock === undefined ? 35 : 70, refused, clock),
      finding('heap.exhausted', 20, refused),
    ];
  },

  ({ codes }) =>
    codes
      .filter(({ code }) => hasPart(code, CODE.x509Fatal))
      .map((witness) => finding('tls.verify_failed', 50, witness)),

  (facts) => facts.seen('no-trust-anchor').map((witness) => finding('tls.ca_missing', 88, witness)),
  ({ codes }) =>
    codes
      .filter(({ code }) => hasPart(code, CODE.sslCaChainRequired))
      .map((witness) => finding('tls.ca_missing', 88, witness)),

  (facts) => facts.seen('clock-unset').map((witness) => finding('tls.clock_unset', 30, witness)),
];
