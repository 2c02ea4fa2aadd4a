import { join } from 'node:path';
import { EXIT, EspawsError, isEspawsError } from '../errors.ts';
import { writeIfChanged } from '../build/generated.ts';
import { compareConfigs, type Comparison } from '../mbedtls/compare.ts';
import type { OptionSet } from '../mbedtls/options.ts';
import { missingMacros, type MissingMacro } from '../predict/missing.ts';
import type { Prediction } from '../predict/prediction.ts';
import { findToolchain, type Toolchain } from '../sdk/toolchain.ts';
import { hexOf } from '../verdict/explain.ts';
import { verifyFlagNames } from '../verdict/verify-flags.ts';
import { check, configure, type Configured, type ConfigureOptions } from './configure.ts';
import type { CommandContext, CommandResult } from './result.ts';
import { predictionOf } from './run.ts';
import { table } from './table.ts';

export interface ConfigOptions extends ConfigureOptions {
  explain: boolean;
  /** Where to write the header; default: the build folder. */
  out?: string;
}

/** `espaws config`: derives the header, checks it by the tree's own rules and writes it. */
export async function configCommand(context: CommandContext, options: ConfigOptions): Promise<CommandResult> {
  const { host } = context;
  const configured = await configure(context, options);
  const path = options.out ?? join(configured.project.buildDirectory, 'mbedtls_config.h');
  const toolchain = await toolchainOrNone(context);
  await writeIfChanged(host.files, path, configured.headerText, 0o644);
  const judged = await check(context, configured, { toolchain, headerPath: path });
  if (!judged.ok) {
    throw new EspawsError(
      `mbedTLS ${configured.tree.version.text} rejects the header: ${judged.errors.join('; ')}.`,
      {
        code: 'config/rejected',
        hint: 'This is a gap in the derivation: please report it with the certificates’ kinds and the mbedTLS version.',
        details: { errors: judged.errors },
      },
    );
  }
  const { derived, needs, endpoint, tree } = configured;
  const summary = `${derived.options.length} options for mbedTLS ${tree.version.text}, accepted by its check_config.h (${judged.judge}): ${path}`;
  return {
    exitCode: EXIT.success,
    json: {
      path,
      version: tree.version.text,
      judge: judged.judge,
      endpoint: endpoint.source,
      needs,
      options: derived.options,
    },
    text: options.explain ? `${optionTable(derived)}\n\n${summary}` : summary,
  };
}

/** Every option with its reason. */
export function optionTable({ options }: OptionSet): string {
  return table(
    options.map(({ name, value, reason, because }) => [
      value === undefined || value.length > 40 ? name : `${name} ${value}`,
      reason,
      because,
    ]),
  );
}

/** `espaws config --check FILE`: what an existing header would do here, and what it lacks. */
export async function checkCommand(
  context: CommandContext,
  options: ConfigureOptions & { header: string },
): Promise<CommandResult> {
  const configured = await configure(context, { ...options, allowUntrusted: true });
  const live = options.probe === true ? configured.endpoint : undefined;
  const prediction = predictionOf(context, configured, live);
  const comparison = compareConfigs(configured.macros, configured.derived, configured.tree);
  const missing = missingMacros(
    configured.tree,
    configured.macros,
    configured.derived.options.filter(({ reason }) => reason !== 'advisable'),
    { identity: configured.identity, endpoint: configured.endpoint, now: context.host.clock.now() },
  );
  return {
    exitCode: prediction.outcome === 'pass' ? EXIT.success : EXIT.verdictFail,
    json: { header: options.header, prediction, ...comparison, missing },
    text: checkText(configured, { prediction, comparison, missing }),
  };
}

async function toolchainOrNone({ host }: CommandContext): Promise<Toolchain | undefined> {
  try {
    return await findToolchain(host.processes, host.files, host.environment);
  } catch (error) {
    if (isEspawsError(error, 'build/tool-missing')) return undefined;
    throw error;
  }
}

interface Checked {
  prediction: Prediction;
  comparison: Comparison;
  missing: readonly MissingMacro[];
}

function checkText(configured: Configured, { prediction, comparison, missing }: Checked): string {
  const parts = [predictionText(prediction)];
  if (missing.length > 0) {
    parts.push(
      'Missing, and what each alone would cause:',
      table(missing.map((one) => [one.name, shortPrediction(one.prediction), one.because])),
    );
  }
  if (comparison.different.length > 0) {
    parts.push(
      'With another value:',
      table(
        comparison.different.map(({ name, has, derived, because }) => [
          name,
          `${has}, derived ${derived}`,
          because,
        ]),
      ),
    );
  }
  if (comparison.superfluous.length > 0) {
    const known = comparison.superfluous.filter(({ costs }) => costs !== undefined);
    parts.push(
      `On, though ${configured.endpoint.host} and this identity need it not: ${comparison.superfluous.length}${known.length === 0 ? '' : ', among them'}`,
      ...(known.length === 0 ? [] : [table(known.map(({ name, costs }) => [name, costs!]))]),
    );
  }
  return parts.join('\n');
}

/** The prediction in words. */
function predictionText(prediction: Prediction): string {
  switch (prediction.outcome) {
    case 'pass':
      return `PASS  ${prediction.because}${prediction.suite === undefined ? '' : ` (${prediction.suite})`}`;
    case 'build-error':
      return [
        `FAIL  it does not build: ${prediction.message}`,
        `      cause: ${prediction.because}`,
        ...missingLine(prediction.missing),
      ].join('\n');
    case 'error': {
      const { call, code, name, verifyFlags, because, missing } = prediction;
      const flags = verifyFlagNames(verifyFlags);
      return [
        `FAIL  ${call} will return ${code} (${hexOf(code)} ${name})`,
        ...(flags.length === 0 ? [] : [`      verify flags: ${flags.join(', ')}`]),
        `      cause: ${because}`,
        ...missingLine(missing),
      ].join('\n');
    }
  }
}

function missingLine(missing: readonly string[]): string[] {
  return missing.length === 0 ? [] : [`      fix:   turn on ${missing.join(', ')}`];
}

function shortPrediction(prediction: Prediction): string {
  switch (prediction.outcome) {
    case 'pass':
      return 'nothing here';
    case 'build-error':
      return `does not build (${prediction.stage})`;
    case 'error':
      return `${prediction.code} at ${prediction.call}`;
  }
}
