import type { Rule } from '../rule.ts';
import { alert } from './alert.ts';
import { PSA_RULES } from './psa.ts';

/**
 * mbedTLS's debug output, levels 1 to 4 (ssl_tls.c, ssl_cli.c, ssl_msg.c, ssl_tls12_client.c, ssl_tls13_*.c of 2.2 to
 * 3.6), behind `file.c:line` in whatever form the debug callback prints it.
 */
export const DEBUG_RULES: readonly Rule[] = [
  {
    mark: '=> ',
    pattern: /^=> (.+)$/,
    read: ([step]) => ({ kind: 'handshake-step', phase: 'begin', step: step! }),
  },
  {
    mark: '<= ',
    pattern: /^<= (.+)$/,
    read: ([step]) => ({ kind: 'handshake-step', phase: 'end', step: step! }),
  },
  {
    mark: 'handshake: done',
    pattern: /^handshake: done$/,
    read: () => ({ kind: 'tls-connected', suite: undefined, durationMs: undefined }),
  },
  {
    mark: ' state: ',
    pattern: /^(?:client|handshake|tls13 (?:client|server)) state: (?:\d+ \(\w+\) -> )?(\d+|MBEDTLS_SSL_\w+)/,
    read: ([state]) => ({ kind: 'handshake-step', phase: 'next', step: stateName(state!) }),
  },
  {
    // Programs that print the state of the handshake by themselves.
    mark: 'state',
    pattern: /\bssl(?:->|\.|_)state\b\W{1,4}(\d{1,2})\b/,
    read: ([state]) => ({ kind: 'handshake-step', phase: 'next', step: stateName(state!) }),
  },
  ...PSA_RULES,
  {
    mark: ' returned ',
    pattern: /^ *([\w>()-]+) returned (-?\d+) \(-?0x[0-9a-fA-F]+\)?$/,
    read: ([call, code]) => ({ kind: 'inner-call', call: call!.replace('()', ''), code: Number(code) }),
  },
  {
    mark: 'fatal alert message',
    pattern: /is a fatal alert message \(msg (\d+)\)/,
    read: ([description]) => alert('received', Number(description)),
  },
  {
    mark: 'got an alert message',
    pattern: /got an alert message, type: \[(\d+):(\d+)\]/,
    read: ([level, description]) => alert('received', Number(description), Number(level)),
  },
  {
    mark: 'send alert level',
    pattern: /send alert level=(\d+) message=(\d+)/,
    read: ([level, description]) => alert('sent', Number(description), Number(level)),
  },
  {
    mark: 'chosen ciphersuite',
    pattern: /chosen ciphersuite: (?:[0-9a-f]{4} - )?(\S+)/,
    read: ([value]) => ({ kind: 'negotiated', what: 'suite', value: value! }),
  },
  {
    mark: 'chosen version',
    pattern: /chosen version: (\[[^\]]+\]|\S+)/,
    read: ([value]) => ({ kind: 'negotiated', what: 'version', value: VERSIONS[value!] ?? value! }),
  },
  {
    mark: 'curve: ',
    pattern: /^ECDH curve: (\w+)/,
    read: ([value]) => ({ kind: 'negotiated', what: 'group', value: value! }),
  },
  {
    mark: 'group',
    pattern: /^(?:ECDH|DHE) group(?: name)?: (\w+)/,
    read: ([value]) => ({ kind: 'negotiated', what: 'group', value: value! }),
  },
  {
    mark: ['ciphersuites', 'cipher suites'],
    pattern: /client hello, got (\d+) (?:cipher ?suites|ciphersuites)/,
    read: ([count]) => ({ kind: 'offered-suites', count: Number(count) }),
  },
  {
    mark: 'ciphersuite: ',
    pattern: /client hello, add ciphersuite: (\S+(?: \(\S+\))?)/,
    read: ([suite]) => ({ kind: 'offered-suite', suite: suite! }),
  },
  {
    mark: 'current time',
    pattern: /client hello, current time: (\d+)/,
    // A Unix time below that of 2015 is a clock that started with the device.
    read: ([seconds]) =>
      Number(seconds) < 1_420_070_400 ? { kind: 'clock-unset', seconds: Number(seconds) } : undefined,
  },
  {
    mark: 'input record',
    pattern: /input record: msgtype = (\d+), version = \[[^\]]*\], msglen = (\d+)/,
    read: ([type, bytes]) => ({ kind: 'record', type: Number(type), bytes: Number(bytes) }),
  },
  {
    mark: 'handshake message: ',
    pattern: /handshake message: msglen = (\d+), type = (\d+), hslen = (\d+)/,
    read: ([recordBytes, type, bytes]) => ({
      kind: 'handshake-message',
      type: Number(type),
      recordBytes: Number(recordBytes),
      bytes: Number(bytes),
    }),
  },
  {
    // Of a server on the device (ssl_srv.c): 22 is a handshake message.
    mark: 'lient hello v3',
    pattern: /\bclient hello v3, message type: (\d+)/,
    read: ([type]) => (type === '22' ? undefined : { kind: 'record-problem', problem: 'not-tls' }),
  },
  {
    mark: 'fragmentation not supported',
    pattern: /handshake fragmentation not supported/,
    read: () => ({ kind: 'record-problem', problem: 'fragmented' }),
  },
  {
    mark: ' name',
    pattern: /^((?:subject|issuer) name) *: (.+)$/,
    read: ([field, value]) => ({ kind: 'peer-certificate', field: field!, value: value! }),
  },
  {
    // On one line in 2.x, each on its own in 3.x.
    mark: ['subject alt name', 'dnsname :', 'ipaddress :'],
    pattern: /^(?:subject alt name *|dNSName|iPAddress) : (\S.*)$/,
    read: ([value]) => ({ kind: 'peer-certificate', field: 'subject alt name', value: value! }),
  },
  {
    mark: ['issued ', 'expires on'],
    pattern: /^(issued +on|expires on) *: (.+)$/,
    read: ([field, value]) => ({
      kind: 'peer-certificate',
      field: field!.replace(/ +/, ' '),
      value: value!,
    }),
  },
  {
    mark: 'signed using',
    pattern: /^(signed using) *: (.+)$/,
    read: ([field, value]) => ({ kind: 'peer-certificate', field: field!, value: value! }),
  },
  {
    mark: 'ey size',
    pattern: /^((?:RSA|EC|ECDSA) key size) *: (.+)$/,
    read: ([field, value]) => ({ kind: 'peer-certificate', field: field!, value: value! }),
  },
  {
    mark: 'peer certificate #',
    pattern: /^peer (certificate) #(\d+)/,
    read: ([field, value]) => ({ kind: 'peer-certificate', field: field!, value: value! }),
  },
  {
    mark: 'basic constraints',
    pattern: /^(basic constraints) *: (.+)$/,
    read: ([field, value]) => ({ kind: 'peer-certificate', field: field!, value: value! }),
  },
  {
    mark: 'ertificate request',
    pattern: /^got (a|no) certificate request/,
    read: ([has]) => ({ kind: 'client-certificate', state: has === 'a' ? 'requested' : 'not-requested' }),
  },
  {
    mark: 'no certificate to send',
    pattern: /\bno certificate to send\b/,
    read: () => ({ kind: 'client-certificate', state: 'none-to-send' }),
  },
  {
    mark: 'in common',
    pattern: /(?:got no|no) ciphersuites? in common/,
    read: () => ({ kind: 'no-shared-suite' }),
  },
  { mark: 'no shared cipher', pattern: /no shared cipher/, read: () => ({ kind: 'no-shared-suite' }) },
  {
    mark: 'sending Client Hello',
    pattern: /^State:\s+(sending Client Hello)(?: \(\d+\))?$/,
    read: ([step]) => ({ kind: 'handshake-step', phase: 'next', step: step! }),
  },
  {
    // axTLS's other states (DISPLAY_STATE of tls1.c), by the names that mbedTLS has for the same.
    mark: 'State:',
    pattern: /^State:\s+(sending|receiving) ([A-Z][A-Za-z ]+?)(?: \(\d+\))?$/,
    read: ([what, message]) => ({
      kind: 'handshake-step',
      phase: 'next',
      step: `${what === 'sending' ? 'write' : 'parse'} ${message!.toLowerCase()}`,
    }),
  },
];

/** Of a server on the device; without mbedTLS's head before it, it may be of any server. */
export const SERVER_STEP_RULE: Rule = {
  mark: 'server state: ',
  pattern: /^server state: (\d+|MBEDTLS_SSL_\w+)/,
  read: ([state]) => ({ kind: 'handshake-step', phase: 'next', step: stateName(state!) }),
};

const VERSIONS: Readonly<Record<string, string>> = {
  '[3:1]': 'TLSv1.0',
  '[3:2]': 'TLSv1.1',
  '[3:3]': 'TLSv1.2',
  '[3:4]': 'TLSv1.3',
};

/** `mbedtls_ssl_states` of ssl.h, 0 to 16, as 2.2 to 3.6 number them. */
const STATES = [
  'hello request',
  'client hello',
  'server hello',
  'server certificate',
  'server key exchange',
  'certificate request',
  'server hello done',
  'client certificate',
  'client key exchange',
  'certificate verify',
  'client change cipher spec',
  'client finished',
  'server change cipher spec',
  'server finished',
  'flush buffers',
  'handshake wrapup',
  'handshake over',
] as const;

function stateName(state: string): string {
  if (/^\d+$/.test(state)) return STATES[Number(state)] ?? `state ${state}`;
  return state.replace('MBEDTLS_SSL_', '').toLowerCase().replaceAll('_', ' ');
}
