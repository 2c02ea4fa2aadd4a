/*
 * printf, puts and putchar into the log, for the few places of mbedTLS that print. The C library's own need its
 * stream objects; only what is used is linked.
 */
#include <stdarg.h>
#include <stdio.h>

#include "log.h"

#define LINE_MAX_LENGTH 128

int printf(const char *format, ...)
{
    char line[LINE_MAX_LENGTH];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    log_text("%s", line);
    return length;
}

int puts(const char *text)
{
    log_text("%s\n", text);
    return 0;
}

int (putchar)(int character)
{
    log_text("%c", character);
    return character;
}
