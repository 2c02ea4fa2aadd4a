import { join } from 'node:path';
import { EXIT } from '../errors.ts';
import type { CheckResult } from '../mbedtls/check.ts';
import { compareConfigs, type Comparison } from '../mbedtls/compare.ts';
import { missingMacros, type MissingMacro } from '../predict/missing.ts';
import type { Prediction } from '../predict/prediction.ts';
import { hexOf } from '../verdict/explain.ts';
import { verifyFlagNames } from '../verdict/verify-flags.ts';
import { configure, type Configured, type ConfigureOptions } from './configure.ts';
import { judgeHeader } from './judge-header.ts';
import type { CommandContext, CommandResult } from './result.ts';
import { predictionOf } from './run.ts';
import { table } from './table.ts';

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
  const judged = await judgeUnwritten(context, configured);
  context.signal.throwIfAborted();
  const { ok, judge, errors, rules } = judged;
  return {
    exitCode: ok && prediction.outcome === 'pass' ? EXIT.success : EXIT.verdictFail,
    json: {
      header: options.header,
      check: { ok, judge, errors, rules },
      prediction,
      ...comparison,
      missing,
    },
    text: checkText(configured, { judged, prediction, comparison, missing }),
  };
}

/** Judges a header that nobody asked to have written: in a folder that is gone afterwards. */
async function judgeUnwritten(context: CommandContext, configured: Configured): Promise<CheckResult> {
  const { files } = context.host;
  const folder = await files.makeTemporaryDirectory('espaws-check-');
  try {
    const headerPath = join(folder, 'mbedtls_config.h');
    await files.write(headerPath, configured.headerText);
    return await judgeHeader(context, configured, headerPath);
  } finally {
    await files.remove(folder);
  }
}

interface Checked {
  judged: CheckResult;
  prediction: Prediction;
  comparison: Comparison;
  missing: readonly MissingMacro[];
}

function checkText(configured: Configured, { judged, prediction, comparison, missing }: Checked): string {
  const parts = [predictionText(prediction), ...rejectionText(judged)];
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
        comparison.different.map(({ name, has, derived, because, suffices }) => [
          name,
          `${has}, derived ${derived}${suffices ? '' : ': does not suffice'}`,
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

/** What the tree's own check_config.h, or the preprocessor, has against the header; empty where it accepts it. */
function rejectionText({ ok, judge, errors, rules }: CheckResult): string[] {
  if (ok) return [];
  const others = errors.filter((text) => !rules.some(({ message }) => message === text));
  return [
    `Refused by the ${judge === 'compiler' ? 'preprocessor' : 'rules of check_config.h'}:`,
    table([
      ...rules.map(({ message, about, missing }) => [message, ruleFix(about, missing)]),
      ...others.map((text) => [text, '']),
    ]),
  ];
}

function ruleFix(about: string | undefined, missing: readonly string[]): string {
  if (missing.length > 0) return `turn on ${missing.join(', ')}`;
  return about === undefined ? 'its options exclude each other' : `turn off ${about}`;
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
