#include "interrupts.h"

#include <stdint.h>

#include "chip.h"
#include "clock.h"
#include "uart.h"

void interrupts_start(void)
{
    WRITE_SPECIAL("intenable", (1u << INTERRUPT_UART) | (1u << INTERRUPT_TIMER));
    interrupts_restore(0x20);
}

/** Called by vectors.S for level-1 interrupts, with further ones masked. */
IN_IRAM void interrupt_handle(void)
{
    uint32_t pending, enabled;
    READ_SPECIAL("interrupt", pending);
    READ_SPECIAL("intenable", enabled);
    pending &= enabled;
    if ((pending & (1u << INTERRUPT_UART)) != 0) {
        uart_receive();
    }
    if ((pending & (1u << INTERRUPT_TIMER)) != 0) {
        clock_tick();
    }
}
