/*
 * For mbedTLS as ESP8266_RTOS_SDK 1.5 and 2.x carry it: their sources take these words from the SDK's own c_types.h.
 * There tables stay in flash, which only word loads reach; here the handler of narrow loads does that, so that a
 * byte of a table is read like any other.
 */
#ifndef BENCH_C_TYPES_H
#define BENCH_C_TYPES_H

#include <stdint.h>

#define ICACHE_FLASH_ATTR
#define ICACHE_RODATA_ATTR
#define STORE_ATTR __attribute__((aligned(4)))

#define system_get_data_of_array_8(array, index) ((array)[index])

#endif
