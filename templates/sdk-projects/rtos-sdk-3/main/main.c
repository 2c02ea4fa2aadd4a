/*
 * Joins the network of wifi.yaml, then connects with mutual TLS. ESP8266_RTOS_SDK 3.x.
 */
#include <string.h>

#include "freertos/FreeRTOS.h"
#include "freertos/event_groups.h"
#include "freertos/task.h"

#include "esp_event_loop.h"
#include "esp_system.h"
#include "esp_wifi.h"
#include "nvs_flash.h"
#include "tcpip_adapter.h"

#include "espaws_wifi.h"
#include "platform.h"

#define STACK_BYTES 8192
#define HAS_ADDRESS BIT0

static EventGroupHandle_t network;

uint32_t platform_ms(void)
{
    return xTaskGetTickCount() * portTICK_PERIOD_MS;
}

size_t platform_free_heap(void)
{
    return esp_get_free_heap_size();
}

size_t platform_free_stack(void)
{
    return uxTaskGetStackHighWaterMark(NULL) * sizeof(StackType_t);
}

size_t platform_stack_size(void)
{
    return STACK_BYTES;
}

/* By the old interface: up to 3.3 it is the only one, and 3.4 has it still. */
static esp_err_t on_event(void *argument, system_event_t *event)
{
    (void) argument;
    if (event->event_id == SYSTEM_EVENT_STA_GOT_IP) {
        xEventGroupSetBits(network, HAS_ADDRESS);
    } else if (event->event_id == SYSTEM_EVENT_STA_START || event->event_id == SYSTEM_EVENT_STA_DISCONNECTED) {
        esp_wifi_connect();
    }
    return ESP_OK;
}

static void join(void)
{
    wifi_init_config_t defaults = WIFI_INIT_CONFIG_DEFAULT();
    wifi_config_t station;
    memset(&station, 0, sizeof station);
    strncpy((char *) station.sta.ssid, WIFI_SSID, sizeof station.sta.ssid);
    strncpy((char *) station.sta.password, WIFI_PASSWORD, sizeof station.sta.password);
    network = xEventGroupCreate();
    ESP_ERROR_CHECK(nvs_flash_init());
    tcpip_adapter_init();
    ESP_ERROR_CHECK(esp_event_loop_init(on_event, NULL));
    ESP_ERROR_CHECK(esp_wifi_init(&defaults));
    ESP_ERROR_CHECK(esp_wifi_set_mode(WIFI_MODE_STA));
    ESP_ERROR_CHECK(esp_wifi_set_config(ESP_IF_WIFI_STA, &station));
    ESP_ERROR_CHECK(esp_wifi_start());
    xEventGroupWaitBits(network, HAS_ADDRESS, pdFALSE, pdTRUE, portMAX_DELAY);
}

static void client_task(void *argument)
{
    (void) argument;
    client_run();
    vTaskDelete(NULL);
}

void app_main(void)
{
    join();
    xTaskCreate(client_task, "client", STACK_BYTES, NULL, 5, NULL);
}
