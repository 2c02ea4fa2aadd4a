/*
 * Joins the network of wifi.yaml, then connects with mutual TLS. esp-open-rtos.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "esp/uart.h"
#include "espressif/esp_common.h"

#include "espaws_wifi.h"
#include "platform.h"

/* In words. */
#define STACK_WORDS 2048

uint32_t platform_ms(void)
{
    return xTaskGetTickCount() * portTICK_PERIOD_MS;
}

size_t platform_free_heap(void)
{
    return xPortGetFreeHeapSize();
}

size_t platform_free_stack(void)
{
    return uxTaskGetStackHighWaterMark(NULL) * sizeof(StackType_t);
}

size_t platform_stack_size(void)
{
    return STACK_WORDS * sizeof(StackType_t);
}

static void client_task(void *argument)
{
    (void) argument;
    while (sdk_wifi_station_get_connect_status() != STATION_GOT_IP) {
        vTaskDelay(100 / portTICK_PERIOD_MS);
    }
    client_run();
    vTaskDelete(NULL);
}

void user_init(void)
{
    struct sdk_station_config station;
    memset(&station, 0, sizeof station);
    strncpy((char *) station.ssid, WIFI_SSID, sizeof station.ssid);
    strncpy((char *) station.password, WIFI_PASSWORD, sizeof station.password);
    uart_set_baud(0, 115200);
    sdk_wifi_set_opmode(STATION_MODE);
    sdk_wifi_station_set_config(&station);
    xTaskCreate(client_task, "client", STACK_WORDS, NULL, 2, NULL);
}
