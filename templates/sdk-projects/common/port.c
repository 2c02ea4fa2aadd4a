/*
 * The TLS client on an SDK: sockets of lwIP, the log on the console, heap and stack as the SDK tells them.
 */
#include "platform.h"

#include <stdio.h>
#include <string.h>

#include "lwip/sockets.h"
#include "lwip/netdb.h"

#include "mbedtls/version.h"

#include "clock.h"
#include "heap.h"
#include "log.h"
#include "net.h"
#include "report.h"
#include "stack.h"
#include "tls.h"
#include "uart.h"

static int connection = -1;
static size_t heap_at_start;
static size_t least_free;

uint32_t clock_ms(void)
{
    return platform_ms();
}

/* Lines leave whole: the SDK's own come between them, not into them. */
void uart_put(uint8_t byte)
{
    static char line[200];
    static size_t length;
    line[length++] = (char) byte;
    if (byte == '\n' || length == sizeof line - 1) {
        line[length] = '\0';
        printf("%s", line);
        length = 0;
    }
}

/* The peak is the most that was seen at a report or while data went over the line, where the handshake has its buffers. */
static size_t look_at_heap(void)
{
    size_t now = platform_free_heap();
    if (now < least_free) {
        least_free = now;
    }
    return now;
}

struct heap_usage heap_usage(void)
{
    size_t now = look_at_heap();
    struct heap_usage usage = { heap_at_start - now, heap_at_start - least_free, heap_at_start };
    return usage;
}

size_t stack_peak(void)
{
    return platform_stack_size() - platform_free_stack();
}

size_t stack_total(void)
{
    return platform_stack_size();
}

int net_connect(const char *host, uint16_t port)
{
    struct hostent *entry = gethostbyname(host);
    if (entry == NULL || entry->h_addr_list[0] == NULL) {
        return NET_UNKNOWN_HOST;
    }
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    memcpy(&address.sin_addr, entry->h_addr_list[0], sizeof address.sin_addr);
    connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connection < 0) {
        return NET_CONNECT_FAILED;
    }
    if (connect(connection, (struct sockaddr *) &address, sizeof address) != 0) {
        net_close();
        return NET_CONNECT_FAILED;
    }
    return 0;
}

int net_send(void *context, const unsigned char *data, size_t length)
{
    (void) context;
    (void) look_at_heap();
    int sent = send(connection, data, length, 0);
    return sent < 0 ? NET_SEND_FAILED : sent;
}

int net_receive(void *context, unsigned char *data, size_t length)
{
    (void) context;
    (void) look_at_heap();
    int received = recv(connection, data, length, 0);
    return received < 0 ? NET_RECV_FAILED : received;
}

void net_close(void)
{
    if (connection >= 0) {
        close(connection);
        connection = -1;
    }
}

void client_run(void)
{
    const char *call = "";
    heap_at_start = platform_free_heap();
    least_free = heap_at_start;
    log_line('I', "bench", "espaws bench 1 mbedTLS " MBEDTLS_VERSION_STRING);
    int code = tls_run(&call);
    report_memory();
    if (code == 0) {
        log_line('I', "bench", "done pass");
    } else {
        log_line('I', "bench", "done fail %s %d", call, code);
    }
}
