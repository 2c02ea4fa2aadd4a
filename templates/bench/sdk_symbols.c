/*
 * What configuration headers of ESP8266_RTOS_SDK 1.5 and 2.x expect of the application: their
 * MBEDTLS_SSL_MAX_CONTENT_LEN is this variable (config_esp.h). Records of AWS IoT's certificate messages fit.
 */
unsigned int max_content_len = 8192;
