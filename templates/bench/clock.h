#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/** Sets the CPU and bus clocks and starts the tick. */
void clock_start(void);

/** Milliseconds since `clock_start`. */
uint32_t clock_ms(void);

/** Called by the interrupt handler when CCOMPARE0 was reached. */
void clock_tick(void);

/** True once `deadline` (of `clock_ms`) has come. */
static inline bool clock_reached(uint32_t deadline)
{
    return (int32_t) (clock_ms() - deadline) >= 0;
}

#endif
