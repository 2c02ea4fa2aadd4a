#include "log.h"

#include <stdarg.h>
#include <stdint.h>

#include "clock.h"
#include "uart.h"

static void put_char(char character)
{
    uart_put((uint8_t) (character == '\n' || (character >= ' ' && character <= '~') ? character : '?'));
}

static void put_string(const char *text)
{
    while (*text != '\0') {
        put_char(*text++);
    }
}

static void put_number(uint32_t value, uint32_t base, int digits)
{
    char text[10];
    int length = 0;
    do {
        uint32_t digit = value % base;
        text[length++] = (char) (digit < 10 ? '0' + digit : 'A' - 10 + digit);
        value /= base;
    } while (value != 0 || length < digits);
    while (length > 0) {
        put_char(text[--length]);
    }
}

static void put_signed(int32_t value)
{
    if (value < 0) {
        put_char('-');
    }
    put_number(value < 0 ? 0u - (uint32_t) value : (uint32_t) value, 10, 1);
}

static void put_formatted(const char *format, va_list arguments)
{
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            put_char(*format);
            continue;
        }
        int digits = 1;
        format++;
        if (*format >= '1' && *format <= '9') {
            digits = *format++ - '0';
        }
        if (*format == 's') {
            put_string(va_arg(arguments, const char *));
        } else if (*format == 'd') {
            put_signed(va_arg(arguments, int32_t));
        } else if (*format == 'c') {
            put_char((char) va_arg(arguments, int));
        } else {
            put_number(va_arg(arguments, uint32_t), *format == 'x' ? 16 : 10, digits);
        }
    }
}

void log_text(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_formatted(format, arguments);
    va_end(arguments);
}

void log_line(char level, const char *tag, const char *format, ...)
{
    va_list arguments;
    log_text("%c (%u) %s: ", level, clock_ms(), tag);
    va_start(arguments, format);
    put_formatted(format, arguments);
    va_end(arguments);
    put_char('\n');
}
