/* The serial link on the ESP8266: what link.h asks of the machine below it. */
#include "chip.h"
#include "clock.h"
#include "frame.h"
#include "link.h"
#include "uart.h"

void link_port_put(uint8_t byte)
{
    uart_put(byte);
}

void link_port_wait(const volatile uint8_t *state)
{
    uint32_t saved = interrupts_disable();
    if (*state != FRAME_COMPLETE) {
        interrupts_wait();
    }
    interrupts_restore(saved);
}

uint32_t link_port_ms(void)
{
    return clock_ms();
}
