import { EXIT, EspawsError, isEspawsError } from '../errors.ts';
import { describeCode } from '../mbedtls/error-codes.ts';
import { asPrinted } from '../monitor/pasted-text.ts';
import type { MbedtlsTree } from '../mbedtls/tree.ts';
import { loadProject, type Project } from '../project/load.ts';
import { alertText, explainCode, type ExplainedError } from '../verdict/explain.ts';
import { flagsText, verifyFlagNames } from '../verdict/verify-flags.ts';
import { cachedTrees, namesOfTrees, treesFor } from './code-names.ts';
import type { CommandContext, CommandResult } from './result.ts';

export interface ExplainOptions {
  project: string;
  /** `-15488`, `-0x3C80`, `0x3c80`. */
  codes: readonly string[];
  flags?: string;
  alert?: number;
  /** Version whose names to use, over the project's. */
  mbedtls?: string;
}

/** `espaws explain CODE...`: name, cause and fix. */
export async function explainCommand(
  context: CommandContext,
  options: ExplainOptions,
): Promise<CommandResult> {
  const codes = options.codes.map(parseCode);
  const word = options.flags === undefined ? 0 : parseFlags(options.flags);
  const flags = verifyFlagNames(word);
  const trees = await treesAtHand(context, options);
  const names = namesOfTrees(trees);
  const { alert } = options;
  const explained = codes.map((code) =>
    explainCode(code, names, { flags, ...(alert === undefined ? {} : { alert }) }),
  );
  const described = explained.map((one) => ({
    ...one,
    ...said(trees.map(({ errorCodes }) => describeCode(errorCodes, one.code ?? 0)).find(Boolean)),
  }));
  const meaning = flagsText(word);
  return {
    exitCode: EXIT.success,
    json: {
      mbedtls: trees.map(({ version }) => version.text).join(', '),
      verifyFlags: flags,
      codes: described,
    },
    text: [
      ...described.map(explainedText),
      ...(meaning === undefined ? [] : [`verify flags ${meaning}`]),
      ...(alert === undefined ? [] : [alertText(alert)]),
    ].join('\n\n'),
  };
}

/** A code as people paste it; mbedTLS's are negative. Throws `usage/invalid`. */
function parseCode(text: string): number {
  const match = /^-?(0x[0-9a-f]{1,8}|\d{1,6})$/i.exec(asPrinted(text).trim());
  if (match !== null) return -Number(match[1]);
  throw new EspawsError(`"${text}" is neither an error code nor a file.`, {
    code: 'usage/invalid',
    hint: 'Write it as -15488, -0x3C80 or 0x3c80, or name the file of a log that is there.',
  });
}

/** A flags word as people paste it. Throws `usage/invalid`. */
export function parseFlags(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new EspawsError(`"${text}" is no verify flags word.`, {
    code: 'usage/invalid',
    hint: 'Write what mbedtls_ssl_get_verify_result returned, for example 0x08.',
  });
}

function said(text: string | undefined): { text?: string } {
  return text === undefined ? {} : { text };
}

/** Some errors of 3.6 carry a page of text. */
function firstSentence(text: string): string {
  return text.length > 200 ? text.replace(/\. .*/s, '.') : text;
}

function explainedText({ code, hex, name, cause, fix, text }: ExplainedError & { text?: string }): string {
  return [
    `${code ?? ''} (${hex ?? ''}) ${name}`,
    ...(text === undefined ? [] : [`  says:  ${firstSentence(text)}`]),
    `  cause: ${cause}`,
    `  fix:   ${fix}`,
  ].join('\n');
}

/** The project's tree, else all in the user's cache: nothing is downloaded to explain a number. */
async function treesAtHand(
  context: CommandContext,
  { project, mbedtls }: ExplainOptions,
): Promise<readonly MbedtlsTree[]> {
  const cached = await cachedTrees(context);
  const wanted = mbedtls === undefined ? await projectMbedtls(context, project) : { version: mbedtls };
  const isMissing = mbedtls !== undefined && !cached.has(mbedtls);
  const trees = isMissing ? [] : await treesFor(context, cached, wanted);
  if (trees.length > 0) return trees;
  const version = wanted !== undefined && 'version' in wanted ? wanted.version : '';
  const versions = [...cached.keys()];
  throw new EspawsError(`There is no mbedTLS ${version} tree on this machine to read the names from.`, {
    code: 'config/tree-missing',
    hint: `Get one with scripts/setup${versions.length === 0 ? '' : `, or use --mbedtls ${versions.join(' or ')}`}.`,
  });
}

async function projectMbedtls(
  { host }: CommandContext,
  directory: string,
): Promise<Project['mbedtls'] | undefined> {
  try {
    return (await loadProject(host.files, directory)).mbedtls;
  } catch (error) {
    if (isEspawsError(error, 'project/missing')) return undefined;
    throw error;
  }
}
