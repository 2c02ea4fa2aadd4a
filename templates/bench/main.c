#include "mbedtls/version.h"

#include "chip.h"
#include "clock.h"
#include "interrupts.h"
#include "log.h"
#include "net.h"
#include "report.h"
#include "tls.h"
#include "uart.h"
#include "wall_clock.h"

#define BENCH_VERSION "1"

static void __attribute__((noreturn)) finish(int code, const char *call)
{
    report_memory();
    if (code == 0) {
        log_line('I', "bench", "done pass");
    } else {
        log_line('I', "bench", "done fail %s %d", call, code);
    }
    uart_flush();
    for (;;) {
        __asm__ volatile("waiti 15");
    }
}

/** Called by start.S. */
void __attribute__((noreturn)) bench_main(void)
{
    const char *call = "net_connect";
    WDT_CTL &= ~1u;
    /* The boot ROM's banner leaves at the boot ROM's clock. */
    uart_flush();
    clock_start();
    uart_start();
    interrupts_start();
    log_text("\n");
    log_line('I', "bench", "espaws bench " BENCH_VERSION " mbedTLS " MBEDTLS_VERSION_STRING);
    int code = net_start();
    if (code != 0) {
        (void) report(call, code);
    } else {
        wall_clock_start();
        code = tls_run(&call);
    }
    finish(code, call);
}
