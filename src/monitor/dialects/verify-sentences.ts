/**
 * The sentences of `mbedtls_x509_crt_verify_info` (x509_crt.c, the same from 2.2 to 3.6), and BearSSL's and
 * axTLS's for the same findings, by the name of their flag.
 */
const SENTENCES: readonly (readonly [sentence: string, flag: string])[] = [
  ['The certificate validity has expired', 'EXPIRED'],
  ['The certificate has been revoked (is on a CRL)', 'REVOKED'],
  ['The certificate Common Name (CN) does not match with the expected CN', 'CN_MISMATCH'],
  ['The certificate is not correctly signed by the trusted CA', 'NOT_TRUSTED'],
  ['The CRL is not correctly signed by the trusted CA', 'CRL_NOT_TRUSTED'],
  ['The CRL is expired', 'CRL_EXPIRED'],
  ['Certificate was missing', 'MISSING'],
  ['Certificate verification was skipped', 'SKIP_VERIFY'],
  ['Other reason (can be used by verify callback)', 'OTHER'],
  ['The certificate validity starts in the future', 'FUTURE'],
  ['The CRL is from the future', 'CRL_FUTURE'],
  ['Usage does not match the keyUsage extension', 'KEY_USAGE'],
  ['Usage does not match the extendedKeyUsage extension', 'EXT_KEY_USAGE'],
  ['Usage does not match the nsCertType extension', 'NS_CERT_TYPE'],
  ['The certificate is signed with an unacceptable hash', 'BAD_MD'],
  ['The certificate is signed with an unacceptable PK alg', 'BAD_PK'],
  ['The certificate is signed with an unacceptable key', 'BAD_KEY'],
  ['The CRL is signed with an unacceptable hash', 'CRL_BAD_MD'],
  ['The CRL is signed with an unacceptable PK alg', 'CRL_BAD_PK'],
  ['The CRL is signed with an unacceptable key', 'CRL_BAD_KEY'],
  ['Chain could not be linked to a trust anchor', 'NOT_TRUSTED'],
  ['Certificate is expired or not yet valid', 'VALIDITY'],
  ['Expected server name was not found in the chain', 'CN_MISMATCH'],
  ['Cert is not yet valid', 'FUTURE'],
  ['Cert has expired', 'EXPIRED'],
  ['No trusted cert is available', 'NOT_TRUSTED'],
];

/** Shortest piece of a sentence that says anything. */
const MIN_PIECE = 14;
/** So much of a sentence must be there for it to be told from one that was cut and spoilt. */
const SURE_PIECE = 30;

/**
 * Flags whose sentence the text holds. A text that was cut by a buffer or a terminal fits every sentence that it is
 * the beginning of; empty where it fits none.
 */
export function flagsOfSentence(text: string): string[] {
  const start = text.search(
    /\b(?:The certificate|The CRL|Certificate|Other reason|Usage does|Chain could|Expected server|Cert is|Cert has|No trusted cert)\b/,
  );
  if (start < 0) return [];
  const piece = text.slice(start).trimEnd();
  const whole = SENTENCES.filter(([sentence]) => piece.startsWith(sentence));
  if (whole.length > 0) return whole.map(([, flag]) => flag);
  return SENTENCES.filter(([sentence]) => isCut(piece, sentence)).map(([, flag]) => flag);
}

function isCut(piece: string, sentence: string): boolean {
  if (piece.length >= MIN_PIECE && sentence.startsWith(piece)) return true;
  return piece.length > SURE_PIECE && piece.startsWith(sentence.slice(0, SURE_PIECE));
}
