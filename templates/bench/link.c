#include "link.h"

#include <stdbool.h>
#include <string.h>

#include "frame.h"

enum request { HELLO = 1, OPEN = 2, WRITE = 3, READ = 4, CLOSE = 5, TIME = 6 };
#define ANSWER 0x80u

/* The host answers at once but for what it was told it may wait; the rest is for its scheduler and the line. */
#ifndef LINK_ANSWER_TIMEOUT_MS
#define LINK_ANSWER_TIMEOUT_MS  1000u
#endif
#ifndef LINK_ATTEMPTS
#define LINK_ATTEMPTS  8
#endif

/* Answers begin with one byte of status. */
static uint8_t receive_buffer[FRAME_HEADER + 1 + LINK_CREDIT + FRAME_TRAILER];
static struct frame_decoder decoder = { .bytes = receive_buffer, .capacity = sizeof receive_buffer };
static uint8_t next_sequence;
static uint16_t host_credit = 64;

static bool answer_received(const struct frame *request, struct frame *answer)
{
    return frame_read(&decoder, answer) && answer->type == (request->type | ANSWER) &&
           answer->sequence == request->sequence && answer->stream == request->stream && answer->length >= 1;
}

/** Waits for the answer; the decoder then holds it until the next request. */
static bool wait_answer(const struct frame *request, struct frame *answer, uint32_t timeout_ms)
{
    uint32_t start = link_port_ms();
    while (link_port_ms() - start < timeout_ms) {
        link_port_wait(&decoder.state);
        if (decoder.state != FRAME_COMPLETE) {
            continue;
        }
        if (answer_received(request, answer)) {
            return true;
        }
        decoder.state = FRAME_OUTSIDE;
    }
    return false;
}

static enum link_status exchange(struct frame *request, const uint8_t *rest, uint16_t rest_length, uint16_t wait_ms,
                                 struct frame *answer)
{
    request->sequence = next_sequence++;
    for (int attempt = 0; attempt < LINK_ATTEMPTS; attempt++) {
        if (decoder.state == FRAME_COMPLETE) {
            decoder.state = FRAME_OUTSIDE;
        }
        frame_send(request, rest, rest_length, link_port_put);
        if (wait_answer(request, answer, LINK_ANSWER_TIMEOUT_MS + wait_ms)) {
            return (enum link_status) answer->payload[0];
        }
    }
    return LINK_LOST;
}

static uint16_t little_endian_16(const uint8_t *bytes)
{
    return (uint16_t) (bytes[0] | bytes[1] << 8);
}

enum link_status link_hello(void)
{
    const uint8_t payload[] = { LINK_VERSION, LINK_CREDIT & 0xFF, LINK_CREDIT >> 8 };
    struct frame request = { .type = HELLO, .length = sizeof payload, .payload = payload };
    struct frame answer;
    enum link_status status = exchange(&request, NULL, 0, 0, &answer);
    if (status == LINK_OK && (answer.length < 4 || answer.payload[1] != LINK_VERSION)) {
        return LINK_OTHER_VERSION;
    }
    if (status == LINK_OK) {
        host_credit = little_endian_16(answer.payload + 2);
    }
    return status;
}

enum link_status link_open(uint8_t stream, const char *host, uint16_t port, uint16_t wait_ms)
{
    const uint8_t payload[] = { (uint8_t) port, (uint8_t) (port >> 8), (uint8_t) wait_ms, (uint8_t) (wait_ms >> 8) };
    struct frame request = { .type = OPEN, .stream = stream, .length = sizeof payload, .payload = payload };
    struct frame answer;
    return exchange(&request, (const uint8_t *) host, (uint16_t) strlen(host), wait_ms, &answer);
}

enum link_status link_write(uint8_t stream, const uint8_t *data, size_t *length)
{
    struct frame request = { .type = WRITE, .stream = stream };
    struct frame answer;
    if (*length > host_credit) {
        *length = host_credit;
    }
    return exchange(&request, data, (uint16_t) *length, 0, &answer);
}

enum link_status link_read(uint8_t stream, uint8_t *data, size_t *length, uint16_t wait_ms)
{
    uint16_t most = (uint16_t) (*length < LINK_CREDIT ? *length : LINK_CREDIT);
    const uint8_t payload[] = { (uint8_t) most, (uint8_t) (most >> 8), (uint8_t) wait_ms, (uint8_t) (wait_ms >> 8) };
    struct frame request = { .type = READ, .stream = stream, .length = sizeof payload, .payload = payload };
    struct frame answer;
    enum link_status status = exchange(&request, NULL, 0, wait_ms, &answer);
    if (status != LINK_OK) {
        return status;
    }
    if (answer.length - 1u > most) {
        return LINK_BAD_REQUEST;
    }
    *length = answer.length - 1u;
    memcpy(data, answer.payload + 1, *length);
    return LINK_OK;
}

enum link_status link_close(uint8_t stream)
{
    struct frame request = { .type = CLOSE, .stream = stream };
    struct frame answer;
    return exchange(&request, NULL, 0, 0, &answer);
}

enum link_status link_time(int64_t *seconds)
{
    struct frame request = { .type = TIME };
    struct frame answer;
    enum link_status status = exchange(&request, NULL, 0, 0, &answer);
    if (status != LINK_OK) {
        return status;
    }
    if (answer.length < 9) {
        return LINK_BAD_REQUEST;
    }
    uint64_t value = 0;
    for (int i = 8; i > 0; i--) {
        value = value << 8 | answer.payload[i];
    }
    *seconds = (int64_t) value;
    return LINK_OK;
}

void link_receive(uint8_t byte)
{
    frame_decode(&decoder, byte);
}
