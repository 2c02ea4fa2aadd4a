import { z } from '../zod.ts';
import type { ExplainedError } from '../verdict/explain.ts';

/** An mbedTLS code, always negative, or a name as the verdict has it. */
export type ErrorExpectation = { code: number } | { name: string };

const NUMBER = /^[-+]?(?:0x[0-9a-f]+|\d+)$/i;
const PREFIX = 'MBEDTLS_ERR_';

/** `-9984`, `9984`, `-0x2700`, `0x2700`, `X509_CERT_VERIFY_FAILED`, `exception 28`; codes are negative in mbedTLS. */
export const errorExpectation = z.union([z.int(), z.string().min(1)]).transform((value): ErrorExpectation => {
  if (typeof value === 'number') return { code: negative(value) };
  if (NUMBER.test(value)) return { code: negative(Number(value.replace(/^[-+]/, ''))) };
  return { name: value };
});

/** True where the error of a verdict is the expected one; a name may be one part of a sum, and lack `MBEDTLS_ERR_`. */
export function isExpectedError(expected: ErrorExpectation, error: ExplainedError | null): boolean {
  if (error === null) return false;
  if ('code' in expected) return error.code === expected.code;
  const wanted = bare(expected.name);
  return [error.name, ...error.name.split(' + ')].some((name) => bare(name) === wanted);
}

function bare(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}

function negative(value: number): number {
  return -Math.abs(value);
}
