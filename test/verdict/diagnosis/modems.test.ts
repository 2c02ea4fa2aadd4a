import { describe, expect, it } from 'vitest';
import { describeLogs, firstCause, type LogsWithCause } from '../../support/first-cause.ts';

/** Modems and AT firmware: what they were asked for tells what ERROR means, and numbers of their makers say more. */
const LOGS: LogsWithCause = [
  ['modem.no_tls', ['AT+CIPSSL=1', 'ERROR']],
  ['modem.no_tls', ['AT+HTTPSSL=1', '', 'ERROR']],
  ['net.not_made', ['AT+SHCONN', 'ERROR']],
  ['net.not_made', ['AT+USOCO=0,"iot.example.com",8883', '', 'ERROR', '+UUSOCL: 0']],
  ['net.connect', ['AT+CIPSTART="TCP","10.0.0.2",1883', 'ERROR', 'CLOSED']],
  ['tls.at_refused', ['AT+CIPSTART="SSL","iot.example.com",8883', 'ERROR', 'CLOSED']],
  ['net.modem', ['at+creg?', '+CREG: 0,1', 'OK', 'at+netopen', 'ERROR', '+CDNSGIP: 0,10', 'ERROR']],
  ['modem.refused', ['AT+CIPSTART=5,"iot.example.com",443', '+CME ERROR: 3']],
  ['net.connect', ['AT+CMQTTCONNECT=0,"tcp://10.0.0.2:1883",20,1', 'OK', '+CMQTTCONNECT: 0,3', 'ERROR']],
  // Taken, and then not answered: the OK is of the command alone.
  ['net.dns', ['AT+CIPOPEN=0,"TCP","broken.example.com",443', 'OK', '+CIPOPEN: 0,11']],
  ['tls.expired', ['AT+CAOPEN=0,"iot.example.com",443', '+CAOPEN: 0,24']],
  ['tls.cn_mismatch', ['+CAOPEN: 0,25']],
  ['tls.ca_missing', ['+CMQTTCONNECT: 0,33']],
  ['mqtt.credentials', ['+CMQTTCONNECT: 0,30']],
  ['mqtt.credentials', ['+QMTCONN: 0,0,5']],
  ['net.dns', ['+QMTOPEN: 0,4']],
  ['net.modem', ['+QMTOPEN: 0,3']],
  ['net.dns', ['+QSSLOPEN: 0,565']],
  ['tls.alert.unknown', ['HTTP GET error 606']],
  ['tls.handshake_failed', ['HTTP post failed ! error code = 715']],
  ['tls.handshake_failed', ['HTTP get failed ! error code = 7150']],
  ['net.modem', ['+CME ERROR: SIM not inserted']],
  // Beside a microcontroller: the module itself is silent.
  [
    'modem.silent',
    ['[WiFiEsp] >>> TIMEOUT >>>', '[WiFiEsp] Cannot initialize ESP module', 'WiFi shield not present'],
  ],
  ['modem.silent', ['Open socket to iot.example.com 443 2', 'TimeoutError: ESP32 not responding']],
  ['modem.silent', ['connection failed: wifinina error: 0x01']],
];

describeLogs('modems', LOGS);

describe('modems, and what is none', () => {
  it.each([
    [['AT+CIPSTART="SSL","iot.example.com",8883', 'CONNECT', 'OK']],
    [['AT+CIPSSL=1', 'OK']],
    [['OK']],
  ])('none: %j', (lines) => {
    expect(firstCause(lines)).toBeUndefined();
  });
});
