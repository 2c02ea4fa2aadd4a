#include "uart.h"

#include "chip.h"
#include "link.h"

#ifndef BENCH_BAUD
#define BENCH_BAUD 115200u
#endif
#ifndef BENCH_APB_HZ
#define BENCH_APB_HZ 80000000u
#endif

#define RX_INTERRUPTS (UART_INT_RXFIFO_FULL | UART_INT_RXFIFO_OVF | UART_INT_RXFIFO_TOUT)
/* Of 128 bytes: half the FIFO is left for the time until the interrupt is served. */
#define RX_FULL_THRESHOLD 64u
#define RX_TIMEOUT_BYTES  2u

void uart_start(void)
{
    uart_div_modify(0, (BENCH_APB_HZ + BENCH_BAUD / 2) / BENCH_BAUD);
    UART0_CONF1 = UART_CONF1(RX_FULL_THRESHOLD, RX_TIMEOUT_BYTES);
    UART0_INT_CLR = 0xFFFF;
    UART0_INT_ENA = RX_INTERRUPTS;
}

IN_IRAM void uart_put(uint8_t byte)
{
    while (UART_STATUS_TX_COUNT(UART0_STATUS) >= UART_FIFO_SIZE - 2) {
    }
    UART0_FIFO = byte;
}

void uart_flush(void)
{
    while (UART_STATUS_TX_COUNT(UART0_STATUS) != 0) {
    }
}

IN_IRAM void uart_receive(void)
{
    while (UART_STATUS_RX_COUNT(UART0_STATUS) != 0) {
        link_receive((uint8_t) UART0_FIFO);
    }
    UART0_INT_CLR = RX_INTERRUPTS;
}
