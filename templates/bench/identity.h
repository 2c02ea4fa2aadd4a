/** Certificates and key, as identity.c.hbs has them. Lengths as mbedTLS wants them: of PEM with its NUL. */
#ifndef BENCH_IDENTITY_H
#define BENCH_IDENTITY_H

#include <stddef.h>

extern const unsigned char identity_ca[];
extern const size_t identity_ca_length;
extern const unsigned char identity_certificate[];
extern const size_t identity_certificate_length;
extern const unsigned char identity_key[];
extern const size_t identity_key_length;

#endif
