import { describe, expect, it } from 'vitest';
import { planKconfig, readKconfig } from '../../../src/build/sdk/kconfig.ts';

const ESP_CONFIG = `
#ifndef ESP_CONFIG_H
#define ESP_CONFIG_H
#include "sdkconfig.h"
#ifdef CONFIG_MBEDTLS_HAVE_TIME
#define MBEDTLS_HAVE_TIME
#else
#undef MBEDTLS_HAVE_TIME
#endif
#ifndef CONFIG_MBEDTLS_CUSTOM_MEM_ALLOC
#define MBEDTLS_PLATFORM_STD_CALLOC esp_mbedtls_mem_calloc
#endif
#define MBEDTLS_AES_ALT
#ifdef CONFIG_MBEDTLS_RC4_ENABLED
#define MBEDTLS_ARC4_C
#elif defined CONFIG_MBEDTLS_RC4_ENABLED_NO_DEFAULT
#define MBEDTLS_REMOVE_ARC4_CIPHERSUITES
#endif
#if defined(CONFIG_MBEDTLS_SSL_ALPN)
#define MBEDTLS_SSL_ALPN
#endif
#ifdef CONFIG_MBEDTLS_TLS_SERVER
#define MBEDTLS_SSL_SRV_C
#endif
#define MBEDTLS_SSL_IN_CONTENT_LEN CONFIG_MBEDTLS_SSL_IN_CONTENT_LEN
#endif
`;

describe('readKconfig', () => {
  it('reads what symbols switch, and what they set', () => {
    const { switches, values } = readKconfig(ESP_CONFIG);
    expect(Object.fromEntries(switches)).toEqual({
      MBEDTLS_HAVE_TIME: 'CONFIG_MBEDTLS_HAVE_TIME',
      MBEDTLS_ARC4_C: 'CONFIG_MBEDTLS_RC4_ENABLED',
      MBEDTLS_SSL_ALPN: 'CONFIG_MBEDTLS_SSL_ALPN',
      MBEDTLS_SSL_SRV_C: 'CONFIG_MBEDTLS_TLS_SERVER',
    });
    expect(Object.fromEntries(values)).toEqual({
      MBEDTLS_SSL_IN_CONTENT_LEN: 'CONFIG_MBEDTLS_SSL_IN_CONTENT_LEN',
    });
  });
});

describe('planKconfig', () => {
  const plan = (...macros: [string, string][]) => planKconfig(readKconfig(ESP_CONFIG), new Map(macros));

  it('says yes and no, and the client by its choice', () => {
    expect(
      plan(['MBEDTLS_SSL_ALPN', ''], ['MBEDTLS_SSL_IN_CONTENT_LEN', '8192']).defaults.trim().split('\n'),
    ).toEqual([
      '# CONFIG_MBEDTLS_HAVE_TIME is not set',
      '# CONFIG_MBEDTLS_RC4_ENABLED is not set',
      'CONFIG_MBEDTLS_SSL_ALPN=y',
      'CONFIG_MBEDTLS_SSL_IN_CONTENT_LEN=8192',
      'CONFIG_MBEDTLS_TLS_CLIENT_ONLY=y',
      '# CONFIG_MBEDTLS_TLS_SERVER_AND_CLIENT is not set',
    ]);
    expect(plan(['MBEDTLS_SSL_SRV_C', '']).defaults).toContain('CONFIG_MBEDTLS_TLS_SERVER_AND_CLIENT=y');
  });

  it('puts the rest into a header without include guard', () => {
    const { userHeader } = plan(
      ['MBEDTLS_SSL_ALPN', ''],
      ['MBEDTLS_ECP_WINDOW_SIZE', '2'],
      ['MBEDTLS_SHA512_C', ''],
    );
    expect(userHeader).toContain('#undef MBEDTLS_ECP_WINDOW_SIZE\n#define MBEDTLS_ECP_WINDOW_SIZE 2\n');
    expect(userHeader).toContain('#define MBEDTLS_SHA512_C\n');
    expect(userHeader).toContain('#undef MBEDTLS_SELF_TEST\n');
    expect(userHeader).not.toContain('ALPN');
    expect(userHeader).not.toMatch(/#ifndef|#pragma/);
  });
});
