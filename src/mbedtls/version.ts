import type { MbedtlsVersion } from './options.ts';

/** Reads `MBEDTLS_VERSION_MAJOR`, `_MINOR` and `_PATCH` out of version.h (2.x) or build_info.h (3.x). */
export function readVersion(header: string): MbedtlsVersion | undefined {
  const part = (name: string) => {
    const digits = new RegExp(`^\\s*#\\s*define\\s+MBEDTLS_VERSION_${name}\\s+(\\d+)`, 'm').exec(header)?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  const [major, minor, patch] = [part('MAJOR'), part('MINOR'), part('PATCH')];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  return { major, minor, patch, text: `${major}.${minor}.${patch}` };
}
