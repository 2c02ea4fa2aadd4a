#ifndef BENCH_HEAP_H
#define BENCH_HEAP_H

#include <stddef.h>

struct heap_usage {
    /** Bytes in allocated blocks, their headers included. */
    size_t used;
    size_t peak;
    size_t total;
};

struct heap_usage heap_usage(void);

#endif
