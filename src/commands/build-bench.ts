import { buildFirmware, type BuildResult } from '../build/build.ts';
import { loadFirmware } from '../build/firmware.ts';
import type { ImageSizes } from '../image/bench-image.ts';
import { loadBench } from '../sdk/schema.ts';
import { findToolchain } from '../sdk/toolchain.ts';
import type { Built } from './build.ts';
import type { Configured } from './configure.ts';
import type { CommandContext } from './result.ts';
import { bytesText, table } from './table.ts';

/** The bench firmware as what every build comes to. */
export async function buildBench(context: CommandContext, configured: Configured): Promise<Built> {
  const result = await compileBench(context, configured);
  const { ok, failedAt, diagnostics, image, imagePath, configPath, timing } = result;
  return {
    ok,
    ...(failedAt === undefined ? {} : { failedAt }),
    diagnostics,
    regions: image === undefined ? [] : [{ name: imagePath, address: 0, data: image.flash }],
    image: image?.sizes ?? NO_SIZES,
    configPath,
    timing: { compile: timing.compileMs, link: timing.linkMs },
    json: buildJson(result, configured),
    text: ok ? sizeReport(result) : '',
  };
}

const NO_SIZES = { flashBytes: 0, iramBytes: 0, dramBytes: 0 };

/** Compiles and links the bench firmware, and tells about it. */
export async function compileBench(context: CommandContext, configured: Configured): Promise<BuildResult> {
  const { host, progress, signal } = context;
  const { project, identity, tree, headerText } = configured;
  const sdk = await loadBench(host.files);
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
function buildJson(result: BuildResult, { givenHeader, derived }: Configured) {
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
