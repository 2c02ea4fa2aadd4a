#ifndef BENCH_WALL_CLOCK_H
#define BENCH_WALL_CLOCK_H

/** Asks the host for the time, for `time()`. */
void wall_clock_start(void);

#endif
