import { NO_HOST } from '../dialects/details.ts';
import { refused } from '../dialects/mqtt-codes.ts';
import { disconnected } from '../dialects/wifi-reasons.ts';
import { WRONG, type Sense } from './sense.ts';

const BROKER = /\b(?:mqtt\w*|broker|connack|rc|hub)\b/i;

/** What was not filled in, addresses, names, Wi-Fi, and MQTT. */
export const NETWORK_SENSES: readonly Sense[] = [
  // What the user was to fill in.
  [
    ['mqtt_server', 'mqtt server', 'broker', 'mqtt_host', 'mqtt host'],
    [/\b(?:is|was) (?:empty|blank|not set)\b|\b(?:not configured|not set|empty|blank|unprovisioned)\b/i],
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
    ['resolv', 'dns', 'lookup', 'hostbyname', 'getaddrinfo', 'aufgel', 'risol'],
    [
      /\b(?:resolv\w*|m?dns\d?(?!name)|lookup|hostbyname|getaddrinfo|nslookup|aufgel\w*|risol\w*)/i,
      /\bdns1?\b.{1,8}\b0\.0\.0\.0\b|(?:->|=>) ?0\.0\.0\.0\b|\b(?:rc|res|ret|err\w*|OSError)\W{0,2}[1-9-]|=> ?0\b|\bnothing\b|失败/i,
    ],
    NO_HOST,
  ],
  [
    ['resolv', 'dns', 'lookup', 'hostbyname', 'getaddrinfo', 'aufgel', 'risol'],
    [/\b(?:resolv\w*|m?dns\d?(?!name)|lookup|hostbyname|getaddrinfo|aufgel\w*|risol\w*)/i, WRONG],
    NO_HOST,
    // mDNS is the device's own announcement as a rule.
    /\b(?:secondary|got ip|sta: ready)\b|\bresolved ip address\b|\bmdns_\w+|\bmdns\b.*\b(?:service|responder|task)\b|\b(?:init\w*|start\w*|setting up|set ?up|begin)\b.*\bmdns\b/i,
  ],
  [
    ['host', 'hôte', 'хост'],
    [
      /\bhost\b|hôte|хост/i,
      /\bintrouvable\b|\bniet vinden\b|\bnicht gefunden\b|\bno encontrad\w+|\bn[ãa]o encontrad\w+|\bnon trovat\w+|\bnie znalezion\w+|не могу|не найден/i,
    ],
    NO_HOST,
  ],
  [
    ['gateway', 'reachable'],
    [/\bnot reachable\b|\b0\/\d\b/i, /\b(?:ping|gateway|host|server)\b/i],
    { kind: 'connect-failed', host: undefined, why: 'unreachable' },
  ],
  [
    ['rst'],
    [/\bRST\b.{0,8}\bSYN\b|\bSYN\b.{0,20}\bRST\b/],
    { kind: 'connect-failed', host: undefined, why: 'refused' },
  ],
  [['mqtt', 'http', '.com', '.cn'], [/域名解析失败/], NO_HOST],
  [
    ['dhcp', 'no ip'],
    [
      /\b(?:dhcp|no ip)\b/i,
      /\bno ip\b|\bbrak\b|\bnothing\b|\b0\.0\.0\.0\b|\b(?:fail\w*|timeout|no (?:lease|offer))\b/i,
    ],
    { kind: 'dhcp', state: 'failed' },
  ],
  [['too many stations', 'ap full', 'ap is full'], [/\b(?:ap|reason|assoc\w*)\b/i], disconnected(5)],
  [
    ['wifi', 'wi-fi', 'wlan'],
    [
      /passw|kennwort|şifre|\bpwd\b|contrase|\bclave\b|\bsenha\b|mot de passe|wachtwoord|hasło|парол|密码/i,
      WRONG,
    ],
    disconnected(202),
  ],
  [
    ['scan', 'rede ', 'netz ', 'red ', 'réseau', 'ssid'],
    [/\b(?:not among|not found|not in|n[ãa]o encontrad\w+|nicht gefunden|no encontrad\w+|introuvable)\b/i],
    disconnected(201),
    /\bcert\w*|\bhost\b|\.(?:pem|crt|bin)\b/i,
  ],
  [['your_ssid', 'your_wifi', 'your-ssid', 'yourssid'], [/your/i], { kind: 'wifi-failed' }],
  [
    ['wifi', 'wi-fi', 'wlan', 'ssid'],
    [/\b(?:wi-?fi|wlan|ssid)\b/i, WRONG],
    { kind: 'wifi-failed' },
    /\b(?:0 times|cred\w*|saved|stored|hidden|password is)\b/i,
  ],
  [['wifi'], [/нет/], { kind: 'wifi-failed' }],
  // MQTT, before the connection in general.
  [
    ['taken over', 'two devices', 'kicked by', 'kicked out'],
    [/\b(?:broker|session|mqtt|same (?:client )?id)\b/i],
    refused('taken-over'),
  ],
  [['banned', '0x8a'], [/\bbanned\b|\breason\w*\W{1,3}0x8a\b/i], refused('credentials')],
  [[' id'], [/\bbroker\b/i, /\b(?:my|client|this|that) id\b/i, WRONG], refused('client-id')],
  [['mqtt'], [/拒绝|未授权/], refused('credentials')],
  [['no puback', 'resend limit'], [/\b(?:puback|qos|msg)\b/i], refused('request-unanswered')],
  [
    [
      'user',
      'passw',
      'benutzer',
      'kennwort',
      'usu',
      'senha',
      'clave',
      'authoriz',
      'authoris',
      'credent',
      'wachtwoord',
      'gebruiker',
      'heslo',
      'hasło',
      'token',
    ],
    [BROKER, WRONG],
    refused('credentials'),
    /\b(?:wi-?fi|ssid|key|ntp)\b|\(null\)|: ?(?:none|null)\b|user[ _]propert|\busermods?\b|\bconnecting (?:\w+ )?(?:to|with|as)\b.*\buser(?: ?name)? ?[:=]/i,
  ],
  [['mqtt'], [/авториз/i], refused('credentials')],
  [
    ['subscri', 'suback', 'sub ', 'puback', 'topic', 'abonnement'],
    [
      /\b(?:subscri\w*|suback|sub|puback|topic|abonnement)\b/i,
      /\b(?:0x8\w|refus\w*|denied|fail\w*|reject\w*|not allowed|not in policy)\b|\bsubscri\w*\b.*\bfalse\b/i,
    ],
    refused('topic'),
    /\$aws\/|\/rejected\b|denied\/|\b(?:rc|return code) -\d|\bwith error = [34]\b|\bdeliver\b|\bMQTT(?:Send|Recv)Failed\b|\bpuback\b.*\bcannot be created\b/i,
  ],
  [
    ['keepalive', 'keep-alive', 'keep alive', 'heartbeat', 'pingre', 'ping,', 'ping '],
    [
      /\b(?:keep-? ?alive|heartbeat|pingre\w*)\b|брокер/i,
      /\b(?:miss\w*|lost|no|dead|not received|fail\w*)\b|нет/i,
    ],
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
