/* What mbedTLS itself says of a server chain: x509-judge CHAIN.pem ROOTS.pem HOST SECONDS prints the verify flags. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mbedtls/oid.h"
#include "mbedtls/x509_crt.h"
#if defined(JUDGE_PSA)
#include "psa/crypto.h"
#endif

static time_t clock_seconds;

/* The program's own definition wins over libc's, so that the library reads this clock. */
time_t time(time_t *out) {
  if (out != NULL) *out = clock_seconds;
  return clock_seconds;
}

static void load(mbedtls_x509_crt *list, const char *path) {
  mbedtls_x509_crt_init(list);
  int failed = mbedtls_x509_crt_parse_file(list, path);
  if (failed != 0) {
    printf("parse %d %s\n", failed, path);
    exit(2);
  }
}

int main(int argc, char **argv) {
  mbedtls_x509_crt chain, roots;
  uint32_t flags = 0;
  if (argc != 5) return 3;
  clock_seconds = (time_t) strtoll(argv[4], NULL, 10);
#if defined(JUDGE_PSA)
  psa_crypto_init();
#endif
  load(&chain, argv[1]);
  load(&roots, argv[2]);
  mbedtls_x509_crt_verify(&chain, &roots, NULL, argv[3], &flags, NULL, NULL);
  /* As mbedtls_ssl_check_cert_usage does for a suite whose server signs. */
  if (mbedtls_x509_crt_check_key_usage(&chain, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) != 0)
    flags |= MBEDTLS_X509_BADCERT_KEY_USAGE;
  if (mbedtls_x509_crt_check_extended_key_usage(&chain, MBEDTLS_OID_SERVER_AUTH,
                                                MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) != 0)
    flags |= MBEDTLS_X509_BADCERT_EXT_KEY_USAGE;
  printf("flags %u\n", (unsigned) flags);
  return 0;
}
