/*
 * The serial link, device side (docs/serial-link.md): the device asks, the host answers, one at a time. A request is
 * repeated under the same sequence number until its answer comes; the host carries each out once.
 */
#ifndef BENCH_LINK_H
#define BENCH_LINK_H

#include <stddef.h>
#include <stdint.h>

#define LINK_VERSION 1

/* Largest piece of data that the host may put into one answer: the room of the receive buffer. */
#define LINK_CREDIT  512u

/** What an answer says. Negative ones are made by the device itself. */
enum link_status {
    LINK_LOST = -1,
    LINK_OK = 0,
    /** Nothing yet: ask again. */
    LINK_PENDING = 1,
    LINK_REFUSED = 2,
    LINK_UNREACHABLE = 3,
    LINK_UNKNOWN_HOST = 4,
    LINK_TIMED_OUT = 5,
    LINK_RESET = 6,
    /** The peer has ended the stream, and all its data was read. */
    LINK_CLOSED = 7,
    LINK_NO_STREAM = 8,
    LINK_BAD_REQUEST = 9,
    LINK_NO_SESSION = 10,
    LINK_OTHER_VERSION = 11,
};

/** Agrees on version and sizes with the host; ends what an earlier run had open. */
enum link_status link_hello(void);

/** Opens `stream` (1..255) to a TCP port. LINK_PENDING: call it again. */
enum link_status link_open(uint8_t stream, const char *host, uint16_t port, uint16_t wait_ms);

/** Sends up to `*length` bytes and sets how many were taken. */
enum link_status link_write(uint8_t stream, const uint8_t *data, size_t *length);

/** Reads up to `*length` bytes and sets how many came; waits up to `wait_ms` for the first. */
enum link_status link_read(uint8_t stream, uint8_t *data, size_t *length, uint16_t wait_ms);

enum link_status link_close(uint8_t stream);

/** Seconds since 1970, UTC. */
enum link_status link_time(int64_t *seconds);

/** Takes one byte from the UART; may be called from an interrupt. */
void link_receive(uint8_t byte);

/* What the link needs of the machine below it. */

void link_port_put(uint8_t byte);

/** Sleeps until an interrupt, unless `*state` is FRAME_COMPLETE already; returns at least every few 100 ms. */
void link_port_wait(const volatile uint8_t *state);

uint32_t link_port_ms(void);

#endif
