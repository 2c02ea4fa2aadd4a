#include "stack.h"

#include <stdint.h>

#define UNUSED_MARK 0xA5A5A5A5u

extern uint32_t _stack_bottom[], _stack_top[];

size_t stack_peak(void)
{
    const uint32_t *word = _stack_bottom;
    while (word < _stack_top && *word == UNUSED_MARK) {
        word++;
    }
    return (size_t) ((const uint8_t *) _stack_top - (const uint8_t *) word);
}

size_t stack_total(void)
{
    return (size_t) ((const uint8_t *) _stack_top - (const uint8_t *) _stack_bottom);
}
