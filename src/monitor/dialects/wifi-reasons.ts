import type { MonitorDetail } from '../event.ts';

/** Why a station was disconnected: `wifi_err_reason_t` (ESP8266_RTOS_SDK components/esp8266/include/esp_wifi_types.h; from 205 on ESP-IDF's). */
const REASONS: Readonly<Record<number, string>> = {
  1: 'UNSPECIFIED',
  2: 'AUTH_EXPIRE',
  3: 'AUTH_LEAVE',
  4: 'ASSOC_EXPIRE',
  5: 'ASSOC_TOOMANY',
  6: 'NOT_AUTHED',
  7: 'NOT_ASSOCED',
  8: 'ASSOC_LEAVE',
  9: 'ASSOC_NOT_AUTHED',
  10: 'DISASSOC_PWRCAP_BAD',
  11: 'DISASSOC_SUPCHAN_BAD',
  13: 'IE_INVALID',
  14: 'MIC_FAILURE',
  15: '4WAY_HANDSHAKE_TIMEOUT',
  16: 'GROUP_KEY_UPDATE_TIMEOUT',
  17: 'IE_IN_4WAY_DIFFERS',
  18: 'GROUP_CIPHER_INVALID',
  19: 'PAIRWISE_CIPHER_INVALID',
  20: 'AKMP_INVALID',
  21: 'UNSUPP_RSN_IE_VERSION',
  22: 'INVALID_RSN_IE_CAP',
  23: '802_1X_AUTH_FAILED',
  24: 'CIPHER_SUITE_REJECTED',
  200: 'BEACON_TIMEOUT',
  201: 'NO_AP_FOUND',
  202: 'AUTH_FAIL',
  203: 'ASSOC_FAIL',
  204: 'HANDSHAKE_TIMEOUT',
  205: 'CONNECTION_FAIL',
  206: 'AP_TSF_RESET',
  210: 'NO_AP_FOUND_W_COMPATIBLE_SECURITY',
  211: 'NO_AP_FOUND_IN_AUTHMODE_THRESHOLD',
  212: 'NO_AP_FOUND_IN_RSSI_THRESHOLD',
};

/** `NO_AP_FOUND` for 201; the number for one without a name. */
function wifiReasonName(reason: number): string {
  return REASONS[reason] ?? String(reason);
}

/** The station was disconnected, for that reason. */
export function disconnected(reason: number): MonitorDetail {
  return { kind: 'wifi-disconnected', reason, name: wifiReasonName(reason) };
}

/**
 * The same reasons in words: ESPHome (wifi_component_esp8266.cpp), ESPEasy, Sming, Arduino's WiFi.status(), without
 * what is no letter or digit.
 */
const NUMBERS = new Map<string, number>(
  Object.entries({
    ...Object.fromEntries(Object.entries(REASONS).map(([number, name]) => [letters(name), Number(number)])),
    authexpired: 2,
    associationexpired: 4,
    assocexpired: 4,
    toomanyassociations: 5,
    notauthenticated: 6,
    notassociated: 7,
    associationleave: 8,
    associationnotauthenticated: 9,
    disassociatepowercapbad: 10,
    disassociatesupportedchannelbad: 11,
    '4wayhandshakefailed': 15,
    iein4wayhandshakediffers: 17,
    unsupportedrsnieversion: 21,
    '8021xauthenticationfailed': 23,
    probefailed: 201,
    proberequestunsuccessful: 201,
    apnotfound: 201,
    nossidavail: 201,
    authenticationfailed: 202,
    authfailed: 202,
    wrongpassword: 202,
    associationfailed: 203,
    assocfailed: 203,
    handshakefailed: 204,
  }),
);

/** The number of a reason that a firmware gives in words. */
export function wifiReasonOf(text: string): number | undefined {
  return NUMBERS.get(letters(text));
}

function letters(text: string): string {
  return text.toLowerCase().replace(/^wifi_reason_|[^a-z\d]/g, '');
}
