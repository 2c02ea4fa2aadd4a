import type { Need } from './need.ts';

/** One row of the table of needs. */
export interface NeedRow {
  /** `cipher suite`, `public key`, ... */
  what: string;
  /** The value, in the field's words. */
  value: string;
  because: string;
}

/** Rows for a table or for JSON, in the order of the needs. */
export function explainNeeds(needs: readonly Need[]): NeedRow[] {
  return needs.map((need) => ({ what: TITLES[need.kind], value: valueOf(need), because: need.because }));
}

const TITLES: Readonly<Record<Need['kind'], string>> = {
  'tls-version': 'TLS version',
  suite: 'cipher suite',
  'public-key': 'public key',
  'certificate-signature': 'certificate signature',
  'client-signature': 'client signature',
  'server-signature': 'server signature',
  'private-key': 'private key',
  group: 'ECDHE group',
  pem: 'PEM',
  'compressed-point': 'compressed EC point',
  'explicit-ec-parameters': 'explicit EC parameters',
  sni: 'server name (SNI)',
  alpn: 'ALPN',
  'client-certificate': 'client certificate',
  'record-size': 'record size',
  'rsa-modulus': 'largest RSA modulus',
  intermediates: 'intermediates',
  'certificate-dates': 'certificate dates',
};

function valueOf(need: Need): string {
  switch (need.kind) {
    case 'tls-version':
      return need.version;
    case 'suite':
      return need.suite;
    case 'public-key':
      return need.key.kind === 'rsa' ? `RSA ${need.key.bits} bits` : `EC ${need.key.curve}`;
    case 'certificate-signature':
      return `${need.algorithm} ${need.hash}, ${need.verify ? 'verified' : 'only parsed'}`;
    case 'client-signature':
      return need.hash === undefined ? need.algorithm : `${need.algorithm} ${need.hash}`;
    case 'server-signature':
      return `${need.algorithm} ${need.hash}`;
    case 'private-key':
      return [need.key, need.container, need.encryption].filter((part) => part !== undefined).join(' ');
    case 'group':
      return need.curve;
    case 'sni':
      return need.host;
    case 'alpn':
      return need.protocols.join(', ');
    case 'record-size':
      return `in ${need.in}, out ${need.out} bytes`;
    case 'rsa-modulus':
      return `${need.bits} bits`;
    case 'intermediates':
      return String(need.count);
    case 'pem':
    case 'compressed-point':
    case 'explicit-ec-parameters':
    case 'client-certificate':
    case 'certificate-dates':
      return 'yes';
  }
}
