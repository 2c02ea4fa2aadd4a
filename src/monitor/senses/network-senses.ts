import { NO_HOST } from '../dialects/details.ts';
import { refused } from '../dialects/mqtt-codes.ts';
import { WRONG, type Sense } from './sense.ts';

const BROKER = /\b(?:mqtt\w*|broker|connack|rc|hub)\b/i;

/** What was not filled in, addresses, names, Wi-Fi, and MQTT. */
export const NETWORK_SENSES: readonly Sense[] = [
  // What the user was to fill in.
  [
    ['mqtt_server', 'mqtt server', 'broker', 'mqtt_host', 'mqtt host'],
    [/\b(?:is|was) (?:empty|blank|not set)\b|\b(?:not configured|not set|empty|blank)\b/i],
    { kind: 'dns-failed', host: '', code: undefined },
  ],
  [
    ['token', 'api key', 'apikey'],
    [/\b(?:missing|empty|blank|not set|not filled)\b/i],
    refused('credentials'),
  ],
  [
    ['wifi cred', 'ssid', 'wifi config'],
    [/\b(?:blank|empty|missing|not set|not configured|none)\b/i],
    { kind: 'wifi-failed' },
  ],
  // Addresses, names, networks.
  [
    ['url', 'uri', 'scheme'],
    [
      /\b(?:ur[il]|scheme)\b/i,
      /\b(?:bad|unknown|malformed|invalid|unsupported|wrong|missing|no|returned false)\b/i,
    ],
    { kind: 'url-refused' },
    /\b[345]\d\d\b/,
  ],
  [
    ['resolv', 'dns', 'lookup', 'hostbyname', 'getaddrinfo', 'nslookup', 'aufgel', 'risol'],
    [
      /\b(?:resolv\w*|m?dns\d?|lookup|hostbyname|getaddrinfo|nslookup|aufgel\w*|risol\w*)/i,
      /\bdns1?\W{1,3}0\.0\.0\.0\b|\b(?:rc|res|ret|err\w*|OSError)\W{0,2}[1-9-]|=> ?0\b|\bnothing\b|\u5931\u8d25/i,
    ],
    NO_HOST,
  ],
  [
    ['resolv', 'dns', 'lookup', 'hostbyname', 'getaddrinfo', 'aufgel', 'risol'],
    [/\b(?:resolv\w*|m?dns\d?|lookup|hostbyname|getaddrinfo|aufgel\w*|risol\w*)/i, WRONG],
    NO_HOST,
    /\b(?:secondary|got ip|sta: ready)\b/i,
  ],
  [['mqtt', 'http', '.com', '.cn'], [/\u57df\u540d\u89e3\u6790\u5931\u8d25/], NO_HOST],
  [
    ['dhcp', 'no ip'],
    [/\b(?:dhcp|no ip)\b/i, /\bno ip\b|\b0\.0\.0\.0\b|\b(?:fail\w*|timeout|no (?:lease|offer))\b/i],
    { kind: 'dhcp', state: 'failed' },
  ],
  [
    ['too many stations', 'ap full', 'ap is full'],
    [/\b(?:ap|reason|assoc\w*)\b/i],
    { kind: 'wifi-disconnected', reason: 5, name: 'ASSOC_TOOMANY' },
  ],
  [
    ['wifi', 'wi-fi', 'wlan', 'ssid'],
    [/\b(?:wi-?fi|wlan|ssid)\b/i, WRONG],
    { kind: 'wifi-failed' },
    /\b(?:0 times|cred\w*|saved|stored|hidden|password is)\b/i,
  ],
  [['wifi'], [/\u043d\u0435\u0442/], { kind: 'wifi-failed' }],
  // MQTT, before the connection in general.
  [
    [
      'user',
      'passw',
      'benutzer',
      'kennwort',
      'usuario',
      'usu',
      'senha',
      'clave',
      'authoriz',
      'authoris',
      'credent',
      'token',
    ],
    [BROKER, WRONG],
    refused('credentials'),
    /\b(?:wi-?fi|ssid|key|ntp)\b/i,
  ],
  [['mqtt'], [/\u0430\u0432\u0442\u043e\u0440\u0438\u0437/i], refused('credentials')],
  [
    ['subscri', 'suback'],
    [/\b(?:subscri\w*|suback)\b/i, /\b(?:false|0x80|128|refus\w*|denied|fail\w*|reject\w*|not allowed)\b/i],
    refused('topic'),
    /\$aws\/|\/rejected\b/i,
  ],
  [
    ['keepalive', 'keep-alive', 'keep alive', 'heartbeat', 'pingre'],
    [/\b(?:miss\w*|lost|no|dead|not received|fail\w*)\b/i],
    refused('keep-alive'),
    /\bclean session\b|\bok\b|\bno message\b/i,
  ],
  [
    ['connect', 'connack'],
    [
      /\bconn(?:ect|ack)\b/i,
      /\b(?:sent|wait\w*)\b/i,
      /\bnothing\b|\bno (?:answer|reply|response)\b|\bbailing out\b/i,
    ],
    refused('no-answer'),
  ],
];
