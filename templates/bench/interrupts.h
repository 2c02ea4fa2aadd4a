#ifndef BENCH_INTERRUPTS_H
#define BENCH_INTERRUPTS_H

/** Enables the UART's and the timer's interrupt. */
void interrupts_start(void);

#endif
