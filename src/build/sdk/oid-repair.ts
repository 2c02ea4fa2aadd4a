import { notAsExpected, type Repair } from './repair.ts';

/**
 * The signature OIDs of ECDSA (RFC 5758 3.2) that `oid_sig_alg` of ESP8266_RTOS_SDK 1.5 and 2.x
 * (third_party/mbedtls/library/oid.c) has commented out: with them out, every certificate that is signed with ECDSA
 * is refused with -9774 (MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG plus MBEDTLS_ERR_OID_NOT_FOUND), whatever the configuration.
 */
export const oidRepair: Repair = {
  what: 'the signature OIDs of ECDSA, which are commented out',
  apply: uncommentEcdsa,
};

/** The text with these entries compiled in; the same text where none is commented out. */
function uncommentEcdsa(text: string, path: string): string {
  const lines = text.split('\n');
  const [first, last] = tableOf(lines);
  for (let index = first; index < last; index += 1) {
    const hash = COMMENTED_OID.exec(lines[index]!)?.[1];
    if (hash === undefined) continue;
    const entry = [index - 1, index, index + 1, index + 2];
    entryOf(hash).forEach((expected, position) => {
      const at = entry[position]!;
      const line = lines[at] ?? '';
      if (!expected.test(line)) throw notAsExpected(path, at + 1, line, `the entry of ECDSA with ${hash}`);
    });
    for (const at of entry) lines[at] = lines[at]!.replace('//', '');
  }
  return lines.join('\n');
}

/** Indices of the first line of the table and of the line that ends it. */
function tableOf(lines: readonly string[]): [number, number] {
  const first = lines.findIndex((line) => /\boid_sig_alg_t\s+oid_sig_alg\[\]/.test(line));
  if (first < 0) return [0, 0];
  const length = lines.slice(first).findIndex((line) => /^\};/.test(line));
  return [first, length < 0 ? lines.length : first + length];
}

const COMMENTED_OID = /^\s*\/\/.*\bMBEDTLS_OID_ECDSA_(SHA\d+)\b/;

/** The four lines of an entry, commented out. */
function entryOf(hash: string): RegExp[] {
  const oid = `ADD_LEN\\(\\s*MBEDTLS_OID_ECDSA_${hash}\\s*\\)`;
  return [
    '\\{',
    `\\{\\s*${oid},\\s*"[^"]*",\\s*"[^"]*"\\s*\\},`,
    `MBEDTLS_MD_${hash},\\s*MBEDTLS_PK_ECDSA,`,
    '\\},',
  ].map((code) => new RegExp(`^\\s*//\\s*${code}\\s*$`));
}
