import { join } from 'node:path';
import { lackDiagnostics } from '../build/diagnostics.ts';
import type { SdkBuildContext, SdkBuildRequest, SdkBuildResult } from '../build/sdk/sdk-build.ts';
import type { FileReader } from '../host.ts';
import type { MemoryUse } from '../image/size-breakdown.ts';
import type { CheckoutDescription } from '../sdk/schema.ts';
import { missingParts, type MissingPart } from '../sdk/check-sdk.ts';
import { findToolchain } from '../sdk/toolchain.ts';
import { readWifi, WIFI_FILE } from '../project/wifi.ts';
import { writeProgramSources } from '../build/generated.ts';
import type { Built } from './build.ts';
import { optionsOf, type Checkout } from './checkout.ts';
import type { Configured } from './configure.ts';
import type { CommandContext } from './result.ts';
import { bytesText, table } from './table.ts';

/** By what an SDK's description says; the others are not loaded. */
const MECHANISMS: Readonly<
  Record<
    CheckoutDescription['mechanism'],
    () => Promise<(request: SdkBuildRequest, context: SdkBuildContext) => Promise<SdkBuildResult>>
  >
> = {
  'rtos-sdk-1': async () => (await import('../build/sdk/rtos-sdk-1.ts')).buildWithRtosSdk1,
  'rtos-sdk-3': async () => (await import('../build/sdk/rtos-sdk-3.ts')).buildWithRtosSdk3,
  'esp-open-rtos': async () => (await import('../build/sdk/esp-open-rtos.ts')).buildWithEspOpenRtos,
};

/** Builds the project's program with the user's SDK, out of its tree, and tells about it. */
export async function buildCheckout(
  context: CommandContext,
  configured: Configured,
  { checkout, mechanism }: { checkout: Checkout; mechanism: CheckoutDescription['mechanism'] },
): Promise<Built> {
  const { host, progress, signal } = context;
  const { project, headerText } = configured;
  const [toolchain, buildWith] = await Promise.all([
    findToolchain(host.processes, host.files, host.environment, signal),
    MECHANISMS[mechanism](),
  ]);
  progress({ kind: 'stage-start', stage: 'compile', text: `${toolchain.identity} (${toolchain.origin})` });
  const missing = await missingParts({ ...host, signal }, checkout, toolchain);
  if (missing.length > 0) return builtOf(lacking(missing, project.buildDirectory), configured, checkout);
  const generatedDirectory = join(project.buildDirectory, 'generated');
  await writeSources(context, configured, generatedDirectory);
  const result = await buildWith(
    {
      sdk: { path: checkout.path, version: checkout.version },
      toolchain,
      projectDirectory: project.directory,
      buildDirectory: project.buildDirectory,
      configHeader: headerText,
      macros: configured.macros,
      ...(await kconfigOf(host.files, checkout)),
      generatedDirectory,
      options: optionsOf(checkout.settings),
      jobs: host.environment.processors,
    },
    { ...host, progress, signal, nowMs: () => host.clock.monotonicMs() },
  );
  signal.throwIfAborted();
  const { libraryMs, programMs } = result.timing;
  progress({
    kind: 'stage-end',
    stage: 'compile',
    text: `mbedTLS ${seconds(libraryMs)}, the program ${seconds(programMs)}`,
    durationMs: libraryMs + programMs,
  });
  return builtOf(result, configured, checkout);
}

/** Found before anything is started: what the build would come upon after minutes, in other words. */
function lacking(missing: readonly MissingPart[], buildDirectory: string): SdkBuildResult {
  return {
    ...{ ok: false, failedAt: 'check', regions: [], sizes: [], timing: { libraryMs: 0, programMs: 0 } },
    diagnostics: lackDiagnostics(missing),
    logPath: join(buildDirectory, 'sdk-build.log'),
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** What programs include that `espaws init --sdk` writes; others do not look at it. */
async function writeSources(
  { host, progress }: CommandContext,
  { project, identity, endpoint }: Configured,
  directory: string,
): Promise<void> {
  const wifi = await readWifi(host.files, project.directory);
  if (wifi?.ssid === PLACEHOLDER) {
    progress({
      kind: 'warning',
      text: `${WIFI_FILE} still names the network "${PLACEHOLDER}".`,
      hint: 'Write the name and the password of yours there; git ignores the file.',
    });
  }
  const { host: serverName, address = serverName, port } = project.endpoint;
  await writeProgramSources(host.files, directory, {
    ...{ identity, wifi },
    endpoint: { host: address, port, serverName, alpn: endpoint.alpn, mqttClientId: 'espaws' },
  });
}

/** Of templates/sdk-projects/common/wifi.yaml. */
const PLACEHOLDER = 'my-network';

/** Of SDKs whose menuconfig reaches mbedTLS. */
async function kconfigOf(files: FileReader, { path, description }: Checkout): Promise<{ kconfig?: string }> {
  if (description.mechanism !== 'rtos-sdk-3') return {};
  return { kconfig: await files.readText(join(path, description.config)) };
}

function builtOf(
  result: SdkBuildResult,
  { project, derived, givenHeader }: Configured,
  { path, version }: Checkout,
): Built {
  const { ok, failedAt, diagnostics, regions, sizes, logPath, elfPath, timing } = result;
  const configPath = join(project.buildDirectory, 'mbedtls_config.h');
  const image = {
    flashBytes: regions.reduce((sum, { data }) => sum + data.length, 0),
    iramBytes: usedOf(sizes, /iram/),
    dramBytes: usedOf(sizes, /dram/),
  };
  return {
    ok,
    ...(failedAt === undefined ? {} : { failedAt }),
    diagnostics,
    regions,
    image,
    configPath,
    timing: { library: timing.libraryMs, program: timing.programMs },
    json: {
      ok,
      failedAt,
      diagnostics,
      sdk: { path, version },
      config: { path: configPath, given: givenHeader, options: derived.options.length },
      elf: elfPath,
      log: logPath,
      image: ok ? image : null,
      memory: sizes,
      regions: regions.map(({ address, name, data }) => ({ address, path: name, bytes: data.length })),
      timing,
    },
    text: ok ? report(result) : '',
    ...(result.repeat === undefined || elfPath === undefined
      ? {}
      : { repeat: { ...result.repeat, made: [elfPath] } }),
  };
}

function usedOf(sizes: readonly MemoryUse[], name: RegExp): number {
  return sizes.find((one) => name.test(one.name))?.usedBytes ?? 0;
}

function report({ sizes, regions, logPath }: SdkBuildResult): string {
  return [
    table(
      sizes.map(({ name, usedBytes, usualBytes }) => [
        name,
        bytesText(usedBytes),
        `of ${bytesText(usualBytes)}`,
        `${((usedBytes / usualBytes) * 100).toFixed(1)} %`,
      ]),
    ),
    '',
    table(
      regions.map(({ address, name, data }) => [
        `0x${address.toString(16).padStart(5, '0')}`,
        bytesText(data.length),
        name,
      ]),
    ),
    '',
    `What the SDK's build said: ${logPath}`,
  ].join('\n');
}
