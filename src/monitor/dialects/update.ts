import type { MonitorDetail } from '../event.ts';
import type { UpdateProblem } from '../event-terms.ts';
import { copyOf, type Rule } from '../rule.ts';
import { NO_TCP, TIMED_OUT } from './details.ts';

/**
 * Updates over the air: RTOS_SDK 3.x and ESP-IDF (esp_https_ota.c, esp_ota_ops.c, esp_image_format.c), Arduino
 * (Updater.cpp, ESP8266httpUpdate.cpp, ArduinoOTA), ESPHome (ota_esphome.cpp), Tasmota.
 */
export const UPDATE_RULES: readonly Rule[] = [
  {
    // MBEDTLS_ERR_SSL_WANT_READ: nothing came in the client's time.
    mark: 'data read -26880',
    pattern: /\bdata read -26880\b/,
    read: () => copyOf(TIMED_OUT),
  },
  problem(
    'agic byte',
    /\bimage (?:at 0x[\da-f]+ )?has invalid magic byte|magic byte is (?:wrong|not 0xE9)/i,
    'not-an-image',
  ),
  {
    // esp_https_ota.c, and bootloader_common.c of a loader or a program that looks at the image's head.
    mark: 'ismatch chip id',
    pattern: /\bmismatch chip id, expected \d+, found (\d+)\b/i,
    read: ([found]) => ({
      kind: 'update-failed',
      problem: CHIP_IDS.has(Number(found)) ? 'other-chip' : 'not-an-image',
    }),
  },
  problem('escriptor magic', /\bIncorrect (?:app|bootloader) descriptor magic\b/, 'not-an-image'),
  problem(
    ['has not confirmed state', 'rollback_invalid_state'],
    /\bRunning app has not confirmed state\b|\bESP_ERR_OTA_ROLLBACK_INVALID_STATE\b/i,
    'unconfirmed',
  ),
  problem('secure version', /\bnew partition can not be booted due to a secure version\b/, 'too-old'),
  problem('firmware security ver', /\bNew firmware security version is less\b/, 'too-old'),
  problem('lash mode mismatch', /\bSPI flash mode mismatch: running app has mode\b/, 'flash-size'),
  problem('length from http', /\bFailed to get image length from http response\b/, 'no-length'),
  problem('flash at the offset', /\bCouldn't flash at the offset\b/, 'flash'),
  problem('agic header', /\b[Mm]agic header does not start with 0xE9/, 'not-an-image'),
  problem('agic bytes', /\b[Mm]agic bytes (?:do not match|mismatch)/, 'not-an-image'),
  problem('segment length 0xffffffff', /\binvalid segment length 0xffffffff\b/, 'incomplete'),
  problem('segment length', /\binvalid segment length 0x/, 'damaged'),
  problem('in Header Failed', /\bVerify Bin Header Failed/, 'not-an-image'),
  problem('data is invalid', /\bwrite data is invalid/, 'not-an-image'),
  problem('nvalid header', /\b(?:image|firmware|ota)\b.{0,30}\binvalid header\b/i, 'not-an-image'),
  problem('hecksum failed', /\bChecksum failed\. Calculated/, 'damaged'),
  problem('mage hash failed', /\bImage hash failed/, 'damaged'),
  problem(
    ['md5', 'sha', 'crc'],
    /^(?!.*\b(?:fingerprint|cert\w*)\b).*?\b(?:MD5|SHA-?\d*|CRC\d*)\b.{0,40}?\b(?:mismatch|wrong|incorrect|do(?:es)? not match|differ\w*)\b|\b(?:wrong|bad|incorrect|invalid) (?:image |firmware )?(?:MD5|SHA-?\d*)\b/i,
    'damaged',
  ),
  // That it failed may be said of a sensor, of fuses, and of the calculation itself.
  problem(
    ['md5', 'sha', 'crc'],
    /^(?=.*\b(?:ota|update\w*|image|firmware|bin(?:ary)?|download|file|md5)\b)(?!.*\b(?:fingerprint|cert\w*|efuse\w*)\b).*?(?:\b(?:MD5|SHA-?\d*|CRC\d*)\b.{0,40}?\b(?:fail\w*|error)\b|\b(?:wrong|bad|incorrect|invalid) CRC\b)/i,
    'damaged',
  ),
  problem(
    'mage',
    /\b(?:[Ii]mage|[Ff]irmware)\b.{0,30}\b(?:is|are|was) (?:corrupt\w*|damaged|broken)\b/,
    'damaged',
  ),
  problem(
    ['erification', 'failed valid', 'failed the valid', 'failed check', 'failed the check'],
    /^(?!.*\bsignature\b).*\b(?:image|firmware|update|binary)\b.{0,20}\b(?:failed (?:the )?(?:verification|validation|check)|verification failed)\b/i,
    'damaged',
  ),
  problem('mage validation', /\b[Ii]mage validation failed/, 'damaged'),
  problem('VALIDATE_FAILED', /\bESP_ERR_OTA_VALIDATE_FAILED\b/, 'unknown'),
  problem('IMAGE_INVALID', /\bESP_ERR_IMAGE_INVALID\b/, 'unknown'),
  problem(
    'ignature ',
    /^(?!.*\b[Cc]ertificate\b).*\b(?:[Ss]ignature verification failed|image valid, signature bad)\b/,
    'signature',
  ),
  // esp_ota_ops.c.
  problem('ecure boot', /\bSecure Boot V2 verification failed\b/i, 'signature'),
  problem('too large ', /\bbegin\(\): too large \d+ > \d/, 'too-large'),
  problem('ot Enough', /\bNot Enough [Ss]pace\b/, 'too-large'),
  // Tasmota's first releases.
  problem('less space', /\bFailed To less space\b/, 'too-large'),
  problem('SketchSpace', /\bFreeSketchSpace to low\b/, 'too-large'),
  problem(
    'nough space',
    /\b[Nn]ot enough space\b.{0,40}\b(?:OTA|update|begin|firmware|sketch|flash)\b|^(?=.*\b(?:ota|update|firmware)).*\bnot enough space\b/i,
    'too-large',
  ),
  problem(
    "esn't fit",
    /\b(?:[Ii]mage|[Ff]irmware|binary)\b.{0,40}\b(?:doesn't|does not|won't) fit\b/,
    'too-large',
  ),
  problem(
    'oes not fit',
    /\b(?:[Ii]mage|[Ff]irmware|binary)\b.{0,40}\bdoes not fit\b(?!.* [Ff]lash [Ss]ize)/,
    'too-large',
  ),
  problem('too ', /\b(?:image|firmware|sketch|binary)\b.{0,30}\btoo (?:large|big)\b/i, 'too-large'),
  problem(
    ['lash size'],
    /\b[Bb]inary [Dd]oes [Nn]ot [Ff]it (?:SPI )?[Ff]lash [Ss]ize|\b[Ff]lash [Ss]ize (?:is )?(?:larger|bigger|greater) than (?:the )?real\b/,
    'flash-size',
  ),
  problem('lash config wrong', /\bFlash config wrong\b/i, 'flash-size'),
  problem('artition not found', /\bOTA partition not found/, 'no-partition'),
  problem('PARTITION_CONFLICT', /\bESP_ERR_OTA_PARTITION_CONFLICT\b/, 'conflict'),
  problem(
    'partition',
    /\b(?:no|without|cannot find|could not find|couldn't find|failed to (?:find|get)) (?:an? |any |next |the )*(?:ota|update|passive)[\w ]*partition\b/i,
    'no-partition',
  ),
  problem('partition', /\bpartition (?:table )?(?:has|contains|without) no ota\b/i, 'no-partition'),
  problem('ta data', /\bnot found ota data\b/, 'no-partition'),
  problem(
    'lash ',
    /\b[Ff]lash (?:[Ww]rite|[Ee]rase|[Rr]ead|[Pp]rogram\w*) (?:[Ff]ail\w*|[Ee]rror)\b/,
    'flash',
  ),
  problem('to flash', /\b[Ee]rror\b.{0,30}\bwriting (?:binary )?data to flash/, 'flash'),
  problem('FLASH_OP_', /\bESP_ERR_FLASH_OP_(?:FAIL|TIMEOUT)\b/, 'flash'),
  problem('tream Read Timeout', /\bStream Read Timeout\b/, 'incomplete'),
  problem('omplete data', /\b[Cc]omplete data was not received/, 'incomplete'),
  problem('SSL data read', /\bSSL data read error\b/, 'incomplete'),
  // What Arduino-ESP32's Update.end() makes of it; ESP8266httpUpdate; an update without a byte (Updater.cpp).
  problem('failed! (Aborted', /\bUpdate\.end failed! \(Aborted\)/, 'incomplete'),
  problem('magic header failed', /\bpeekBytes magic header failed\b/, 'incomplete'),
  problem('No data supplied', /\bERROR\[\d+\]: No data supplied\b/, 'incomplete'),
  problem('remature end', /\bpremature end: res:/, 'incomplete'),
  problem('ritten only', /\bWritten only ?: ?\d/, 'incomplete'),
  problem(
    ['bytes', 'ritten'],
    /\b(?:update|upgrade|ota|download|image|firmware)\b.{0,60}\b\d+ ?(?:of|\/) ?\d+ bytes (?:written|received|read)\b/i,
    'incomplete',
  ),
  problem('ncomplete', /\b(?:download|image|firmware|update|ota)\b.{0,30}\bincomplete\b/i, 'incomplete'),
  problem('ad Size Given', /\bBad Size Given\b/, 'no-length'),
  problem('Report Size', /\bServer Did Not Report Size\b/, 'no-length'),
  problem(
    ['ontent-length', 'ontent length'],
    /\bContent-Length was 0 or wasn't set|\b(?:no|missing|without|unknown|invalid) content[- ]length\b/i,
    'no-length',
  ),
  problem('ootstrapping', /\bInvalid bootstrapping state/, 'strapping'),
  problem(
    'uth',
    // ArduinoOTA (_onRx), and espota.py, which sends; a web server's example says the same of its own users.
    /\bOTA\b.{0,40}\bAuth(?:entication)? Failed|(?:\b_onRx\(\)|\[ERROR\]): Authentication Failed\b|\bAuth failed! Passwords do not match/,
    'password',
  ),
  {
    // ArduinoOTA's ota_error_t: OTA_AUTH_ERROR to OTA_END_ERROR, in the words of its example.
    mark: 'Error[',
    pattern:
      /(?:^|[\]:>] ?)Error\[([0-4])\]: (?:(?<=0\]: )Auth|(?<=1\]: )Begin|(?<=2\]: )Connect|(?<=3\]: )Receive|(?<=4\]: )End) Failed/,
    // It could not connect back to the computer that sends.
    read: ([number]) =>
      number === '2'
        ? copyOf(NO_TCP)
        : { kind: 'update-failed', problem: OTA_ERRORS[Number(number)] ?? 'unknown' },
  },
  {
    // Updater.cpp: UPDATE_ERROR_WRITE to UPDATE_ERROR_SIGN.
    mark: 'ERROR[',
    pattern: /^ERROR\[(\d{1,2})\]: /,
    read: ([number]) => {
      const found = ARDUINO_ERRORS[Number(number)];
      return found === undefined ? undefined : { kind: 'update-failed', problem: found };
    },
  },
  {
    // ESP8266httpUpdate.h: HTTP_UE_TOO_LESS_SPACE to HTTP_UE_BIN_FOR_WRONG_FLASH; the words are not always printed.
    mark: '(-10',
    pattern: /\bHTTP_UPDATE_FAILE?D\b.*\((-10\d)\)/,
    read: ([code]) => ofHttpUpdate(Number(code)),
  },
  {
    // Its error texts, where the number is not there.
    mark: ' (40',
    pattern: /\b(?:Not Found|Forbidden|Unauthorized) \((40[134])\)/,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  problem('E_FAILED', /\bHTTP_UPDATE_FAILE?D\b(?!.*\(-\d)/, 'unknown'),
  // mobizt's Firebase libraries (FirebaseCore.cpp, Error.h).
  problem('free flash space', /\bBin size does not fit the free flash space\b/, 'too-large'),
  problem('invalid firmware', /\bREASON: invalid Firmware$/, 'not-an-image'),
  problem(
    ['updater ', 'firmware write f', 'firmware end f'],
    /\bUpdater (?:begin|write|end)\(\) failed\b|\bmsg: firmware (?:write|end) failed\b/,
    'unknown',
  ),
  // httpUpdate of both cores, its examples, ThingsBoard's SDK.
  problem(
    ['pdate failed', 'pdate.', 'pdate aborted'],
    /(?:\[(?:http)?[Uu]pdate\] |\brunUpdate\(\): )Update failed\b(?!.*\bHTTP error)|\bUpdate\.(?:begin|end|setMD5|writeStream) failed\b|\bFirmware update aborted\b/,
    'unknown',
  ),
  problem(
    ['pgrade', 'pdate', 'ota'],
    /\b(?:(?:firmware|software|https?s?|ESP_HTTPS_)[ _]?(?:OTA )?(?:upgrades?|updates?)|OTA(?: (?:upgrades?|updates?))?|(?:esp_)?ota_(?:begin|write|end|set_boot_partition)|esp_https_ota\w*)(?:\(\))? (?:has )?(?:failed|error)\b/i,
    'unknown',
  ),
];

/**
 * esp_chip_id_t (esp_app_format.h): ESP32, S2, C3, S3, C2, C6, H2, P4, C61, C5, H21, H4. What else stands in that place is of
 * something that is no image: two letters of a web page, or empty flash.
 */
const CHIP_IDS: ReadonlySet<number> = new Set([0, 2, 5, 9, 12, 13, 16, 18, 20, 23, 25, 28]);

/** Begin: no room, or the chip's state; receive: it stopped; end: what came is not whole, or not what was sent. */
const OTA_ERRORS: Readonly<Record<number, UpdateProblem>> = {
  0: 'password',
  1: 'not-begun',
  3: 'incomplete',
  4: 'damaged',
};

const ARDUINO_ERRORS: Readonly<Record<number, UpdateProblem>> = {
  1: 'flash',
  2: 'flash',
  3: 'flash',
  4: 'too-large',
  5: 'no-length',
  6: 'incomplete',
  7: 'damaged',
  8: 'flash-size',
  9: 'flash-size',
  10: 'not-an-image',
  11: 'strapping',
  12: 'signature',
};

function ofHttpUpdate(code: number): MonitorDetail {
  switch (code) {
    case -100:
      return { kind: 'update-failed', problem: 'too-large' };
    case -101:
      return { kind: 'update-failed', problem: 'no-length' };
    case -102:
      return { kind: 'http-status', status: 404 };
    case -103:
      return { kind: 'http-status', status: 403 };
    case -105:
      return { kind: 'update-failed', problem: 'damaged' };
    case -106:
      return { kind: 'update-failed', problem: 'not-an-image' };
    case -107:
      return { kind: 'update-failed', problem: 'flash-size' };
    default:
      return { kind: 'http-status', status: 0 };
  }
}

function problem(mark: Rule['mark'], pattern: RegExp, which: UpdateProblem): Rule {
  return {
    mark,
    pattern,
    read: () => ({ kind: 'update-failed', problem: which }),
  };
}
