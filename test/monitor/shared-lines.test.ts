import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesIn } from '../../src/monitor/shared-lines.ts';

describe('messages that share a line', () => {
  it.each([
    ['Attempting MQTT connection...', '[  5123][E][ssl_client.cpp:37] _handle_error(): (-9984) X509'],
    [
      'hopefully scanning in the background... ',
      '[E][WiFiClient.cpp:309] setOption(): fail on fd -1, errno: 9',
    ],
    [
      'Info: Failed DNS lookup for a.azure-devices.net: 202 ',
      "Guru Meditation Error: Core  0 panic'ed (IllegalInstruction)",
    ],
    ['Publishing...', 'abort() was called at PC 0x400d1234 on core 0'],
    [
      'Time:1707471029MAC: 30:AE:A4:00:00:00',
      '\x1B[0;31mE (3314) esp-tls-mbedtls: No server verification option set\x1B[0m',
    ],
    ['Connec', 'ets Jan  8 2013,rst cause:4, boot mode:(3,7)'],
    ['one ', 'W (12) wifi: two ', '[E][ssl_client.cpp:98] start_ssl_client(): three'],
  ])('%j', (...messages) => {
    expect(messagesIn(messages.join(''))).toEqual(messages);
  });

  it.each([
    ['a message of its own', 'E (3314) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700'],
    ['in colours', "\x1B[0;31mE (3314) esp-tls: couldn't get hostname\x1B[0m"],
    ['of Arduino', '[  5123][E][ssl_client.cpp:37] _handle_error(): (-9984) X509'],
    ['behind a time', '[2020-07-23_17:23:05:318] E (12358410) esp-tls: create_ssl_handle failed'],
    ["behind ESPHome's head", '[D][esp-idf:000]: E (235267) esp-tls: [sock=49] select() timeout'],
    ["behind another board's name", 'slave: E (3314) esp-tls: create_ssl_handle failed'],
    ['behind a port', 'COM3: E (3314) esp-tls: create_ssl_handle failed'],
    ['behind a date', 'Jul 23 10:00:00 E (3314) esp-tls: create_ssl_handle failed'],
    ['behind a mark', '<27>[0;32mI (9954) mqtt_inte: client key file is not avilable<27>[0m'],
    ['a time that is none of a log', 'free heap (12345) of E (big) things'],
    ['an empty line', ''],
  ])('leaves %s alone', (_, line) => {
    expect(messagesIn(line)).toEqual([line]);
  });

  it('loses nothing', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'E (123) tag: text',
        '[E][a.cpp:1] b',
        'Guru Meditation Error: Core',
        '[',
        ' (',
        'word ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const line = pieces.join('');
        const messages = messagesIn(line);
        expect(messages.join('')).toBe(line);
        expect(messages.length === 1 || messages.every((message) => message !== '')).toBe(true);
      }),
    );
  });
});
