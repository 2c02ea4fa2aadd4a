/*
 * Framing of the serial link (docs/serial-link.md): between START and END, with the four bytes that would confuse a
 * reader escaped. Compiles on any host.
 */
#ifndef BENCH_FRAME_H
#define BENCH_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Neither of the delimiters occurs in ASCII or UTF-8 text. */
#define FRAME_START   0xC0
#define FRAME_END     0xC1
#define FRAME_ESCAPE  0xDB
#define FRAME_ESCAPED_START    0xDC
#define FRAME_ESCAPED_ESCAPE   0xDD
#define FRAME_ESCAPED_END      0xDE
#define FRAME_ESCAPED_NEWLINE  0xDF

/* type, sequence, stream, length (2); then the payload; then CRC-32 (4). Little endian. */
#define FRAME_HEADER   5u
#define FRAME_TRAILER  4u

struct frame {
    uint8_t type;
    uint8_t sequence;
    uint8_t stream;
    uint16_t length;
    const uint8_t *payload;
};

enum frame_state { FRAME_OUTSIDE, FRAME_INSIDE, FRAME_AFTER_ESCAPE, FRAME_COMPLETE };

struct frame_decoder {
    uint8_t *bytes;
    uint16_t capacity;
    uint16_t length;
    /** Stays FRAME_COMPLETE, and further bytes are ignored, until the reader sets FRAME_OUTSIDE. */
    volatile uint8_t state;
};

/** Takes one byte from the line. */
void frame_decode(struct frame_decoder *decoder, uint8_t byte);

/** The complete frame of a decoder; false where its length or its checksum is wrong. */
bool frame_read(const struct frame_decoder *decoder, struct frame *frame);

/** Sends `frame` with its payload in two parts, byte by byte through `put`. */
void frame_send(const struct frame *frame, const uint8_t *rest, uint16_t rest_length, void (*put)(uint8_t));

#endif
