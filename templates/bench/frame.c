#include "frame.h"

#define CRC_INITIAL 0xFFFFFFFFu

/** CRC-32/ISO-HDLC (polynomial 0x04C11DB7 reflected), four bits at a time. */
static uint32_t crc_add(uint32_t crc, uint8_t byte)
{
    static const uint32_t nibbles[16] = {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
        0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
    };
    crc ^= byte;
    crc = (crc >> 4) ^ nibbles[crc & 15];
    return (crc >> 4) ^ nibbles[crc & 15];
}

static void reset(struct frame_decoder *decoder, enum frame_state state)
{
    decoder->length = 0;
    decoder->state = (uint8_t) state;
}

static void append(struct frame_decoder *decoder, uint8_t byte)
{
    if (decoder->length == decoder->capacity) {
        reset(decoder, FRAME_OUTSIDE);
        return;
    }
    decoder->bytes[decoder->length++] = byte;
    decoder->state = FRAME_INSIDE;
}

static void append_escaped(struct frame_decoder *decoder, uint8_t code)
{
    if (code == FRAME_ESCAPED_START) {
        append(decoder, FRAME_START);
    } else if (code == FRAME_ESCAPED_ESCAPE) {
        append(decoder, FRAME_ESCAPE);
    } else if (code == FRAME_ESCAPED_END) {
        append(decoder, FRAME_END);
    } else if (code == FRAME_ESCAPED_NEWLINE) {
        append(decoder, '\n');
    } else {
        reset(decoder, FRAME_OUTSIDE);
    }
}

void frame_decode(struct frame_decoder *decoder, uint8_t byte)
{
    if (decoder->state == FRAME_COMPLETE) {
        return;
    }
    if (byte == FRAME_START) {
        reset(decoder, FRAME_INSIDE);
    } else if (decoder->state == FRAME_AFTER_ESCAPE) {
        append_escaped(decoder, byte);
    } else if (decoder->state == FRAME_OUTSIDE) {
        return;
    } else if (byte == FRAME_END) {
        decoder->state = FRAME_COMPLETE;
    } else if (byte == FRAME_ESCAPE) {
        decoder->state = FRAME_AFTER_ESCAPE;
    } else if (byte == '\n') {
        reset(decoder, FRAME_OUTSIDE);
    } else {
        append(decoder, byte);
    }
}

bool frame_read(const struct frame_decoder *decoder, struct frame *frame)
{
    const uint8_t *bytes = decoder->bytes;
    if (decoder->length < FRAME_HEADER + FRAME_TRAILER) {
        return false;
    }
    uint16_t checked = (uint16_t) (decoder->length - FRAME_TRAILER);
    uint32_t crc = CRC_INITIAL;
    for (uint16_t i = 0; i < checked; i++) {
        crc = crc_add(crc, bytes[i]);
    }
    crc = ~crc;
    for (int i = 0; i < 4; i++) {
        if (bytes[checked + i] != (uint8_t) (crc >> (8 * i))) {
            return false;
        }
    }
    frame->type = bytes[0];
    frame->sequence = bytes[1];
    frame->stream = bytes[2];
    frame->length = (uint16_t) (bytes[3] | bytes[4] << 8);
    frame->payload = bytes + FRAME_HEADER;
    return frame->length == checked - FRAME_HEADER;
}

static void send_byte(uint8_t byte, void (*put)(uint8_t))
{
    uint8_t code = byte == FRAME_START    ? FRAME_ESCAPED_START
                   : byte == FRAME_ESCAPE ? FRAME_ESCAPED_ESCAPE
                   : byte == FRAME_END    ? FRAME_ESCAPED_END
                   : byte == '\n'         ? FRAME_ESCAPED_NEWLINE
                                          : 0;
    if (code != 0) {
        put(FRAME_ESCAPE);
        put(code);
    } else {
        put(byte);
    }
}

static uint32_t send_all(uint32_t crc, const uint8_t *bytes, uint16_t length, void (*put)(uint8_t))
{
    for (uint16_t i = 0; i < length; i++) {
        crc = crc_add(crc, bytes[i]);
        send_byte(bytes[i], put);
    }
    return crc;
}

void frame_send(const struct frame *frame, const uint8_t *rest, uint16_t rest_length, void (*put)(uint8_t))
{
    uint16_t length = (uint16_t) (frame->length + rest_length);
    const uint8_t header[FRAME_HEADER] = { frame->type, frame->sequence, frame->stream, (uint8_t) length,
                                           (uint8_t) (length >> 8) };
    put(FRAME_START);
    uint32_t crc = send_all(CRC_INITIAL, header, sizeof header, put);
    crc = send_all(crc, frame->payload, frame->length, put);
    crc = ~send_all(crc, rest, rest_length, put);
    const uint8_t trailer[FRAME_TRAILER] = { (uint8_t) crc, (uint8_t) (crc >> 8), (uint8_t) (crc >> 16),
                                             (uint8_t) (crc >> 24) };
    (void) send_all(0, trailer, sizeof trailer, put);
    put(FRAME_END);
    /* Where END is lost on the way, this ends the damage before the next line of text. */
    put('\n');
}
