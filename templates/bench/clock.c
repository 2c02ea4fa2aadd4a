#include "clock.h"

#include "chip.h"

#ifndef BENCH_CPU_HZ
#define BENCH_CPU_HZ 160000000u
#endif

#define CYCLES_PER_MS  (BENCH_CPU_HZ / 1000u)
/* CCOUNT wraps after 26 s at 160 MHz: the tick keeps count, and ends each wait for the network. */
#define TICK_MS        50u
#define TICK_CYCLES    (CYCLES_PER_MS * TICK_MS)

/* 200 us at 80 MHz. */
#define PLL_SETTLE_CYCLES 16000u

static volatile uint32_t tick_ms;
static volatile uint32_t tick_cycle;

static uint32_t cycle_count(void)
{
    uint32_t count;
    READ_SPECIAL("ccount", count);
    return count;
}

void clock_start(void)
{
#if BENCH_CPU_HZ >= 80000000u
    /* The boot ROM sets the PLL for a crystal of 40 MHz; these make 80 MHz of the usual 26 MHz one. */
    rom_i2c_writeReg(103, 4, 1, 0x88);
    rom_i2c_writeReg(103, 4, 2, 0x91);
    uint32_t start = cycle_count();
    while (cycle_count() - start < PLL_SETTLE_CYCLES) {
    }
#endif
#if BENCH_CPU_HZ > 80000000u
    DPORT_CPU_CLOCK |= 1;
#endif
    tick_cycle = cycle_count();
    WRITE_SPECIAL("ccompare0", tick_cycle + TICK_CYCLES);
}

uint32_t clock_ms(void)
{
    uint32_t state = interrupts_disable();
    uint32_t ms = tick_ms + (cycle_count() - tick_cycle) / CYCLES_PER_MS;
    interrupts_restore(state);
    return ms;
}

void clock_tick(void)
{
    do {
        tick_ms += TICK_MS;
        tick_cycle += TICK_CYCLES;
        WRITE_SPECIAL("ccompare0", tick_cycle + TICK_CYCLES);
    } while (cycle_count() - tick_cycle >= TICK_CYCLES);
}
