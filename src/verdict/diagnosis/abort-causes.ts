import type { CauseId } from './causes.ts';

/** What a program said when it stopped itself, and what that means; in order of precedence. */
const BY_CONDITION: readonly (readonly [RegExp, CauseId, weight: number])[] = [
  // Arduino's panic names the function that stopped: one that allocates stops for want of memory.
  [/alloc\w*$|ERR_NO_MEM|\besp_err_t 0x101\b/, 'heap.exhausted', 88],
  // What ESP_ERROR_CHECK(nvs_flash_init()) stops with (nvs.h); a key that is not there is another thing.
  [
    /\bESP_ERR_NVS_(?:NO_FREE_PAGES|NEW_VERSION_FOUND|NOT_ENOUGH_SPACE|PART_NOT_FOUND|CORRUPT\w*)\b|\besp_err_t 0x(?:1105|110d|110f|1110)\b/,
    'boot.nvs',
    84,
  ],
  [/\bmodussl_mbedtls\.c\b/, 'crash.in_tls', 87],
  [/\bInvalid mbox\b/, 'program.no_network_stack', 88],
  // A check of the allocator's own lists (heap/tlsf.c, multi_heap.c, multi_heap_poisoning.c; umm_malloc of the ESP8266 core).
  [/\b(?:(?:heap_)?tlsf|multi_heap(?:_poisoning)?|umm_\w+)\.c/, 'crash.heap_corrupted', 90],
  // lwIP of ESP-IDF 5 (opt.h, LWIP_ASSERT_CORE_LOCKED).
  [/core lock|lock TCPIP core/i, 'program.core_lock', 88],
  // queue.c and event_groups.c of FreeRTOS, of the handle that they were given.
  [
    /\b(?:xQueue\w*|xSemaphore\w*|xEventGroup\w*|vQueueDelete|uxQueue\w*)\b.*\b(?:pxMutex|pxQueue|xQueue|pxSemaphore|xEventGroup)\b(?! ?->)/,
    'program.null_handle',
    86,
  ],
  // core_esp8266_main.cpp, where yield() or delay() finds itself outside the sketch's context.
  [/\bcore_esp8266_main\.cpp:\d+ \w*yield\b/, 'program.yield_in_callback', 88],
  // nvs.h, esp_wifi.h; by its number where the program has no names of errors.
  [
    /\bESP_ERR_NVS_NOT_INITIALIZED\b|\bESP_ERR_WIFI_NOT_(?:INIT|STARTED)\b|\besp_err_t 0x(?:1101|3001|3002)\b/,
    'program.not_initialised',
    88,
  ],
  [/\bESP_ERR_INVALID_STATE\b|\besp_err_t 0x103\b/, 'program.wrong_state', 84],
  [
    /\bESP_ERR_INVALID_ARG\b|\bESP_ERR_WIFI_(?:IF|MODE|SSID|PASSWORD)\b|\besp_err_t 0x(?:102|3004|3005|300a|300b)\b/i,
    'program.bad_argument',
    84,
  ],
];

/** The cause of a condition that was not met, and how sure it is; undefined where it says no more than that. */
export function causeOfAbort(because: string): { id: CauseId; weight: number } | undefined {
  const [, id, weight] = BY_CONDITION.find(([pattern]) => pattern.test(because)) ?? [];
  return id === undefined || weight === undefined ? undefined : { id, weight };
}
