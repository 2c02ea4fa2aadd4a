#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "chip.h"
#include "log.h"
#include "uart.h"

/** As vectors.S lays it on the stack. */
struct exception_frame {
    uint32_t a[16];
    uint32_t sar, epc1, exccause, excvaddr, ps;
};

static void __attribute__((noreturn)) halt(void)
{
    uart_flush();
    for (;;) {
        __asm__ volatile("waiti 15");
    }
}

/** Called by the exception vectors with all interrupts masked; `frame` is NULL after a double exception. */
void __attribute__((noreturn)) panic(const struct exception_frame *frame)
{
    uint32_t cause, epc2, epc3, depc;
    READ_SPECIAL("exccause", cause);
    READ_SPECIAL("epc2", epc2);
    READ_SPECIAL("epc3", epc3);
    READ_SPECIAL("depc", depc);
    if (frame == NULL) {
        log_text("\nFatal exception (%u):\ndouble exception, depc=0x%8x\n", cause, depc);
        halt();
    }
    log_text("\nFatal exception (%u):\n", frame->exccause);
    log_text("epc1=0x%8x, epc2=0x%8x, epc3=0x%8x, excvaddr=0x%8x, depc=0x%8x\n", frame->epc1, epc2, epc3,
             frame->excvaddr, depc);
    log_text("ps=0x%8x, sar=0x%8x\n", frame->ps, frame->sar);
    for (int i = 0; i < 16; i += 4) {
        log_text("a%u=0x%8x, a%u=0x%8x, a%u=0x%8x, a%u=0x%8x\n", i, frame->a[i], i + 1, frame->a[i + 1], i + 2,
                 frame->a[i + 2], i + 3, frame->a[i + 3]);
    }
    halt();
}

void __attribute__((noreturn)) abort(void)
{
    log_line('E', "bench", "abort");
    halt();
}

void __attribute__((noreturn)) exit(int code)
{
    log_line('E', "bench", "exit %d", code);
    halt();
}
