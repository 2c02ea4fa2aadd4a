import { buildFirmware, type BuildResult } from '../build/build.ts';
import { diagnosticText } from '../build/diagnostics.ts';
import { loadFirmware } from '../build/firmware.ts';
import { EXIT } from '../errors.ts';
import type { ImageSizes } from '../image/bench-image.ts';
import { findToolchain } from '../sdk/toolchain.ts';
import { configure, type Configured, type ConfigureOptions } from './configure.ts';
import type { CommandContext, CommandResult } from './result.ts';
import { bytesText, table } from './table.ts';

/** `espaws build`: config, compile, image. */
export async function buildCommand(
  context: CommandContext,
  options: ConfigureOptions,
): Promise<CommandResult> {
  const configured = await configure(context, options);
  const result = await build(context, configured);
  return {
    exitCode: result.ok ? EXIT.success : EXIT.build,
    json: buildJson(result, configured),
    text: result.ok ? sizeReport(result) : failureReport(result),
  };
}

/** Compiles and links what was configured, and tells about it. */
export async function build(context: CommandContext, configured: Configured): Promise<BuildResult> {
  const { host, progress, signal } = context;
  const { project, sdk, identity, tree, headerText } = configured;
  const toolchain = await findToolchain(host.processes, host.files, host.environment, signal);
  progress({ kind: 'stage-start', stage: 'compile', text: `${toolchain.identity} (${toolchain.origin})` });
  const result = await buildFirmware(
    {
      sdk,
      toolchain,
      identity,
      firmware: await loadFirmware(host.files, sdk.firmware),
      tree: tree.files,
      repaired: configured.repaired,
      endpoint: {
        host: project.endpoint.host,
        port: project.endpoint.port,
        serverName: project.endpoint.host,
        alpn: configured.endpoint.alpn,
        mqttClientId: 'espaws-bench',
      },
      configHeader: headerText,
      buildDirectory: project.buildDirectory,
    },
    { ...host, progress, signal, nowMs: () => host.clock.monotonicMs() },
  );
  signal.throwIfAborted();
  const { fresh, cached, compiled } = result.units;
  progress({
    kind: 'stage-end',
    stage: 'compile',
    text: `${compiled} files compiled, ${cached} from the cache, ${fresh} unchanged`,
    durationMs: result.timing.compileMs,
  });
  if (result.ok) {
    progress({
      kind: 'stage-end',
      stage: 'link',
      text: `${bytesText(result.image!.sizes.flashBytes)} of flash`,
      durationMs: result.timing.linkMs,
    });
  }
  return result;
}

/** Errors first; a red build without a reason would be a bug. */
export function failureReport({ failedAt, diagnostics }: BuildResult): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const shown = errors.slice(0, 12).map((diagnostic) => `  ${diagnosticText(diagnostic)}`);
  const rest = errors.length > 12 ? [`  and ${errors.length - 12} more`] : [];
  return [`The firmware does not ${failedAt === 'link' ? 'link' : 'compile'}:`, ...shown, ...rest].join('\n');
}

function sizeReport({ image, modules, imagePath }: BuildResult): string {
  const rows = modules
    .filter(({ part }) => part === 'mbedtls')
    .slice(0, 15)
    .map(({ module, codeBytes, dataBytes }) => [module, bytesText(codeBytes), bytesText(dataBytes)]);
  return [
    regionTable(image!.sizes),
    '',
    'Largest parts of mbedTLS (code, data):',
    table(rows),
    '',
    `Image: ${imagePath}`,
  ].join('\n');
}

/** Use of each memory region against its size. */
function regionTable({ regions }: ImageSizes): string {
  return table(
    regions.map(({ name, usedBytes, sizeBytes }) => [
      name,
      bytesText(usedBytes),
      `of ${bytesText(sizeBytes)}`,
      `${((usedBytes / sizeBytes) * 100).toFixed(1)} %`,
    ]),
  );
}

/** The build for `--json`. */
export function buildJson(result: BuildResult, { givenHeader, derived }: Configured) {
  const { ok, failedAt, diagnostics, image, modules, units, timing, elfPath, imagePath, configPath } = result;
  return {
    ok,
    failedAt,
    diagnostics,
    config: { path: configPath, given: givenHeader, options: derived.options.length },
    elf: elfPath,
    image: image === undefined ? null : { path: imagePath, ...image.sizes },
    modules,
    units,
    timing,
  };
}
