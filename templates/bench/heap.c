/*
 * malloc, calloc, realloc and free over the memory between .bss and the boot ROM's data. Blocks lie one behind the
 * other, each with a 4-byte header; free neighbours are joined while a search passes them.
 */
#include "heap.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct block {
    /** Of the whole block with its header, in bytes; bit 0: in use. */
    uint32_t size;
};

#define IN_USE       1u
#define HEADER       sizeof(struct block)
/* The LX106 has no access wider than 32 bits. */
#define ALIGNMENT    4u
#define SMALLEST     8u

extern uint8_t _heap_start[], _heap_end[];

static size_t used, peak;
/** No block before this one is free; NULL before the first use. */
static struct block *first_free;

static inline struct block *after(struct block *block)
{
    return (struct block *) ((uint8_t *) block + (block->size & ~IN_USE));
}

static inline bool is_end(const struct block *block)
{
    return (const uint8_t *) block >= _heap_end;
}

static void start(void)
{
    first_free = (struct block *) _heap_start;
    first_free->size = (uint32_t) (_heap_end - _heap_start);
}

static void join_free_neighbours(struct block *block)
{
    struct block *next = after(block);
    while (!is_end(next) && (next->size & IN_USE) == 0) {
        block->size += next->size;
        next = after(block);
    }
}

/* Not malloc itself: the compiler would make calloc of malloc with memset, inside calloc too. */
static void *allocate(size_t length)
{
    if (first_free == NULL) {
        start();
    }
    size_t total = (size_t) (_heap_end - _heap_start);
    if (length > total) {
        return NULL;
    }
    uint32_t needed = (uint32_t) ((length + HEADER + ALIGNMENT - 1) & ~(ALIGNMENT - 1));
    if (needed < SMALLEST) {
        needed = SMALLEST;
    }
    bool seen_free = false;
    for (struct block *block = first_free; !is_end(block); block = after(block)) {
        if ((block->size & IN_USE) != 0) {
            continue;
        }
        join_free_neighbours(block);
        if (!seen_free) {
            first_free = block;
            seen_free = true;
        }
        if (block->size < needed) {
            continue;
        }
        uint32_t rest = block->size - needed;
        if (rest >= SMALLEST) {
            block->size = needed;
            after(block)->size = rest;
        }
        used += block->size;
        if (used > peak) {
            peak = used;
        }
        block->size |= IN_USE;
        return block + 1;
    }
    return NULL;
}

void *malloc(size_t length)
{
    return allocate(length);
}

void *calloc(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    void *memory = allocate(count * size);
    if (memory != NULL) {
        memset(memory, 0, count * size);
    }
    return memory;
}

void free(void *memory)
{
    if (memory == NULL) {
        return;
    }
    struct block *block = (struct block *) memory - 1;
    block->size &= ~IN_USE;
    used -= block->size;
    if (block < first_free) {
        first_free = block;
    }
}

void *realloc(void *memory, size_t length)
{
    if (memory == NULL) {
        return allocate(length);
    }
    size_t held = (((struct block *) memory - 1)->size & ~IN_USE) - HEADER;
    if (length <= held) {
        return memory;
    }
    void *moved = allocate(length);
    if (moved != NULL) {
        memcpy(moved, memory, held);
        free(memory);
    }
    return moved;
}

struct heap_usage heap_usage(void)
{
    return (struct heap_usage){ .used = used, .peak = peak, .total = (size_t) (_heap_end - _heap_start) };
}
