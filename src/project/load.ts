import { dirname, isAbsolute, join, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from '../zod.ts';
import { EspawsError } from '../errors.ts';
import type { FileReader } from '../host.ts';
import { PROJECT_FILE, projectSchema, type CheckoutSettings, type ProjectFile } from './schema.ts';

/** A project that was read: every path absolute. */
export interface Project extends Omit<ProjectFile, 'sdk' | 'mbedtls'> {
  /** Folder of `espaws.yaml`. */
  directory: string;
  file: string;
  sdk: { kind: 'bench' } | CheckoutSettings;
  /** Of the bench; an SDK has its own. */
  mbedtls: { path: string } | { version: string };
}

/** A project of which no identity and no endpoint are known. */
export type BareProject = Omit<Project, 'identity' | 'endpoint'> & { identity?: never; endpoint?: never };

/** Of the bench: in the distributions' source packages. */
const DEFAULT_MBEDTLS = '2.28';

/**
 * Reads `espaws.yaml` from `directory`, which may also name the file itself.
 * Throws `project/missing` or `project/invalid` with the place in the file.
 */
export async function loadProject(files: FileReader, directory: string): Promise<Project> {
  const file = await findFile(files, resolve(directory));
  const document = parse(await files.readText(file), file);
  return absolutePaths(document, file);
}

/** What a folder without espaws.yaml is: the bench, and the defaults. */
export function projectWithout(directory: string): BareProject {
  const folder = resolve(directory);
  return {
    ...{ directory: folder, file: join(folder, PROJECT_FILE), port: 'virtual:' },
    ...{ sdk: { kind: 'bench' }, mbedtls: { version: DEFAULT_MBEDTLS }, tls: { checkDates: false } },
    buildDirectory: join(folder, 'build'),
  };
}

async function findFile(files: FileReader, path: string): Promise<string> {
  const found = await files.stat(path);
  const file = found?.kind === 'file' ? path : join(path, PROJECT_FILE);
  if ((await files.stat(file)) === undefined) {
    throw new EspawsError(`There is no ${PROJECT_FILE} in "${path}".`, {
      code: 'project/missing',
      hint: 'Write one with: espaws init, or name the folder with --project DIR.',
    });
  }
  return file;
}

/** Parses and validates the text of an `espaws.yaml`. Exported for the tests of its messages. */
function parse(text: string, file: string): ProjectFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const syntaxError = document.errors[0];
  if (syntaxError !== undefined) {
    const { line, col } = lines.linePos(syntaxError.pos[0]);
    throw new EspawsError(`${file}:${line}:${col}: ${firstLine(syntaxError.message)}`, {
      code: 'project/invalid',
      hint: 'Mend the YAML there.',
      cause: syntaxError,
    });
  }
  const result = projectSchema.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const key = issue.path.join('.');
  throw new EspawsError(`${file}: ${key === '' ? '' : `${key}: `}${issue.message}`, {
    code: 'project/invalid',
    hint: hintFor(issue),
    details: { issues: result.error.issues.map(({ path, message }) => ({ key: path.join('.'), message })) },
  });
}

function hintFor(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return `Keys known there: see the schema that "espaws init" writes, or the README.`;
  }
  if (issue.code === 'invalid_value') return `One of: ${issue.values.map(String).join(', ')}.`;
  return `Mend "${issue.path.join('.') || 'the file'}" in ${PROJECT_FILE}.`;
}

function absolutePaths(project: ProjectFile, file: string): Project {
  const directory = dirname(file);
  const absolute = (path: string) => (isAbsolute(path) ? path : join(directory, path));
  const { identity, endpoint, config } = project;
  const sdk = typeof project.sdk === 'string' ? { kind: project.sdk } : project.sdk;
  const mbedtls = project.mbedtls ?? { version: DEFAULT_MBEDTLS };
  if (project.mbedtls !== undefined && sdk.kind !== 'bench') {
    throw new EspawsError(`${file}: mbedtls: the SDK ${sdk.kind} is built with the mbedTLS that it has.`, {
      code: 'project/invalid',
      hint: 'Leave "mbedtls" out; another tree is proved with: espaws run --prove DIR',
    });
  }
  return {
    ...project,
    directory,
    file,
    sdk: 'path' in sdk && sdk.path !== undefined ? { ...sdk, path: absolute(sdk.path) } : sdk,
    identity: {
      certificate: absolute(identity.certificate),
      key: absolute(identity.key),
      ca: absolute(identity.ca),
    },
    endpoint: endpoint.facts === undefined ? endpoint : { ...endpoint, facts: absolute(endpoint.facts) },
    mbedtls: 'path' in mbedtls ? { path: absolute(mbedtls.path) } : mbedtls,
    ...(config === undefined ? {} : { config: { header: absolute(config.header) } }),
    buildDirectory: absolute(project.buildDirectory),
  };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
