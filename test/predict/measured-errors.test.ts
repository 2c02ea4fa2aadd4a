import { describe, expect, it } from 'vitest';

import { parseBundle } from '../../src/predict/bundle.ts';
import type { Library } from '../../src/predict/library.ts';
import { runClient } from '../../src/predict/predict.ts';
import { parsePrivateKey, type KeyPassword } from '../../src/predict/private-key.ts';
import { plainLibrary } from '../support/plain-library.ts';
import {
  baseConfig,
  fixtureJson,
  NOW,
  situationEndpoint,
  situationIdentity,
  type SituationSpec,
} from './fixture.ts';

/** One measurement: what a configuration did, in the given situation, with a real library and a real server. */
interface Measurement {
  version: string;
  need: string;
  dropped: string;
  base: string;
  off?: readonly string[];
  set?: Readonly<Record<string, string>>;
  case: SituationSpec & {
    /** Only this call was made. */
    only?: 'key' | 'ca';
    password?: KeyPassword;
    host?: string;
    offers?: readonly string[];
    clock?: string;
  };
  expect: { call: string; code?: string; flags?: string; alert?: number; failed?: number };
}

const MEASURED = fixtureJson('measured-errors.json') as Measurement[];

describe('what was measured with real libraries and servers', () => {
  it.each(MEASURED)('$version: $need, $dropped', (row) => {
    expect(predicted(row)).toEqual(row.expect);
  });

  it('is most of what can be measured', () => {
    expect(MEASURED.length).toBeGreaterThan(170);
  });
});

function predicted(row: Measurement): Measurement['expect'] {
  const library = plainLibrary(row.version, macrosOf(row));
  const { only, password = 'none', host, offers, clock } = row.case;
  const identity = situationIdentity(row.case);
  if (only === 'key') {
    const failure = parsePrivateKey(library, identity.key, password);
    if (failure === undefined) return { call: 'none' };
    return { call: 'mbedtls_pk_parse_key', code: codeText(codeOf(library, failure.errors)) };
  }
  if (only === 'ca') {
    const { skipped } = parseBundle(library, identity.ca, identity.files.ca.encoding);
    return { call: 'mbedtls_x509_crt_parse(ca)', failed: skipped.length };
  }
  const prediction = runClient(library, {
    identity,
    endpoint: situationEndpoint(row.case),
    now: clock === undefined ? NOW : new Date(clock),
    settings: {
      serverNow: NOW,
      keyPassword: password,
      alpn: offers ?? [],
      ...(host === undefined ? {} : { host }),
    },
  });
  if (prediction.outcome !== 'error') return { call: 'none' };
  const { call, code, verifyFlags, alert } = prediction;
  return {
    call,
    code: codeText(code),
    ...(verifyFlags === 0 || row.expect.flags === undefined
      ? {}
      : { flags: `0x${verifyFlags.toString(16)}` }),
    ...(alert === undefined ? {} : { alert }),
  };
}

function macrosOf({ base, off = [], set = {} }: Measurement): Map<string, string> {
  const macros = baseConfig(base);
  for (const name of off) macros.delete(name);
  for (const [name, value] of Object.entries(set)) macros.set(name, value);
  return macros;
}

function codeOf(library: Library, errors: readonly string[]): number {
  return errors.reduce((sum, name) => sum + (library.errorCode(`MBEDTLS_ERR_${name}`) ?? NaN), 0);
}

function codeText(code: number): string {
  return `-0x${(-code).toString(16).toUpperCase().padStart(4, '0')}`;
}
