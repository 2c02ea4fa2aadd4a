import type { DerValue } from './der.ts';
import {
  bitStringOf,
  derError,
  expectTag,
  implicitTag,
  oidOf,
  readDer,
  sequenceOf,
  smallIntegerOf,
  TAG,
} from './der.ts';
import { EXTENDED_KEY_USAGES, EXTENSION, KEY_USAGE_BITS } from './oids.ts';

export interface Extension {
  oid: string;
  critical: boolean;
  /** DER inside the OCTET STRING. */
  value: Uint8Array;
}

export function readExtensions(value: DerValue): Extension[] {
  return sequenceOf(value, 'the extensions').map((entry) => {
    const [oid, second, third] = sequenceOf(entry, 'an extension');
    const hasCritical = second?.tag === TAG.boolean;
    const octets = expectTag(hasCritical ? third : second, TAG.octetString, 'the value of an extension');
    return {
      oid: oidOf(oid, 'the type of an extension'),
      critical: hasCritical && second.content[0] !== 0,
      value: octets.content,
    };
  });
}

/** Basic constraints; not a CA where the extension is absent (RFC 5280 4.2.1.9). */
export function basicConstraints(extensions: readonly Extension[]): {
  isCa: boolean;
  pathLength: number | undefined;
} {
  const value = valueOf(extensions, EXTENSION.basicConstraints);
  if (value === undefined) return { isCa: false, pathLength: undefined };
  const [first, second] = sequenceOf(value, 'the basic constraints');
  const hasFlag = first?.tag === TAG.boolean;
  const pathLength = hasFlag ? second : first;
  return {
    isCa: hasFlag && first.content[0] !== 0,
    pathLength: pathLength === undefined ? undefined : smallIntegerOf(pathLength, 'the path length'),
  };
}

export function keyUsage(extensions: readonly Extension[]): readonly string[] | undefined {
  const value = valueOf(extensions, EXTENSION.keyUsage);
  if (value === undefined) return undefined;
  const { bytes } = bitStringOf(value, 'the key usage');
  return KEY_USAGE_BITS.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

export function extendedKeyUsage(extensions: readonly Extension[]): readonly string[] | undefined {
  const value = valueOf(extensions, EXTENSION.extendedKeyUsage);
  if (value === undefined) return undefined;
  return sequenceOf(value, 'the extended key usage').map((purpose) => {
    const oid = oidOf(purpose, 'an extended key usage');
    return EXTENDED_KEY_USAGES[oid] ?? oid;
  });
}

/** dNSName and iPAddress entries of the subject alternative name (RFC 5280 4.2.1.6). */
export function subjectAltNames(extensions: readonly Extension[]): {
  present: boolean;
  dnsNames: string[];
  ipAddresses: string[];
} {
  const value = valueOf(extensions, EXTENSION.subjectAltName);
  if (value === undefined) return { present: false, dnsNames: [], ipAddresses: [] };
  const names = sequenceOf(value, 'the subject alternative name');
  const contents = (tag: number) => names.filter((name) => name.tag === tag).map(({ content }) => content);
  return {
    present: true,
    dnsNames: contents(implicitTag(2)).map((content) => Buffer.from(content).toString('latin1')),
    ipAddresses: contents(implicitTag(7)).map(ipAddressText),
  };
}

function valueOf(extensions: readonly Extension[], oid: string): DerValue | undefined {
  const found = extensions.filter((extension) => extension.oid === oid);
  if (found.length > 1) throw derError(`the extension ${oid} is there twice`);
  return found[0] === undefined ? undefined : readDer(found[0].value);
}

function ipAddressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) throw derError(`an IP address of ${bytes.length} bytes`);
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bytes[index * 2]! << 8) | bytes[index * 2 + 1]!).toString(16),
  );
  return shortenZeros(groups);
}

/** RFC 5952: the first longest run of two or more zero groups becomes `::`. */
function shortenZeros(groups: readonly string[]): string {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  if (best.length < 2) return groups.join(':');
  const before = groups.slice(0, best.start).join(':');
  return `${before}::${groups.slice(best.start + best.length).join(':')}`;
}
