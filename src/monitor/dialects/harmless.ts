import type { LogPrefix } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import { NOTHING } from './details.ts';

/** Words of normal operation that hold words of failures, by a mark of each. */
const WORDS: readonly (readonly [mark: string, words: RegExp])[] = [
  ['not expired', /\bnot expired\b/],
  ['days left', /\b\d+ days left\b/],
  ['0 times', /\b0 times\b/],
  ['timeout set to', /\btimeout set to\b/],
  ['timeout value', /\btimeout value: ?\d/],
  ['connect fails', /\bif (?:\w+ )?connect fails\b/],
  ['gracefully', /\bdisconnected gracefully\b/],
  // esp-mqtt at its wordiest, each second in which nothing comes.
  ['no data or eof', /\btransport_read\(\): no data or EOF\b/],
  // A capture names the type of a record, which is no alert's number.
  ['content type: alert', /^ *Content Type: Alert \(21\)/],
  // esp32_https_server, of what it closes itself.
  ['fid', /\bConnection (?:closed\. Socket FID=|has been closed\. fid = )/],
  ['attempt no', /\battempt no\.? ?\d+, timeout\b/],
  ['reboot timeout', /\breboot timeout: \d/],
  ['keepalive', /\bkeepalive \d+ ?s\b.*\bclean session\b/],
  ['pingresp ok', /\bPINGRESP ok\b/],
  ['brownout: no', /\bbrownout: no\b/],
  ['handler registered', /\bhandler registered\b/],
  ['timeout = ', /\bkeepalive timeout = \d/],
  ['sin errores', /\bsin errores\b/],
  ['-> connected', /\btimeout\b.*-> connected\b/],
  ['ask is already subscr', /\btask is already subscribed\b/],
  ['no entropy device', /\bNo entropy device on the system\b/],
  ['before any socket was', /\bpoll_read: select - timeout before any socket was ready\b/],
  // NodeMCU's http, behind each request.
  ['http client: disconn', /^HTTP client: Disconnected$/],
  // How MicroPython shows one.
  ['<socket state', /<socket state=\d+ timeout=-?\d+/],
  ['timeout success', /\bset\b.*\btimeout success\b/],
  ['update connection params', /\bupdate connection params\b/],
  // Arduino's HTTPClient of an answer that is done with, and of one that is followed; WiFiManager; SSLClient.
  ['tcp is closed', /(?:\[end\]|\bdisconnect\(\):) tcp is closed\b/],
  ['following redirect (', /\bfollowing redirect \(/],
  ['waiting for connect...', /\b\d+ ms timeout, waiting for connect\b/],
  // The ESP8266 core's BearSSL_Validation.ino, of what it is about to show; ESPEasy.
  ['(will ', /\(will (?:pass|fail)\)/],
  ['(should ', /\(should (?:pass|fail)\)/],
  ['use cached dns', /\bNo DNS server received via DHCP, use cached DNS\b/],
  ['do not reset or power', /\bDO NOT RESET OR POWER OFF UNTIL\b/],
  ['callbacks and timeout', /\bcallbacks and timeout set\b/],
  ['could be disconnected', /\bcould be disconnected\b/],
];

/** Lines of normal operation, unless they hold a code or tell of a failure besides. */
export const HARMLESS_RULE: Rule = {
  mark: WORDS.map(([mark]) => mark),
  pattern: new RegExp(
    String.raw`^(?!.*(?:\b0x|-\d{2,}|\bfailed\b|\bfailure\b|\bexception\b|\berror(?! handler)\b)).*(?:${WORDS.map(([, words]) => words.source).join('|')})`,
    'i',
  ),
  read: () => copyOf(NOTHING),
};

/** Sentences of one library each that tell of no failure, whatever words they hold, by a mark of each. */
const SENTENCES: readonly (readonly [mark: string, sentence: RegExp])[] = [
  // mbedTLS (ssl_tls.c): the program gave no name, and asks for none to be compared.
  ['without cn verif', /\bCertificate verification without CN verification\b/],
  // transport_ws.c, transport_ssl.c: a close that the other side leaves to the device.
  ['terminated gracefully', /\bConnection cannot be terminated gracefully within timeout\b/],
  ['unexpected data readable', /poll_connection_closed: unexpected data readable\b/],
  // esp_http_client.c, esp_https_ota.c, RainMaker: nothing to do yet, or nothing lost that is needed.
  ['response header limit', /\bResponse header limit \(\d+\) exceeded\b/],
  ['delaying ota by', /\bDelaying OTA by \d/],
  // ESP-IDF's examples: a socket's option, and the time of the last start.
  ['socket receiving timeout', /\bfailed to set socket receiving timeout\b/],
  ['time not found in nvs', /\bTime not found in NVS\. Syncing\b/],
  // coreMQTT's examples: a packet that its loop has read already, a topic that is known.
  ['pingresp should not be', /\bPINGRESP should not be (?:handled|received) by the application\b/],
  ['record for topic filter', /\bRecord for topic filter already exists\b/],
  // Arduino-ESP32: an option of a client that is not connected.
  ['on fd -1, errno: 9', /\bsetOption\(\): fail on fd -1, errno: 9\b/],
  // The same: nothing to be read now.
  ['errno: 11', /\bflush\(\): fail on fd \d+, errno: 11\b/],
  // Mongoose OS's ATCA: mbedTLS computes in the chip's stead.
  ['gen ecdh pubkey', /\bATCA:\d+ failed to gen ECDH pubkey\b/],
  // phy_init.c: the chip calibrates anew.
  ['calibration data', /\bcalibration data (?:MAC|version) check failed\b/],
  // The device's own web server answers its clients (httpd_txrx.c, httpd_uri.c).
  ['httpd_resp_send_err', /\bhttpd_resp_send_err: (?!431)\d{3} /],
  ['no handler found for uri', /\bno handler found for URI\b/],
  // Stations of the device's own access point; a station that stays where it is.
  [' aid', /\bstation\b.* (?:leave|left), AID[=:] ?\d/i],
  ['find a better ap', /\bCould not find a better AP\b/],
  // ESP-Mail-Client's example, of a mail that the server does not take: SMTP's status (arduino-codes.ts has its others).
  ['status code: ', /\bStatus Code: (?!421|53[0458])[45]\d\d, Error Code: -?\d+, Reason: /],
  // Handlers and services of the program; hardware; arguments.
  ['event handler', /\bFailed to register (?:[\w-]+ ){1,4}event handler\b/],
  ['handler lookup', /\bInvalid command handler lookup\b/],
  ['initialize spiram failed', /\bshould be disabled when initialize SPIRAM failed\b/],
  ['rtc store not', /\bRTC Store not initialized\b/],
  ['invalid emac', /\binvalid EMAC [\w ]*clock\b/],
  ['dns_info cannot', /\bdns_info cannot be NULL\b/],
  ['empty key digest', /\bRevoking empty key digest slot\b/],
];
const ANY_SENTENCE = new RegExp(SENTENCES.map(([, { source }]) => source).join('|'), 'i');
/** Of an update: at another level than an error's all of it is there (esp_https_ota.c, native_ota_example.c). */
const ALL_IS_THERE = /^Connection closed(?:, ?all data received)?$/;

/** True for a line that holds words of a failure, and is known to tell of none. */
export function isKnownHarmless(text: string, prefix: LogPrefix | undefined): boolean {
  if (ALL_IS_THERE.test(text)) return prefix !== undefined && prefix.level !== 'E' && /ota/i.test(prefix.tag);
  return ANY_SENTENCE.test(text);
}

export const KNOWN_HARMLESS_RULE: Rule = {
  mark: [...SENTENCES.map(([mark]) => mark), 'connection closed'],
  pattern: new RegExp(`(${ALL_IS_THERE.source})|${ANY_SENTENCE.source}`, 'i'),
  read: ([closed], prefix) =>
    closed === undefined || isKnownHarmless(closed, prefix) ? copyOf(NOTHING) : undefined,
};
