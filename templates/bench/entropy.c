#include <stddef.h>
#include <stdint.h>

#include "mbedtls/version.h"

#include "chip.h"

#if defined(MBEDTLS_ENTROPY_HARDWARE_ALT)

/** mbedTLS's entropy source (mbedtls/entropy_poll.h): the chip's hardware random number generator. */
int mbedtls_hardware_poll(void *context, unsigned char *output, size_t length, size_t *written);

int mbedtls_hardware_poll(void *context, unsigned char *output, size_t length, size_t *written)
{
    (void) context;
    uint32_t word = 0;
    for (size_t i = 0; i < length; i++) {
        if (i % 4 == 0) {
            word = RNG_DATA;
        }
        output[i] = (uint8_t) (word >> (8 * (i % 4)));
    }
    *written = length;
    return 0;
}

#endif
