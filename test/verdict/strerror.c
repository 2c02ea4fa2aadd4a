/* What mbedTLS itself says of its numbers: strerror prints `CODE<tab>text` for every code, `flag FLAG<tab>text`, one a line. */
#include <stdio.h>
#include <string.h>

#include "mbedtls/error.h"
#include "mbedtls/x509_crt.h"

int main(void) {
  char text[4000];
  for (int code = 1; code <= 0x7fff; code++) {
    mbedtls_strerror(-code, text, sizeof text);
    printf("%d\t%s\n", -code, text);
  }
  for (int bit = 0; bit < 32; bit++) {
    mbedtls_x509_crt_verify_info(text, sizeof text, "", 1u << bit);
    text[strcspn(text, "\n")] = 0;
    printf("flag %u\t%s\n", 1u << bit, text);
  }
  return 0;
}
