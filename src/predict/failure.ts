import type { DeviceCall } from './prediction.ts';

/** Why a call of the device's client fails. Errors are named; the tree's headers give them their numbers. */
export interface Failure {
  call: DeviceCall;
  /** Without `MBEDTLS_ERR_`; mbedTLS adds a low-level code to a high-level one. */
  errors: readonly string[];
  /** Where the number is not one of mbedTLS's headers. */
  code?: number;
  /** As `mbedtls_ssl_get_verify_result` will say. */
  verifyFlags?: number;
  /** TLS alert, received or sent. */
  alert?: number;
  because: string;
  missing: readonly string[];
}

/** A failure of a parser, before it is known which call parses. */
export type ParseFailure = Pick<Failure, 'errors' | 'because' | 'missing' | 'code'>;
