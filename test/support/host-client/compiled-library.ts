import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { CurveName, HashName } from '../../../src/certificate/facts.ts';
import type { MacroSet, MbedtlsVersion } from '../../../src/mbedtls/options.ts';
import type { Library } from '../../../src/predict/library.ts';

/** What a library that was really built knows: its suites as it lists them, its tables as gcc preprocesses them. */
export function compiledLibrary(
  tree: string,
  program: string,
  macros: MacroSet,
  flags: readonly string[],
): Library {
  const oid = execFileSync('gcc', [...flags, '-E', '-P', join(tree, 'library/oid.c')], {
    encoding: 'utf8',
    maxBuffer: 1 << 27,
  });
  const signatures = new Set(
    [...oid.matchAll(/"((?:RSA|ECDSA) with SHA-?\d+|RSA with MD5|RSASSA-PSS)"/g)].map((m) => m[1]),
  );
  const table = oid.slice(oid.indexOf('oid_ecp_grp[]'));
  const curves = new Set(
    [...table.slice(0, table.indexOf('};')).matchAll(/MBEDTLS_ECP_DP_(\w+),/g)].map((m) =>
      m[1]?.toLowerCase(),
    ),
  );
  const suites = execFileSync(program, ['--suites'], { encoding: 'utf8' }).trim().split('\n').map(ianaName);
  const codes = errorCodes(tree);
  return {
    version: versionOf(tree),
    has: (name) => macros.has(`MBEDTLS_${name}`),
    number: (name, fallback) => numberOf(macros.get(`MBEDTLS_${name}`), fallback),
    suites,
    knowsSignature: (algorithm, hash) => signatures.has(signatureName(algorithm, hash)),
    knowsCurve: (curve: CurveName) => curves.has(curve),
    errorCode: (name) => codes.get(name),
  };
}

function ianaName(name: string): string {
  return name.replace(/^TLS1-3-/, 'TLS-').replaceAll('-', '_');
}

function numberOf(text: string | undefined, fallback: number): number | undefined {
  if (text === undefined) return fallback;
  const value = Number(text.replace(/[()]/g, '').trim());
  return text.trim() === '' || Number.isNaN(value) ? undefined : value;
}

function signatureName(algorithm: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa', hash: HashName): string {
  if (algorithm === 'rsa-pss') return 'RSASSA-PSS';
  const digits = hash.replace('sha', '');
  const key = algorithm === 'ecdsa' ? 'ECDSA' : 'RSA';
  if (hash === 'md5') return `${key} with MD5`;
  return `${key} with SHA${digits === '1' || algorithm === 'ecdsa' ? '' : '-'}${digits}`;
}

function errorCodes(tree: string): Map<string, number> {
  const codes = new Map<string, number>();
  const folder = join(tree, 'include/mbedtls');
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, name, value] of text.matchAll(/^#define (MBEDTLS_ERR_\w+)\s+(-0x[0-9A-Fa-f]+)/gm)) {
      codes.set(name ?? '', -Number((value ?? '').slice(1)));
    }
  }
  return codes;
}

function versionOf(tree: string): MbedtlsVersion {
  for (const file of ['build_info.h', 'version.h']) {
    try {
      const text = readFileSync(join(tree, 'include/mbedtls', file), 'utf8');
      const part = (name: string): number =>
        Number(new RegExp(`MBEDTLS_VERSION_${name}\\s+(\\d+)`).exec(text)?.[1]);
      const [major, minor, patch] = [part('MAJOR'), part('MINOR'), part('PATCH')];
      if (!Number.isNaN(major)) return { major, minor, patch, text: `${major}.${minor}.${patch}` };
    } catch {
      continue;
    }
  }
  throw new Error(`${tree} is no mbedTLS tree`);
}
