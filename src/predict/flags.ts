/** Bits of the verify result that the prediction sets (mbedTLS `include/mbedtls/x509.h`, the same from 2.2 to 3.6). */
export const FLAG = {
  EXPIRED: 0x01,
  CN_MISMATCH: 0x04,
  NOT_TRUSTED: 0x08,
  FUTURE: 0x200,
  KEY_USAGE: 0x800,
  EXT_KEY_USAGE: 0x1000,
  BAD_MD: 0x4000,
  BAD_PK: 0x8000,
  BAD_KEY: 0x10000,
} as const;

/** The verify result where verification broke off: all bits set. */
export const NO_VERIFY_RESULT = 0xffffffff;
