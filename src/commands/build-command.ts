import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { fileStates, freshStamp, holds, writeStamp } from '../build/build-stamp.ts';
import { EXIT } from '../errors.ts';
import { packageFile } from '../package-files.ts';
import type { Built } from './build.ts';
import type { Configured, ConfigureOptions } from './configure.ts';
import type { CommandContext, CommandResult } from './result.ts';

/** In the build folder, where espaws.yaml names none other. */
const STAMP = 'espaws-build.json';
const BUILD_FOLDER = 'build';

/**
 * `espaws build`: config, compile, image. With a user's SDK, where nothing has changed since a good build, its own build
 * is asked alone: most of espaws is then not even loaded.
 */
export async function buildCommand(
  context: CommandContext,
  options: ConfigureOptions,
): Promise<CommandResult> {
  const stampPath = join(resolve(options.project), BUILD_FOLDER, STAMP);
  const key = keyOf(context, options);
  const unchanged = options.probe === true ? undefined : await unchangedBuild(context, { stampPath, key });
  if (unchanged !== undefined) return unchanged;
  const [{ configure }, { build, failureReport }] = await Promise.all([
    import('./configure.ts'),
    import('./build.ts'),
  ]);
  const configured = await configure(context, options);
  const built = await build(context, configured);
  await stamp(context, { stampPath, key, configured, built });
  return {
    exitCode: built.ok ? EXIT.success : EXIT.build,
    json: built.json,
    text: built.ok ? built.text : failureReport(built),
  };
}

async function unchangedBuild(
  { host, progress, signal }: CommandContext,
  { stampPath, key }: { stampPath: string; key: string },
): Promise<CommandResult | undefined> {
  const nowMs = host.clock.now().getTime();
  const found = await freshStamp(host.files, stampPath, { key, nowMs });
  if (found === undefined) return undefined;
  const { command, args, env } = found.repeat;
  const { exitCode } = await host.processes.run(command, args, { env, signal, isPrivate: true });
  if (exitCode !== 0 || !(await holds(host.files, found.made))) return undefined;
  progress({ kind: 'note', text: `${command} has nothing to do` });
  const { json, text } = found.result;
  return { exitCode: EXIT.success, json, text };
}

/** Written after good builds alone; any other build takes an old one away. */
async function stamp(
  { host }: CommandContext,
  {
    stampPath,
    key,
    configured,
    built,
  }: { stampPath: string; key: string; configured: Configured; built: Built },
): Promise<void> {
  const { repeat } = built;
  if (!built.ok || repeat === undefined) {
    await host.files.remove(stampPath);
    return;
  }
  const { project, checkout } = configured;
  const inputs = [
    // Another espaws may make another thing.
    packageFile('package.json'),
    project.file,
    ...Object.values(project.identity),
    project.endpoint.facts,
    configured.givenHeader,
    built.configPath,
    join(project.directory, 'wifi.yaml'),
    // Another place would be looked at first.
    checkout?.path,
    ...repeat.watched,
  ].filter((path) => path !== undefined);
  const { command, args, env } = repeat;
  await writeStamp(host.files, stampPath, {
    ...{ format: 1, key, madeAtMs: host.clock.now().getTime(), repeat: { command, args, env } },
    files: await fileStates(host.files, inputs),
    made: await fileStates(host.files, [...repeat.made, ...built.regions.map(({ name }) => name)]),
    result: { json: built.json, text: built.text },
  });
}

function keyOf({ host }: CommandContext, options: ConfigureOptions): string {
  const { variables } = host.environment;
  const named = Object.entries(variables).filter(([name]) =>
    /^(?:PATH|IDF_PATH|SDK_PATH|ESPAWS_\w+)$/.test(name),
  );
  return createHash('sha256')
    .update(JSON.stringify([options, named.sort(), host.environment.workingDirectory]))
    .digest('hex');
}
