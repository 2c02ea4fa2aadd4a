/*
 * The bench firmware's side of the serial link as a program: the UART is stdin and stdout, commands come as
 * arguments, results go to stderr, one line each.
 *
 *   link-device hello time open:HOST:PORT echo:BYTES read close text:WORD
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"
#include "link.h"

static uint8_t output[4096];
static size_t output_length;

static void flush(void)
{
    size_t sent = 0;
    while (sent < output_length) {
        ssize_t count = write(1, output + sent, output_length - sent);
        if (count <= 0) {
            exit(3);
        }
        sent += (size_t) count;
    }
    output_length = 0;
}

void link_port_put(uint8_t byte)
{
    output[output_length++] = byte;
    if (output_length == sizeof output) {
        flush();
    }
}

void link_port_wait(const volatile uint8_t *state)
{
    static uint8_t input[256];
    static ssize_t count, next;
    flush();
    if (next == count) {
        struct pollfd ready = { .fd = 0, .events = POLLIN };
        next = count = 0;
        if (poll(&ready, 1, 5) == 1) {
            count = read(0, input, sizeof input);
            if (count <= 0) {
                exit(4);
            }
        }
    }
    while (next < count && *state != FRAME_COMPLETE) {
        link_receive(input[next++]);
    }
}

uint32_t link_port_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t) (now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

static void result(const char *name, int status)
{
    fprintf(stderr, "%s %d\n", name, status);
}

static int open_stream(char *address)
{
    char *colon = strrchr(address, ':');
    *colon = '\0';
    int status;
    do {
        status = link_open(1, address, (uint16_t) atoi(colon + 1), 50);
    } while (status == LINK_PENDING);
    return status;
}

/** Sends `length` bytes of a sequence with every byte value, and reads them back. */
static int echo(size_t length)
{
    uint8_t *sent = malloc(length), *received = malloc(length);
    for (size_t i = 0; i < length; i++) {
        sent[i] = (uint8_t) (i * 167 + i / 251);
    }
    int status = LINK_OK;
    for (size_t done = 0; done < length && status == LINK_OK;) {
        size_t count = length - done;
        status = link_write(1, sent + done, &count);
        done += count;
    }
    for (size_t done = 0; done < length && status == LINK_OK;) {
        size_t count = length - done;
        do {
            count = length - done;
            status = link_read(1, received + done, &count, 50);
        } while (status == LINK_PENDING);
        done += count;
    }
    if (status == LINK_OK && memcmp(sent, received, length) != 0) {
        status = -100;
    }
    free(sent);
    free(received);
    return status;
}

static int read_some(void)
{
    uint8_t bytes[LINK_CREDIT];
    size_t length;
    int status;
    do {
        length = sizeof bytes;
        status = link_read(1, bytes, &length, 50);
    } while (status == LINK_PENDING || (status == LINK_OK && length > 0));
    return status;
}

int main(int count, char **arguments)
{
    for (int i = 1; i < count; i++) {
        char *command = arguments[i];
        if (strcmp(command, "hello") == 0) {
            result(command, link_hello());
        } else if (strcmp(command, "time") == 0) {
            int64_t seconds = 0;
            result(command, link_time(&seconds));
            fprintf(stderr, "seconds %lld\n", (long long) seconds);
        } else if (strncmp(command, "open:", 5) == 0) {
            result("open", open_stream(command + 5));
        } else if (strncmp(command, "echo:", 5) == 0) {
            result("echo", echo((size_t) atoi(command + 5)));
        } else if (strcmp(command, "read") == 0) {
            result(command, read_some());
        } else if (strcmp(command, "close") == 0) {
            result(command, link_close(1));
        } else if (strncmp(command, "text:", 5) == 0) {
            for (const char *c = command + 5; *c != '\0'; c++) {
                link_port_put((uint8_t) *c);
            }
            link_port_put('\n');
            flush();
        }
    }
    flush();
    return 0;
}
