import type { Rule } from '../rule.ts';

/** What no rule for a firmware knows, in anybody's words. */
export const NETWORK_WORD_RULES: readonly Rule[] = [
  {
    mark: ['esolv', 'esolution', 'ookup', 'look up', 'dns', 'ostname', 'ost name'],
    pattern:
      /^(?!.*\b(?:is not supported|depth lookup|failure connecting to address|mdns|hostname\b.{0,8}\bset failed)\b).*(?:\b(?:fail\w*|unable|could ?n[o']t|can ?not|can't|error|unknown|not found|no such|timed? ?out|timeout)\b.{0,40}?\b(?:resolv\w*.{0,20}\b(?:host|name|address|ip|dns|domain|server|broker|endpoint|[\w-]+\.[\w-]+\.\w+)|look ?up|dns|host ?name)\b|\b(?:resolv\w* (?:host|name|address|dns|of)|(?:host|name|dns|address) (?:resolv\w*|resolution|look ?up)|dns|host ?name)\b.{0,60}?\b(?:fail\w*|unable|error|unknown|not (?:be )?(?:found|resolved)|no such|timed? ?out|timeout)\b)/i,
    read: () => ({ kind: 'dns-failed', host: undefined, code: undefined }),
  },
  {
    // The words of getaddrinfo's errors (gai_strerror), and names that other platforms have for them.
    mark: [
      'nknown host',
      'or service not known',
      'ENOTFOUND',
      'EAI_',
      'nodename nor',
      'address associated',
      'in name res',
    ],
    pattern:
      /\bunknown host\b|\bName or service not known|\bENOTFOUND\b|\bEAI_(?:FAIL|NONAME|AGAIN|NODATA)\b|\bnodename nor servname|\bNo address associated|\bfailure in name resolution/i,
    read: () => ({ kind: 'dns-failed', host: undefined, code: undefined }),
  },
  {
    // HTTPClient of Arduino: its words for every connection that did not come to be (HTTPC_ERROR_CONNECTION_REFUSED).
    mark: ['connection refused', 'connection failed'],
    pattern: /\berror(?: ?\(-1\))?: (?:HTTP error: )?connection (?:refused|failed)\.?(?:"\})?$/i,
    read: () => ({ kind: 'connect-failed', host: undefined, why: 'any-layer' }),
  },
  {
    mark: 'efused',
    pattern: /\bconn\w*\b.{0,40}?\brefused\b|\brefused\b.{0,20}?\bconnection\b/i,
    read: () => ({ kind: 'connect-failed', host: undefined, why: 'refused' }),
  },
  {
    mark: 'nreachable',
    pattern:
      /\b(?:host|network|server|broker|destination|no route)\b.{0,30}\bunreachable\b|\bunreachable\b.{0,20}\b(?:host|server|broker)\b/i,
    read: () => ({ kind: 'connect-failed', host: undefined, why: 'unreachable' }),
  },
  {
    mark: 'o route to host',
    pattern: /\bno route to host\b/i,
    read: () => ({ kind: 'connect-failed', host: undefined, why: 'unreachable' }),
  },
  {
    mark: ['imed out', 'imedout', 'imeout', 'ime out'],
    pattern:
      /\b(?:tcp|socket|connect|connection|connecting)\b(?!.*\b(?:ssl|tls|handshake|read|mqtt|dns|wi-?fi|attempt no)\b).{0,40}?\b(?:timed? ?out|timeout)\b(?! (?:value|set|is set)\b)|\b(?:timed? ?out|timeout)\b.{0,20}?\bconnect(?:ing)? to\b/i,
    read: () => ({ kind: 'connect-failed', host: undefined, why: 'timeout' }),
  },
  {
    mark: ['imed out', 'imedout', 'imeout', 'ime out'],
    pattern:
      /\b(?:tls|ssl|handshake|mqtt|connack|https?|server|broker|read)\b.{0,40}?\b(?:timed? ?out|timeout)\b|\b(?:timed? ?out|timeout)\b.{0,40}?\b(?:tls|ssl|handshake|mqtt|connack|server|broker)\b/i,
    read: () => ({ kind: 'timed-out' }),
  },
  {
    mark: ['losed', 'ost', 'isconnect', 'ropped', 'hung up', 'EOF', 'aborted'],
    pattern:
      /\b(?:peer|server|remote|host|broker|connection|socket|session|client|transport\w*)\b.{0,40}?\b(?:closed|lost|dropped|hung up|disconnected|aborted|EOF)\b|\b(?:closed|dropped|lost|aborted) (?:the )?(?:connection|by (?:the )?(?:peer|server|remote|broker|host|foreign))\b/i,
    read: () => ({ kind: 'connection-lost' }),
  },
  {
    mark: ['onnect', 'onect', 'reach'],
    pattern:
      /^(.*(?:\b(?:fail\w*|unable|could ?n[o']t|can ?not|can't|error)\b.{0,30}?\b(?:connect\w*|reach)\b|\bconn?ect\w*\b.{0,40}?\b(?:fail\w*|error|unsuccessful|not possible)\b).*)$/i,
    read: ([line]) => ({
      kind: 'connect-failed',
      host: undefined,
      ...(OF_TCP.test(line!) ? {} : { why: 'any-layer' as const }),
    }),
  },
];

/** The line names the layer. */
const OF_TCP = /\btcp|(?<!\bweb )\bsock|\bnet_connect\b|\besp-?tls\b/i;
