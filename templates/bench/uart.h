#ifndef BENCH_UART_H
#define BENCH_UART_H

#include <stdint.h>

/** Sets UART0 to BENCH_BAUD, 8N1, with receive interrupts; masks and disables everything else. */
void uart_start(void);

/** Waits while the transmit FIFO is full. */
void uart_put(uint8_t byte);

/** Waits until everything put has left the chip's FIFO. */
void uart_flush(void);

/** Called by the interrupt handler: hands what has come to the serial link. */
void uart_receive(void);

#endif
