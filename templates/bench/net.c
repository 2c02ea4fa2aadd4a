#include "net.h"

#include "clock.h"
#include "link.h"
#include "log.h"

#define STREAM              1
#define WAIT_MS             1000u
#define CONNECT_TIMEOUT_MS  30000u
/* A server that keeps silent for so long will not speak again. */
#define RECEIVE_TIMEOUT_MS  60000u

static const char *status_text(enum link_status status)
{
    switch (status) {
    case LINK_LOST: return "link lost";
    case LINK_REFUSED: return "connection refused";
    case LINK_UNREACHABLE: return "host unreachable";
    case LINK_UNKNOWN_HOST: return "unknown host";
    case LINK_PENDING:
    case LINK_TIMED_OUT: return "timed out";
    case LINK_RESET: return "connection reset by peer";
    case LINK_OTHER_VERSION: return "the host speaks another version of the serial link";
    default: return "the host refused the request";
    }
}

/** `code`, having said why. */
static int failed(enum link_status status, int code)
{
    log_line('E', "net", "%s", status_text(status));
    return code;
}

int net_start(void)
{
    enum link_status status = link_hello();
    return status == LINK_OK ? 0 : failed(status, NET_CONNECT_FAILED);
}

int net_connect(const char *host, uint16_t port)
{
    uint32_t deadline = clock_ms() + CONNECT_TIMEOUT_MS;
    enum link_status status;
    do {
        status = link_open(STREAM, host, port, WAIT_MS);
    } while (status == LINK_PENDING && !clock_reached(deadline));
    if (status == LINK_OK) {
        return 0;
    }
    return failed(status, status == LINK_UNKNOWN_HOST ? NET_UNKNOWN_HOST : NET_CONNECT_FAILED);
}

int net_send(void *context, const unsigned char *data, size_t length)
{
    (void) context;
    enum link_status status = link_write(STREAM, data, &length);
    if (status == LINK_OK) {
        return (int) length;
    }
    return failed(status, status == LINK_RESET || status == LINK_CLOSED ? NET_CONN_RESET : NET_SEND_FAILED);
}

int net_receive(void *context, unsigned char *data, size_t length)
{
    (void) context;
    uint32_t deadline = clock_ms() + RECEIVE_TIMEOUT_MS;
    enum link_status status;
    do {
        size_t count = length;
        status = link_read(STREAM, data, &count, WAIT_MS);
        if (status == LINK_OK) {
            return (int) count;
        }
    } while (status == LINK_PENDING && !clock_reached(deadline));
    if (status == LINK_CLOSED) {
        return 0;
    }
    return failed(status, status == LINK_RESET ? NET_CONN_RESET : NET_RECV_FAILED);
}

void net_close(void)
{
    (void) link_close(STREAM);
}
