#ifndef BENCH_STACK_H
#define BENCH_STACK_H

#include <stddef.h>

/** The deepest the stack has been, in bytes, by the marks that `bench_start` left. */
size_t stack_peak(void);

size_t stack_total(void);

#endif
