/* A TLS client for the host that makes the calls of the bench firmware in the same order and prints what each
 * returned. Built against any mbedTLS tree from 2.2 to 3.6 with any configuration; the tests compare its output
 * with the prediction.
 *
 * usage: client --suites
 *        client HOST PORT SERVERNAME CA CERTIFICATE KEY [ALPN]      `-` instead of a file: the call is not made
 * HOST_CLIENT_TIME: what time() says, in seconds; HOST_CLIENT_PASSWORD: of the private key; HOST_CLIENT_MQTT: set
 * where an MQTT broker is behind the server.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#if defined(HOST_CLIENT_BUILD_INFO)
#include "mbedtls/build_info.h"
#else
#include MBEDTLS_CONFIG_FILE
#endif
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "mbedtls/version.h"
#include "mbedtls/pk.h"
#include "mbedtls/ssl.h"
#include "mbedtls/x509_crt.h"
#if defined(MBEDTLS_CTR_DRBG_C)
#include "mbedtls/ctr_drbg.h"
#endif
#if defined(MBEDTLS_ENTROPY_C)
#include "mbedtls/entropy.h"
#endif
#if defined(MBEDTLS_PSA_CRYPTO_C)
#include "psa/crypto.h"
#endif

time_t time(time_t *out)
{
    const char *fixed = getenv("HOST_CLIENT_TIME");
    struct timespec now = { 0, 0 };
    if (fixed != NULL) {
        now.tv_sec = atoll(fixed);
    } else {
        clock_gettime(CLOCK_REALTIME, &now);
    }
    if (out != NULL) {
        *out = now.tv_sec;
    }
    return now.tv_sec;
}

static int random_bytes(void *context, unsigned char *output, size_t length)
{
    (void) context;
    return syscall(SYS_getrandom, output, length, 0) == (long) length ? 0 : -1;
}

int mbedtls_hardware_poll(void *data, unsigned char *output, size_t length, size_t *written)
{
    *written = length;
    return random_bytes(data, output, length);
}

static int connection = -1;

static int send_bytes(void *context, const unsigned char *bytes, size_t length)
{
    (void) context;
    ssize_t sent = send(connection, bytes, length, MSG_NOSIGNAL);
    if (sent >= 0) {
        return (int) sent;
    }
    return errno == EPIPE || errno == ECONNRESET ? -0x0050 : -0x004E;
}

static int receive_bytes(void *context, unsigned char *bytes, size_t length)
{
    (void) context;
    ssize_t received = recv(connection, bytes, length, 0);
    if (received >= 0) {
        return (int) received;
    }
    return errno == ECONNRESET ? -0x0050 : -0x004C;
}

static int connect_to(const char *host, const char *port)
{
    struct addrinfo hints, *found;
    memset(&hints, 0, sizeof(hints));
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_family = AF_INET;
    if (getaddrinfo(host, port, &hints, &found) != 0) {
        return -0x0052;
    }
    connection = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    int status = connect(connection, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return status == 0 ? 0 : -0x0044;
}

/* The file's bytes; a PEM with its NUL counted, as embedded in firmware. */
static unsigned char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        printf("cannot open %s\n", path);
        exit(2);
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    unsigned char *bytes = calloc(1, size + 1);
    if (fread(bytes, 1, size, file) != (size_t) size) {
        exit(2);
    }
    fclose(file);
    *length = size + (strstr((char *) bytes, "-----BEGIN ") != NULL ? 1 : 0);
    return bytes;
}

static int report(const char *call, int status)
{
    printf("call %s %d\n", call, status);
    fflush(stdout);
    return status;
}

static void quit(void)
{
    printf("done\n");
    fflush(stdout);
    exit(0);
}

static int list_suites(void)
{
    for (const int *id = mbedtls_ssl_list_ciphersuites(); *id != 0; id++) {
        printf("%s\n", mbedtls_ssl_get_ciphersuite_name(*id));
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--suites") == 0) {
        return list_suites();
    }
    if (argc < 7) {
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    static mbedtls_x509_crt ca, own;
    static mbedtls_pk_context key;
    static mbedtls_ssl_config conf;
    static mbedtls_ssl_context ssl;
    size_t length;
    unsigned char *bytes;
    int (*rng)(void *, unsigned char *, size_t) = random_bytes;
    void *rng_context = NULL;
    int status;

    mbedtls_x509_crt_init(&ca);
    mbedtls_x509_crt_init(&own);
    mbedtls_pk_init(&key);
    mbedtls_ssl_config_init(&conf);
    mbedtls_ssl_init(&ssl);

#if defined(MBEDTLS_PSA_CRYPTO_C) && (defined(MBEDTLS_USE_PSA_CRYPTO) || defined(MBEDTLS_SSL_PROTO_TLS1_3))
    if (report("psa_crypto_init", (int) psa_crypto_init()) != 0) {
        quit();
    }
#endif
#if defined(MBEDTLS_ENTROPY_C) && defined(MBEDTLS_CTR_DRBG_C)
    static mbedtls_entropy_context entropy;
    static mbedtls_ctr_drbg_context drbg;
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&drbg);
    if (report("mbedtls_ctr_drbg_seed", mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, NULL, 0)) != 0) {
        quit();
    }
    rng = mbedtls_ctr_drbg_random;
    rng_context = &drbg;
#endif

    if (strcmp(argv[4], "-") != 0) {
        bytes = read_file(argv[4], &length);
        if (report("mbedtls_x509_crt_parse(ca)", mbedtls_x509_crt_parse(&ca, bytes, length)) < 0) {
            quit();
        }
    }
    if (strcmp(argv[5], "-") != 0) {
        bytes = read_file(argv[5], &length);
        if (report("mbedtls_x509_crt_parse(certificate)", mbedtls_x509_crt_parse(&own, bytes, length)) < 0) {
            quit();
        }
        const char *password = getenv("HOST_CLIENT_PASSWORD");
        bytes = read_file(argv[6], &length);
        status = mbedtls_pk_parse_key(&key, bytes, length, (const unsigned char *) password,
                                      password == NULL ? 0 : strlen(password)
#if MBEDTLS_VERSION_MAJOR >= 3
                                      , rng, rng_context
#endif
                                      );
        if (report("mbedtls_pk_parse_key", status) != 0) {
            quit();
        }
    }

    status = mbedtls_ssl_config_defaults(&conf, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                         MBEDTLS_SSL_PRESET_DEFAULT);
    if (report("mbedtls_ssl_config_defaults", status) != 0) {
        quit();
    }
    mbedtls_ssl_conf_authmode(&conf, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_rng(&conf, rng, rng_context);
    mbedtls_ssl_conf_ca_chain(&conf, strcmp(argv[4], "-") == 0 ? NULL : &ca, NULL);
    if (strcmp(argv[5], "-") != 0 &&
        report("mbedtls_ssl_conf_own_cert", mbedtls_ssl_conf_own_cert(&conf, &own, &key)) != 0) {
        quit();
    }
#if defined(MBEDTLS_SSL_ALPN)
    static const char *protocols[2];
    if (argc > 7) {
        protocols[0] = argv[7];
        if (report("mbedtls_ssl_conf_alpn_protocols", mbedtls_ssl_conf_alpn_protocols(&conf, protocols)) != 0) {
            quit();
        }
    }
#endif
    if (report("mbedtls_ssl_setup", mbedtls_ssl_setup(&ssl, &conf)) != 0) {
        quit();
    }
#if defined(MBEDTLS_X509_CRT_PARSE_C)
    if (report("mbedtls_ssl_set_hostname", mbedtls_ssl_set_hostname(&ssl, argv[3])) != 0) {
        quit();
    }
#endif
    if (report("net_connect", connect_to(argv[1], argv[2])) != 0) {
        quit();
    }
    mbedtls_ssl_set_bio(&ssl, NULL, send_bytes, receive_bytes, NULL);
    status = report("mbedtls_ssl_handshake", mbedtls_ssl_handshake(&ssl));
    printf("flags %u\n", (unsigned) mbedtls_ssl_get_verify_result(&ssl));
    if (status == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE && ssl.in_msg != NULL) {
        printf("alert %u\n", ssl.in_msg[1]);
    }
    if (status != 0) {
        quit();
    }
    printf("suite %s %s\n", mbedtls_ssl_get_version(&ssl), mbedtls_ssl_get_ciphersuite(&ssl));

    static unsigned char buffer[64];
    /* MQTT 3.1.1, 3.1: CONNECT with a clean session and the client identifier "host". */
    static const unsigned char connect_packet[] = "\x10\x10\0\4MQTT\4\2\0\x3c\0\4host";
    const int is_mqtt = getenv("HOST_CLIENT_MQTT") != NULL;
    const unsigned char *message = is_mqtt ? connect_packet : (const unsigned char *) "ping\n";
    const int message_length = is_mqtt ? sizeof(connect_packet) - 1 : 5;
    status = report("mbedtls_ssl_write",
                    mbedtls_ssl_write(&ssl, message, message_length) == message_length ? 0 : -1);
    if (status != 0) {
        quit();
    }
    do {
        status = mbedtls_ssl_read(&ssl, buffer, sizeof(buffer));
#if defined(MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET)
    } while (status == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET || status == MBEDTLS_ERR_SSL_WANT_READ);
#else
    } while (status == MBEDTLS_ERR_SSL_WANT_READ);
#endif
    if (status == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE && ssl.in_msg != NULL) {
        printf("alert %u\n", ssl.in_msg[1]);
    }
    report("mbedtls_ssl_read", status > 0 ? 0 : status);
    quit();
    return 0;
}
