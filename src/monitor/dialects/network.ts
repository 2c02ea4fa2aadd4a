import type { Rule } from '../rule.ts';
import { wifiReasonName } from './wifi-reasons.ts';

/**
 * Wi-Fi, DHCP, DNS and TCP: strings of the SDKs' libraries (libnet80211.a, libmain.a, liblwip.a), RTOS_SDK 3.x's
 * tcpip_adapter and esp-tls, and the aws_iot examples.
 */
export const NETWORK_RULES: readonly Rule[] = [
  {
    mark: 'state: ',
    pattern: /^(?:wifi:)?state: (\d+) -> (\d+)/,
    read: ([from, to]) => ({ kind: 'wifi-state', from: Number(from), to: Number(to) }),
  },
  {
    mark: 'onnected with ',
    pattern: /^(?:wifi:)? ?connected with ([^,]+)(?:,.*?channel (\d+))?/,
    read: ([ssid, channel]) => ({
      kind: 'wifi-connected',
      ssid,
      channel: channel === undefined ? undefined : Number(channel),
    }),
  },
  {
    mark: 'eason',
    pattern: /\b(?:dis)?connect.*?\breason ?[:=]? ?(\d{1,3})\b/i,
    read: ([reason]) => ({
      kind: 'wifi-disconnected',
      reason: Number(reason),
      name: wifiReasonName(Number(reason)),
    }),
  },
  {
    mark: 'ip:',
    pattern: /(?:^|sta |got )ip: ?(\d+\.\d+\.\d+\.\d+)(?:, ?mask: ?[\d.]+, ?gw: ?([\d.]+))?/,
    read: ([ip, gateway]) => ({ kind: 'address', ip: ip!, gateway }),
  },
  {
    mark: 'get hostname for',
    pattern: /couldn't get hostname for ?:(.*?): getaddrinfo\(\) returns (-?\d+)/,
    read: ([host, code]) => ({ kind: 'dns-failed', host: host!, code: Number(code) }),
  },
  {
    mark: 'get hostname for',
    pattern: /couldn't get hostname for ?:?(\S*)/,
    read: ([host]) => ({ kind: 'dns-failed', host: host!.replace(/:$/, ''), code: undefined }),
  },
  {
    mark: 'DNS',
    pattern: /\bDNS (?:lookup|resolve|resolution|query)?\W*(?:fail|error|timed? ?out)\w*(?:.*?err=(-?\d+))?/i,
    read: ([code]) => ({
      kind: 'dns-failed',
      host: undefined,
      code: code === undefined ? undefined : Number(code),
    }),
  },
  {
    mark: 'ESOLVE_HOSTNAME',
    pattern: /CANNOT_RESOLVE_HOSTNAME/,
    read: () => ({ kind: 'dns-failed', host: undefined, code: undefined }),
  },
  {
    mark: 'sp-tls',
    pattern: /esp-tls(?: error code|(?: stack)?)?:? ?\(?(0x80[0-9a-fA-F]{2})\b/,
    read: ([code]) => ({ kind: 'esp-tls-error', code: Number(code) }),
  },
  {
    mark: 'onnect',
    pattern:
      /^(?:Failed to connect|Connect(?:ion)? failed|connect failed|failed to connect) ?(?:to|:)? ?(\S*)/,
    read: ([host]) => ({ kind: 'connect-failed', host: host === '' ? undefined : host }),
  },
  {
    mark: 'sntp first',
    pattern: /please start sntp first/,
    read: () => ({ kind: 'clock-unset', seconds: undefined }),
  },
  {
    mark: 'ime is not set',
    pattern: /\b[Tt]ime is not set/,
    read: () => ({ kind: 'clock-unset', seconds: undefined }),
  },
  {
    mark: 'CONNACK',
    pattern: /(CONNACK recv failed.*)/,
    read: ([reason]) => ({ kind: 'mqtt-refused', reason: reason! }),
  },
  {
    mark: 'ransport',
    pattern: /(A single byte was not read from the transport.*)/,
    read: ([reason]) => ({ kind: 'mqtt-refused', reason: reason! }),
  },
  {
    mark: 'efuse',
    pattern: /\b([Cc]onnection refused,? ?.*(?:authori|identifier|password|server unavailable).*)/,
    read: ([reason]) => ({ kind: 'mqtt-refused', reason: reason! }),
  },
];
