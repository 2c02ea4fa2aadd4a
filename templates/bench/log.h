#ifndef BENCH_LOG_H
#define BENCH_LOG_H

/**
 * One line in the format of RTOS_SDK 3.x: `I (12) tag: text`. Knows %s, %d, %u, %c and %x (upper case, at least as
 * many digits as the one-digit width says: %8x); other bytes than printable ASCII in text become '?'.
 */
void log_line(char level, const char *tag, const char *format, ...);

/** The same without level, time and tag, and without the line's end. */
void log_text(const char *format, ...);

#endif
