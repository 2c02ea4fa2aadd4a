import { EspawsError } from '../errors.ts';
import type { PlannedCase, PlannedEndpoint, PlannedIdentity, Source } from './case.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;
const WHOLE = /^\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}$/;

/** The text with the values of its `${env:NAME}`. Throws `plan/variable`, naming the variable alone. */
export function fillIn(text: string, variables: Variables): string {
  return text.replaceAll(REFERENCE, (_, name: string) => valueOf(name, variables));
}

/** The value of one variable; throws `plan/variable`. One that is empty is not set: so CI hands out absent secrets. */
export function valueOf(name: string, variables: Variables): string {
  const value = variables[name];
  if (value !== undefined && value !== '') return value;
  throw new EspawsError(`The environment variable ${name} is not set.`, {
    code: 'plan/variable',
    hint: 'Set it where the tests run, or let the plan say "missing: skip".',
  });
}

/** Names of the variables that a case needs. */
export function variablesOf({
  identity,
  endpoint,
}: {
  identity: PlannedIdentity;
  endpoint: PlannedEndpoint;
}): string[] {
  const sources = identity.kind === 'files' ? [identity.certificate, identity.key, identity.ca] : [];
  const texts = endpoint.kind === 'live' ? [endpoint.host, endpoint.address ?? ''] : [];
  const names = [
    ...sources.flatMap((source) => ('variable' in source ? [source.variable] : [])),
    ...texts.flatMap((text) => [...text.matchAll(REFERENCE)].map(([, name]) => name!)),
  ];
  return [...new Set(names)];
}

/** Where a certificate or key comes from: `${env:NAME}` for the text, else a path. */
export function sourceOf(text: string, absolute: (path: string) => string): Source {
  const variable = WHOLE.exec(text)?.[1];
  return variable === undefined ? { path: absolute(text) } : { variable };
}

/** Lines of a text shorter than this say nothing worth hiding (`-----`), and would hide much else. */
const MIN_SECRET = 4;

/**
 * Takes what came from the environment out of texts that are shown or kept: whole values, and each line of those that
 * have several, as PEM has.
 */
export function redactor(
  cases: readonly Pick<PlannedCase, 'identity' | 'endpoint'>[],
  variables: Variables,
): (text: string) => string {
  const values = cases.flatMap(variablesOf).flatMap((name) => variables[name] ?? []);
  const parts = values.flatMap((value) => [value, ...value.split(/\r?\n/)].map((part) => part.trim()));
  const secrets = [...new Set(parts)]
    .filter((part) => part.length >= MIN_SECRET && !part.startsWith('-----'))
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
