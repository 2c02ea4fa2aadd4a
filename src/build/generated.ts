import { join } from 'node:path';
import Handlebars from 'handlebars';
import type { Identity, Material } from '../certificate/facts.ts';
import type { Files } from '../host.ts';
import { packageFile } from '../package-files.ts';
import { firmwareFile, type Firmware } from './firmware.ts';
import { compileCommands, type BuildPlan } from './plan.ts';

/** Where the firmware connects to, and what it says there. */
export interface FirmwareEndpoint {
  host: string;
  port: number;
  /** Verified in the server's certificate, and sent as SNI. */
  serverName: string;
  alpn: readonly string[];
  mqttClientId: string;
}

/** Writes the rendered sources into the build folder, each only where it changed; the private key as mode 0600. */
export async function writeGenerated(
  files: Files,
  firmware: Firmware,
  directory: string,
  { identity, endpoint }: { identity: Identity; endpoint: FirmwareEndpoint },
): Promise<void> {
  const values = { ...identityValues(identity), ...endpointValues(endpoint) };
  for (const { template, output, secret } of firmware.templates) {
    const source = await files.readText(firmwareFile(firmware, template));
    const text = Handlebars.compile(source, { noEscape: true, strict: true })(values);
    await writeIfChanged(files, join(directory, output), text, secret ? 0o600 : 0o644);
  }
}

/** The network that a board joins. */
export interface Wifi {
  ssid: string;
  password: string;
}

/**
 * Writes what a program of an SDK includes: its endpoint, its identity, its network. The files with the key and the
 * password as mode 0600. Without a network a program that wants one does not compile, and the compiler says why.
 */
export async function writeProgramSources(
  files: Files,
  directory: string,
  { identity, endpoint, wifi }: { identity: Identity; endpoint: FirmwareEndpoint; wifi: Wifi | undefined },
): Promise<void> {
  const render = async (template: string, values: object) =>
    Handlebars.compile(await files.readText(packageFile(template)), { noEscape: true, strict: true })(values);
  const common = 'templates/sdk-projects/common';
  const write = (name: string, text: string, mode: number) =>
    writeIfChanged(files, join(directory, name), text, mode);
  await write('endpoint.h', await render('templates/bench/endpoint.h.hbs', endpointValues(endpoint)), 0o644);
  const data = await render(`${common}/espaws_identity_data.h.hbs`, identityValues(identity));
  await write('espaws_identity_data.h', data, 0o600);
  const network =
    wifi === undefined
      ? '#error "There is no wifi.yaml beside espaws.yaml: write ssid: and password: into one"\n'
      : await render(`${common}/espaws_wifi.h.hbs`, {
          ssid: cString(wifi.ssid),
          password: cString(wifi.password),
        });
  await write('espaws_wifi.h', network, 0o600);
}

/** For editors and language servers. Returns the file's path. */
export async function writeCompileCommands(
  files: Files,
  plan: BuildPlan,
  buildDirectory: string,
): Promise<string> {
  const path = join(buildDirectory, 'compile_commands.json');
  const commands = JSON.stringify(compileCommands(plan, buildDirectory), undefined, 2);
  await writeIfChanged(files, path, `${commands}\n`, 0o644);
  return path;
}

/** Keeps the file, and so its time, where the text is the same. */
export async function writeIfChanged(files: Files, path: string, text: string, mode: number): Promise<void> {
  const present = await files.readText(path).catch(() => undefined);
  if (present !== text) await files.write(path, text, { mode });
}

function identityValues({ files: { ca, certificate, key } }: Identity) {
  return { ca: embedded(ca), certificate: embedded(certificate), key: embedded(key) };
}

/** As mbedTLS's parsers want it: a PEM with its final NUL, a DER as it is. */
function embedded({ bytes, encoding }: Material): number[] {
  return encoding === 'pem' ? [...bytes, 0] : [...bytes];
}

function endpointValues({ host, port, serverName, alpn, mqttClientId }: FirmwareEndpoint) {
  return {
    host: cString(host),
    port,
    serverName: cString(serverName),
    setHostname: 1,
    alpn: alpn.map(cString),
    alpnCount: alpn.length,
    mqttClientId: cString(mqttClientId),
  };
}

/** A C string literal; every unusual byte as an octal escape, which ends after three digits. */
export function cString(text: string): string {
  const escaped = [...Buffer.from(text, 'utf8')].map((byte) => {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
    return plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${escaped.join('')}"`;
}
