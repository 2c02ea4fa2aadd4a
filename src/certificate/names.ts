import type { DerValue } from './der.ts';
import { childrenOf, derError, expectTag, oidOf, sequenceOf, TAG } from './der.ts';
import { NAME_ATTRIBUTES } from './oids.ts';

/** One attribute of a name: `CN`, `device`. */
interface NameAttribute {
  /** Dotted decimal. */
  oid: string;
  value: DerValue;
  /** The value as text; undefined where it is not a string. */
  text: string | undefined;
}

/** Relative distinguished names in the order of the DER; each is a set, nearly always of one attribute. */
export type DistinguishedName = readonly (readonly NameAttribute[])[];

export function readName(value: DerValue | undefined, what: string): DistinguishedName {
  return sequenceOf(value, what).map((set) =>
    childrenOf(expectTag(set, TAG.set, `a part of the ${what}`)).map((attribute) => {
      const [oid, text] = sequenceOf(attribute, `an attribute of the ${what}`);
      if (text === undefined) throw derError(`an attribute of the ${what} has no value`);
      return { oid: oidOf(oid, `an attribute type of the ${what}`), value: text, text: textOf(text) };
    }),
  );
}

/** Text of a name as RFC 4514 writes it: last part first. */
export function nameText(name: DistinguishedName): string {
  return [...name]
    .reverse()
    .map((set) => set.map(attributeText).join('+'))
    .join(',');
}

/** Values of the common names, in the order of the DER. */
export function commonNamesOf(name: DistinguishedName): string[] {
  return name
    .flat()
    .filter(({ oid, text }) => oid === COMMON_NAME && text !== undefined)
    .map(({ text }) => text!);
}

/**
 * Whether mbedTLS takes two names for the same (`x509_name_cmp` in its `x509_crt.c`): same parts in the same
 * order, UTF8String and PrintableString compared without regard to the case of ASCII letters, others byte by byte.
 */
export function namesEqual(a: DistinguishedName, b: DistinguishedName): boolean {
  return (
    a.length === b.length &&
    a.every((set, index) => {
      const other = b[index]!;
      return set.length === other.length && set.every((one, place) => attributesEqual(one, other[place]!));
    })
  );
}

const COMMON_NAME = '2.5.4.3';
const CASE_BLIND: readonly number[] = [TAG.utf8String, TAG.printableString];

function attributesEqual(a: NameAttribute, b: NameAttribute): boolean {
  if (a.oid !== b.oid) return false;
  const [x, y] = [Buffer.from(a.value.content), Buffer.from(b.value.content)];
  if (a.value.tag === b.value.tag && x.equals(y)) return true;
  const bothCaseBlind = CASE_BLIND.includes(a.value.tag) && CASE_BLIND.includes(b.value.tag);
  return bothCaseBlind && asciiLowerCase(x.toString('latin1')) === asciiLowerCase(y.toString('latin1'));
}

/** `toLowerCase` would also fold letters outside ASCII. */
export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function textOf({ tag, content }: DerValue): string | undefined {
  const bytes = Buffer.from(content);
  switch (tag) {
    case TAG.utf8String:
    case TAG.printableString:
    case TAG.ia5String:
      return bytes.toString('utf8');
    case TAG.teletexString:
      return bytes.toString('latin1');
    case TAG.bmpString:
      return bytes.length % 2 === 0 ? Buffer.from(bytes).swap16().toString('utf16le') : undefined;
    case TAG.universalString:
      return universalText(bytes);
    default:
      return undefined;
  }
}

function universalText(bytes: Buffer): string | undefined {
  if (bytes.length % 4 !== 0) return undefined;
  const points = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32BE(index * 4));
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : undefined;
}

function attributeText({ oid, value, text }: NameAttribute): string {
  const name = NAME_ATTRIBUTES[oid];
  if (name === undefined || text === undefined) {
    return `${name ?? oid}=#${Buffer.from(value.raw).toString('hex')}`;
  }
  return `${name}=${escape(text)}`;
}

/** RFC 4514 2.4; control characters as hex pairs so that a hostile name cannot write to a terminal. */
function escape(text: string): string {
  return text
    .replace(/[\\",+;<>]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ')
    .replace(/[\0-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (character) =>
      Buffer.from(character, 'utf8').toString('hex').toUpperCase().replace(/../g, '\\$&'),
    );
}
