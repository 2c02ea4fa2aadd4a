import { isAtLeast } from '../tree.ts';
import type { MbedtlsVersion } from '../options.ts';

/** Something that no rule of check_config.h says: with `given`, the library does not build without `needs`. */
export interface Trap {
  given: string;
  needs: string;
  because: string;
  applies: (version: MbedtlsVersion) => boolean;
}

/** Found by building; each is a fault of the library's own guards. */
export const TRAPS: readonly Trap[] = [
  {
    given: 'MBEDTLS_ECDSA_C',
    needs: 'MBEDTLS_ECDH_C',
    because:
      'this version does not compile with ECDSA and without ECDH: the point-format extension in ssl_cli.c writes into the context of ECDH',
    applies: (version) => !isAtLeast(version, 2, 17),
  },
];
