/** One `-----BEGIN label-----` block (RFC 7468), as far as mbedTLS's PEM reader can follow it. */
export interface PemBlock {
  label: string;
  /** RFC 1421 headers (`Proc-Type`, `DEK-Info`) of a key in the old encrypted form. */
  headers: Readonly<Record<string, string>>;
  /** Undefined where `fault` says why. */
  der: Uint8Array | undefined;
  fault: string | undefined;
}

/** True where the bytes hold a BEGIN line: everything before it (a BOM, comments) is of no matter. */
export function looksLikePem(bytes: Uint8Array): boolean {
  return Buffer.from(bytes).includes('-----BEGIN ');
}

/**
 * Every block of a PEM text, in order. Stricter than OpenSSL and as strict as mbedTLS's `pem.c` and `base64.c`:
 * LF or CRLF after the BEGIN line, no blanks before or inside a base64 line.
 */
export function readPem(bytes: Uint8Array): PemBlock[] {
  const text = Buffer.from(bytes).toString('latin1');
  return [...text.matchAll(/-----BEGIN ([^\r\n]*?)-----/g)].map((begin) => {
    const label = begin[1]!;
    const start = begin.index + begin[0].length;
    const end = text.indexOf(`-----END ${label}-----`, start);
    const next = text.indexOf('-----BEGIN ', start);
    if (end === -1 || (next !== -1 && next < end)) {
      return faulty(label, `its END line is missing: the file is cut off`);
    }
    return readBody(label, text.slice(start, end));
  });
}

function readBody(label: string, afterBegin: string): PemBlock {
  const firstBreak = /^ ?\r?\n/.exec(afterBegin);
  if (firstBreak === null) return faulty(label, 'its BEGIN line does not end where it should');
  const body = afterBegin.slice(firstBreak[0].length);
  const { headers, base64 } = splitHeaders(body);
  const lines = base64.split(/\r?\n/).map((line) => line.replace(/ +$/, ''));
  if (lines.some((line) => /^[ \t]/.test(line))) {
    return faulty(label, 'its lines are indented, and mbedTLS takes no blank before a line');
  }
  const joined = lines.join('');
  const stray = /[^A-Za-z0-9+/=]/.exec(joined) ?? /=(?=[^=])/.exec(joined);
  if (stray !== null) return faulty(label, 'it holds a character that is not base64');
  if (joined === '') return faulty(label, 'there is nothing between its BEGIN and END lines');
  if (joined.length % 4 !== 0) return faulty(label, 'its base64 is not whole: characters are missing');
  return { label, headers, der: Buffer.from(joined, 'base64'), fault: undefined };
}

/** Headers stand before an empty line (RFC 1421 4.4); mbedTLS takes those of an encrypted key only. */
function splitHeaders(body: string): { headers: Record<string, string>; base64: string } {
  if (!body.startsWith('Proc-Type:')) return { headers: {}, base64: body };
  const [head = '', ...rest] = body.split(/\r?\n\r?\n/);
  const headers = head.split(/\r?\n/).map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  return { headers: Object.fromEntries(headers), base64: rest.join('\n') };
}

function faulty(label: string, fault: string): PemBlock {
  return { label, headers: {}, der: undefined, fault };
}
