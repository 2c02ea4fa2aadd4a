import { join } from 'node:path';
import { EXIT, EspawsError } from '../errors.ts';
import { writeIfChanged } from '../build/generated.ts';
import type { OptionSet } from '../mbedtls/options.ts';
import { configure, type ConfigureOptions } from './configure.ts';
import { judgeHeader } from './judge-header.ts';
import type { CommandContext, CommandResult } from './result.ts';
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
  await writeIfChanged(host.files, path, configured.headerText, 0o644);
  const judged = await judgeHeader(context, configured, path);
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
