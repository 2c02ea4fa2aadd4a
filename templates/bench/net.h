#ifndef BENCH_NET_H
#define BENCH_NET_H

#include <stddef.h>
#include <stdint.h>

/* mbedTLS's own codes (mbedtls/net_sockets.h; mbedtls/net.h before 2.4), which need not be compiled in. */
#define NET_CONNECT_FAILED  (-0x0044)
#define NET_RECV_FAILED     (-0x004C)
#define NET_SEND_FAILED     (-0x004E)
#define NET_CONN_RESET      (-0x0050)
#define NET_UNKNOWN_HOST    (-0x0052)

/** Says hello to the host on the serial link; 0 or NET_CONNECT_FAILED. */
int net_start(void);

/** Opens the connection; 0 or a NET_ code. */
int net_connect(const char *host, uint16_t port);

/* For mbedtls_ssl_set_bio: the count of bytes, 0 at the end of the stream, or a NET_ code. */
int net_send(void *context, const unsigned char *data, size_t length);
int net_receive(void *context, unsigned char *data, size_t length);

void net_close(void);

#endif
