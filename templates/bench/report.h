#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

/** Logs what a call of the TLS client returned; returns `code`. */
int report(const char *call, int code);

/** Logs the heap in use after a call. */
void report_heap(const char *call);

/** Logs the peaks of heap and stack. */
void report_memory(void);

#endif
