#include "wall_clock.h"

#include <stdint.h>
#include <time.h>

#include "mbedtls/version.h"

#include "clock.h"
#include "link.h"
#include "log.h"

#if defined(MBEDTLS_HAVE_TIME)

static int64_t seconds_at_start;

void wall_clock_start(void)
{
    int64_t now;
    if (link_time(&now) == LINK_OK) {
        seconds_at_start = now - clock_ms() / 1000;
    } else {
        log_line('W', "bench", "no time from the host: the clock starts in 1970");
    }
}

time_t time(time_t *result)
{
    time_t now = (time_t) (seconds_at_start + clock_ms() / 1000);
    if (result != NULL) {
        *result = now;
    }
    return now;
}

#if defined(MBEDTLS_PLATFORM_MS_TIME_ALT)
/* mbedtls_ms_time_t of mbedtls/platform_time.h is an int64_t. */
int64_t mbedtls_ms_time(void)
{
    return (int64_t) clock_ms();
}
#endif

#else

void wall_clock_start(void)
{
}

#endif
