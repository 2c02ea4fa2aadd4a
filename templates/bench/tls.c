/*
 * The TLS client. It makes its calls in the order in which the SDKs' examples make them, on any mbedTLS from 2.2 to
 * 3.6 and with any configuration: what a configuration leaves out is left out here.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls.h"

#include <stddef.h>
#include <stdint.h>

#include "mbedtls/version.h"

#if !defined(MBEDTLS_X509_CRT_PARSE_C) || !defined(MBEDTLS_PK_PARSE_C) || !defined(MBEDTLS_SSL_TLS_C) || \
    !defined(MBEDTLS_ENTROPY_C) || (!defined(MBEDTLS_CTR_DRBG_C) && !defined(MBEDTLS_HMAC_DRBG_C))
#error "The bench needs MBEDTLS_X509_CRT_PARSE_C, MBEDTLS_PK_PARSE_C, MBEDTLS_SSL_TLS_C, MBEDTLS_ENTROPY_C and MBEDTLS_CTR_DRBG_C"
#endif

#include "mbedtls/ctr_drbg.h"
#include "mbedtls/entropy.h"
#include "mbedtls/pk.h"
#include "mbedtls/ssl.h"
#if defined(MBEDTLS_HMAC_DRBG_C)
#include "mbedtls/hmac_drbg.h"
#endif
#if defined(MBEDTLS_DEBUG_C)
#include "mbedtls/debug.h"
#endif

#include "clock.h"
#include "endpoint.h"
#include "identity.h"
#include "log.h"
#include "mqtt.h"
#include "net.h"
#include "report.h"

#if defined(MBEDTLS_PSA_CRYPTO_C) && (defined(MBEDTLS_USE_PSA_CRYPTO) || defined(MBEDTLS_SSL_PROTO_TLS1_3))
#define WITH_PSA
#include "psa/crypto.h"
#endif

#if defined(MBEDTLS_CTR_DRBG_C)
typedef mbedtls_ctr_drbg_context random_context;
#define RANDOM_SEED "mbedtls_ctr_drbg_seed"
#define random_init mbedtls_ctr_drbg_init
#define random_bytes mbedtls_ctr_drbg_random
#else
typedef mbedtls_hmac_drbg_context random_context;
#define RANDOM_SEED "mbedtls_hmac_drbg_seed"
#define random_init mbedtls_hmac_drbg_init
#define random_bytes mbedtls_hmac_drbg_random
#endif

static mbedtls_entropy_context entropy;
static random_context drbg;
static mbedtls_x509_crt ca;
static mbedtls_x509_crt certificate;
static mbedtls_pk_context key;
static mbedtls_ssl_config config;
static mbedtls_ssl_context ssl;

/** Runs `expression`, reports it as `name`, and leaves the function where it failed. */
#define TRY(name, expression)                  \
    do {                                       \
        *call = (name);                        \
        int code_ = report(*call, expression); \
        if (code_ < 0) {                       \
            return code_;                      \
        }                                      \
    } while (0)

static int seed(void)
{
    static const unsigned char personalization[] = "espaws";
#if defined(MBEDTLS_CTR_DRBG_C)
    return mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, personalization, sizeof personalization - 1);
#else
    return mbedtls_hmac_drbg_seed(&drbg, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), mbedtls_entropy_func, &entropy,
                                  personalization, sizeof personalization - 1);
#endif
}

static int parse_key(void)
{
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    return mbedtls_pk_parse_key(&key, identity_key, identity_key_length, NULL, 0, random_bytes, &drbg);
#else
    return mbedtls_pk_parse_key(&key, identity_key, identity_key_length, NULL, 0);
#endif
}

/** Below 0: nothing could be used. Above 0: so many certificates of a bundle could not be parsed, the rest is there. */
static int report_parse(const char *name, int code)
{
    if (code > 0) {
        log_line('W', "tls", "%s returned %d", name, code);
    } else {
        (void) report(name, code);
    }
    report_heap(name);
    return code;
}

static int load_identity(const char **call)
{
    *call = "mbedtls_x509_crt_parse(ca)";
    int code = report_parse(*call, mbedtls_x509_crt_parse(&ca, identity_ca, identity_ca_length));
    if (code < 0) {
        return code;
    }
    *call = "mbedtls_x509_crt_parse(certificate)";
    code = report_parse(*call, mbedtls_x509_crt_parse(&certificate, identity_certificate, identity_certificate_length));
    if (code < 0) {
        return code;
    }
    TRY("mbedtls_pk_parse_key", parse_key());
    return 0;
}

#if defined(MBEDTLS_DEBUG_C) && defined(BENCH_DEBUG_LEVEL)
static void debug_print(void *context, int level, const char *file, int line, const char *text)
{
    (void) context;
    const char *name = file;
    for (const char *c = file; *c != '\0'; c++) {
        if (*c == '/') {
            name = c + 1;
        }
    }
    log_text("%s:%d: |%d| %s", name, line, level, text);
}
#endif

static int configure(const char **call)
{
    TRY("mbedtls_ssl_config_defaults", mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT,
                                                                   MBEDTLS_SSL_TRANSPORT_STREAM,
                                                                   MBEDTLS_SSL_PRESET_DEFAULT));
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_rng(&config, random_bytes, &drbg);
    mbedtls_ssl_conf_ca_chain(&config, &ca, NULL);
#if defined(MBEDTLS_DEBUG_C) && defined(BENCH_DEBUG_LEVEL)
    mbedtls_ssl_conf_dbg(&config, debug_print, NULL);
    mbedtls_debug_set_threshold(BENCH_DEBUG_LEVEL);
#endif
    TRY("mbedtls_ssl_conf_own_cert", mbedtls_ssl_conf_own_cert(&config, &certificate, &key));
#if ENDPOINT_ALPN_COUNT > 0 && defined(MBEDTLS_SSL_ALPN)
    static const char *protocols[] = { ENDPOINT_ALPN NULL };
    TRY("mbedtls_ssl_conf_alpn_protocols", mbedtls_ssl_conf_alpn_protocols(&config, protocols));
#endif
    TRY("mbedtls_ssl_setup", mbedtls_ssl_setup(&ssl, &config));
    report_heap(*call);
#if ENDPOINT_SET_HOSTNAME
    TRY("mbedtls_ssl_set_hostname", mbedtls_ssl_set_hostname(&ssl, ENDPOINT_SERVER_NAME));
#endif
    return 0;
}

static void report_alert(void)
{
    if (ssl.in_msgtype == MBEDTLS_SSL_MSG_ALERT && ssl.in_msg != NULL) {
        log_line('E', "tls", "alert received level %d description %d", ssl.in_msg[0], ssl.in_msg[1]);
    }
}

static int handshake(void)
{
    int code;
    do {
        code = mbedtls_ssl_handshake(&ssl);
    } while (code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE);
    return code;
}

static int connect_tls(const char **call)
{
    TRY("net_connect", net_connect(ENDPOINT_HOST, ENDPOINT_PORT));
    mbedtls_ssl_set_bio(&ssl, NULL, net_send, net_receive, NULL);

    uint32_t start = clock_ms();
    *call = "mbedtls_ssl_handshake";
    int code = handshake();
    uint32_t duration = clock_ms() - start;

    if (code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
        report_alert();
    }
    (void) report(*call, code);
    uint32_t flags = mbedtls_ssl_get_verify_result(&ssl);
    log_line(flags == 0 ? 'I' : 'E', "tls", "verify flags 0x%8x", flags);
    report_heap(*call);
    if (code == 0) {
        log_line('I', "tls", "handshake %s %s in %u ms", mbedtls_ssl_get_version(&ssl),
                 mbedtls_ssl_get_ciphersuite(&ssl), duration);
    }
    return code;
}

static int write_all(const unsigned char *data, size_t length)
{
    size_t written = 0;
    while (written < length) {
        int code = mbedtls_ssl_write(&ssl, data + written, length - written);
        if (code > 0) {
            written += (size_t) code;
        } else if (code != MBEDTLS_ERR_SSL_WANT_READ && code != MBEDTLS_ERR_SSL_WANT_WRITE) {
            return code;
        }
    }
    return (int) written;
}

/** True where nothing was read, but only because something else than application data came. */
static int is_transient(int code)
{
#if defined(MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET)
    if (code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
        return 1;
    }
#endif
    return code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE;
}

/** `length` bytes, or 0 where the peer ended the stream before. */
static int read_all(unsigned char *data, size_t length)
{
    size_t count = 0;
    while (count < length) {
        int code = mbedtls_ssl_read(&ssl, data + count, length - count);
        if (code > 0) {
            count += (size_t) code;
        } else if (!is_transient(code)) {
            return code;
        }
    }
    return (int) count;
}

/** Logs in to the MQTT broker behind the connection. A positive result is the code of its refusal. */
static int exchange_data(const char **call)
{
    unsigned char packet[MQTT_CONNECT_MAX];
    size_t length = mqtt_connect_packet(packet, ENDPOINT_MQTT_CLIENT_ID);
    TRY("mbedtls_ssl_write", write_all(packet, length));

    *call = "mbedtls_ssl_read";
    int code = read_all(packet, MQTT_CONNACK_LENGTH);
    if (code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
        report_alert();
    }
    if (code == 0) {
        /* What the transport's end means to mbedTLS (MBEDTLS_ERR_SSL_CONN_EOF). */
        code = MBEDTLS_ERR_SSL_CONN_EOF;
    }
    (void) report(*call, code);
    if (code < 0) {
        return code;
    }
    int refusal = mqtt_connack_code(packet);
    log_line(refusal == 0 ? 'I' : 'E', "mqtt", "CONNACK code %d", refusal);
    if (refusal == 0) {
        length = mqtt_disconnect_packet(packet);
        TRY("mbedtls_ssl_write", write_all(packet, length));
    }
    (void) mbedtls_ssl_close_notify(&ssl);
    return refusal;
}

static int run_steps(const char **call)
{
    mbedtls_entropy_init(&entropy);
    random_init(&drbg);
    mbedtls_x509_crt_init(&ca);
    mbedtls_x509_crt_init(&certificate);
    mbedtls_pk_init(&key);
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_init(&ssl);

#if defined(WITH_PSA)
    TRY("psa_crypto_init", (int) psa_crypto_init());
    report_heap(*call);
#endif
    TRY(RANDOM_SEED, seed());
    int code = load_identity(call);
    if (code == 0) {
        code = configure(call);
    }
    if (code == 0) {
        code = connect_tls(call);
    }
    return code == 0 ? exchange_data(call) : code;
}

int tls_run(const char **call)
{
    int code = run_steps(call);
    net_close();
    return code;
}
