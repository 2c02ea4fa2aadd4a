/*
 * Joins the network of wifi.yaml, then connects with mutual TLS. ESP8266_RTOS_SDK 1.5 and 2.x.
 */
#include "esp_common.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#include <string.h>

#include "espaws_wifi.h"
#include "platform.h"

/* The handshake with elliptic curves takes about 5 KB. In words. */
#define STACK_WORDS 2048

/* The fifth sector from the end: behind it are initial data and the system's parameters (examples/project_template). */
uint32 user_rf_cal_sector_set(void)
{
    switch (system_get_flash_size_map()) {
    case FLASH_SIZE_4M_MAP_256_256:
        return 128 - 5;
    case FLASH_SIZE_8M_MAP_512_512:
        return 256 - 5;
    case FLASH_SIZE_16M_MAP_512_512:
    case FLASH_SIZE_16M_MAP_1024_1024:
        return 512 - 5;
    case FLASH_SIZE_32M_MAP_512_512:
    case FLASH_SIZE_32M_MAP_1024_1024:
        return 1024 - 5;
    default:
        return 0;
    }
}

uint32_t platform_ms(void)
{
    return xTaskGetTickCount() * portTICK_RATE_MS;
}

size_t platform_free_heap(void)
{
    return system_get_free_heap_size();
}

size_t platform_free_stack(void)
{
    return uxTaskGetStackHighWaterMark(NULL) * sizeof(portSTACK_TYPE);
}

size_t platform_stack_size(void)
{
    return STACK_WORDS * sizeof(portSTACK_TYPE);
}

static void client_task(void *argument)
{
    (void) argument;
    while (wifi_station_get_connect_status() != STATION_GOT_IP) {
        vTaskDelay(100 / portTICK_RATE_MS);
    }
    client_run();
    vTaskDelete(NULL);
}

void user_init(void)
{
    struct station_config station;
    memset(&station, 0, sizeof station);
    strncpy((char *) station.ssid, WIFI_SSID, sizeof station.ssid);
    strncpy((char *) station.password, WIFI_PASSWORD, sizeof station.password);
    wifi_set_opmode(STATION_MODE);
    wifi_station_set_config(&station);
    xTaskCreate(client_task, (const signed char *) "client", STACK_WORDS, NULL, 4, NULL);
}
