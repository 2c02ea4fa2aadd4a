import Handlebars from 'handlebars';
import type { FileReader } from '../host.ts';
import { packageFile } from '../package-files.ts';
import { sdkProgram, type ProjectSdk } from './sdk-files.ts';

/** What `espaws init` asks for. */
export interface ProjectAnswers {
  certificate: string;
  key: string;
  ca: string;
  profile: 'aws-iot' | 'local' | 'generic';
  host: string;
  port: number;
  /** Comma-separated ALPN protocols; empty: none. */
  alpn: string;
  /** `2.28` or `3.6`. */
  mbedtls: string;
  boardPort: string;
  sdk: ProjectSdk;
  /** Folder of the checkout; empty: found by IDF_PATH, SDK_PATH or above the project. */
  sdkPath: string;
}

/** The files of a new project, path relative to its folder -> text. */
export async function renderProject(
  files: FileReader,
  answers: ProjectAnswers,
): Promise<ReadonlyMap<string, string>> {
  const render = async (template: string, values: object) =>
    Handlebars.compile(await files.readText(packageFile(`templates/project/${template}`)), {
      noEscape: true,
      strict: true,
    })(values);
  const isBench = answers.sdk === 'bench';
  return new Map([
    [
      'espaws.yaml',
      await render('espaws.yaml.hbs', { ...answers, ...quoted(answers), isBench, sdk: sdkText(answers) }),
    ],
    ['.gitignore', await render('gitignore.hbs', { buildDirectory: 'build', isBench })],
    ...(await sdkProgram(files, answers.sdk)),
  ]);
}

/** The value of `sdk`. */
function sdkText({ sdk, sdkPath }: ProjectAnswers): string {
  const [kind] = sdk.split('@');
  return sdkPath === '' ? kind! : `{ kind: ${kind!}, path: ${JSON.stringify(sdkPath)} }`;
}

/** YAML plain scalars, or quoted where a character would mean something else. */
function quoted(answers: ProjectAnswers) {
  const plain = /^[\w./@+-]+$/;
  const quote = (value: string) => (plain.test(value) ? value : JSON.stringify(value));
  const { certificate, key, ca, host } = answers;
  return { certificate: quote(certificate), key: quote(key), ca: quote(ca), host: quote(host) };
}
