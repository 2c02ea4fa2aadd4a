#include "mqtt.h"

#include <string.h>

#define CONNECT     0x10
#define CONNACK     0x20
#define DISCONNECT  0xE0
#define KEEP_ALIVE_SECONDS 60

size_t mqtt_connect_packet(unsigned char packet[MQTT_CONNECT_MAX], const char *client_id)
{
    static const unsigned char variable_header[] = { 0, 4, 'M', 'Q', 'T', 'T', 4, 0x02, 0, KEEP_ALIVE_SECONDS };
    size_t id_length = strlen(client_id);
    if (id_length > MQTT_CLIENT_ID_MAX) {
        id_length = MQTT_CLIENT_ID_MAX;
    }
    size_t rest = sizeof variable_header + 2 + id_length;
    packet[0] = CONNECT;
    packet[1] = (unsigned char) rest;
    memcpy(packet + 2, variable_header, sizeof variable_header);
    packet[2 + sizeof variable_header] = 0;
    packet[3 + sizeof variable_header] = (unsigned char) id_length;
    memcpy(packet + 4 + sizeof variable_header, client_id, id_length);
    return 2 + rest;
}

int mqtt_connack_code(const unsigned char packet[MQTT_CONNACK_LENGTH])
{
    return packet[0] == CONNACK && packet[1] == 2 ? packet[3] : 255;
}

size_t mqtt_disconnect_packet(unsigned char *packet)
{
    packet[0] = DISCONNECT;
    packet[1] = 0;
    return 2;
}
