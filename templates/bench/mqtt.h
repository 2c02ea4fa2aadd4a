/** The three MQTT 3.1.1 packets that a login takes (OASIS MQTT 3.1.1, sections 3.1, 3.2 and 3.14). */
#ifndef BENCH_MQTT_H
#define BENCH_MQTT_H

#include <stddef.h>

/* A fixed header of 2 bytes, a variable one of 10, and a client id of up to 100 with its length. */
#define MQTT_CLIENT_ID_MAX   100
#define MQTT_CONNECT_MAX     (2 + 10 + 2 + MQTT_CLIENT_ID_MAX)
#define MQTT_CONNACK_LENGTH  4

/** Writes a CONNECT with a clean session into `packet`; returns its length. A longer client id is cut. */
size_t mqtt_connect_packet(unsigned char packet[MQTT_CONNECT_MAX], const char *client_id);

/** The return code of a CONNACK: 0 accepted, 1 to 5 refused; 255 where it is not a CONNACK. */
int mqtt_connack_code(const unsigned char packet[MQTT_CONNACK_LENGTH]);

/** Writes a DISCONNECT; returns its length. */
size_t mqtt_disconnect_packet(unsigned char *packet);

#endif
