import type { FileReader } from '../host.ts';
import { packageFile } from '../package-files.ts';

/** What `espaws init --sdk` knows. */
export const PROJECT_SDKS = ['bench', 'rtos-sdk@1.5', 'rtos-sdk@2', 'rtos-sdk@3', 'esp-open-rtos'] as const;
export type ProjectSdk = (typeof PROJECT_SDKS)[number];

/** The TLS client of the bench, which is that of every SDK's program. */
const CLIENT = [
  ...['tls.c', 'tls.h', 'mqtt.c', 'mqtt.h', 'log.c', 'log.h', 'report.c', 'report.h'],
  ...['clock.h', 'heap.h', 'identity.h', 'net.h', 'stack.h', 'uart.h'],
];
const COMMON = ['platform.h', 'port.c', 'espaws_identity.c'];

const rtosSdk1 = {
  folder: 'rtos-sdk-1',
  sources: 'user',
  own: ['Makefile', 'user/Makefile', 'user/user_main.c'],
};
const LAYOUTS: Readonly<
  Record<Exclude<ProjectSdk, 'bench'>, { folder: string; sources: string; own: string[] }>
> = {
  'rtos-sdk@1.5': rtosSdk1,
  'rtos-sdk@2': rtosSdk1,
  'rtos-sdk@3': {
    folder: 'rtos-sdk-3',
    sources: 'main',
    own: [
      ...['Makefile', 'CMakeLists.txt', 'sdkconfig.defaults'],
      ...['main/main.c', 'main/CMakeLists.txt', 'main/component.mk'],
    ],
  },
  'esp-open-rtos': { folder: 'esp-open-rtos', sources: '.', own: ['Makefile', 'main.c'] },
};

/** The program of a new project, path -> text; none for the bench, whose program is espaws's own. */
export async function sdkProgram(files: FileReader, sdk: ProjectSdk): Promise<Map<string, string>> {
  const program = new Map<string, string>();
  if (sdk === 'bench') return program;
  const { folder, sources, own } = LAYOUTS[sdk];
  const take = async (from: string, to: string) => {
    program.set(to, await files.readText(packageFile(`templates/${from}`)));
  };
  const inSources = (name: string) => (sources === '.' ? name : `${sources}/${name}`);
  for (const name of own) await take(`sdk-projects/${folder}/${name}`, name);
  for (const name of CLIENT) await take(`bench/${name}`, inSources(name));
  for (const name of COMMON) await take(`sdk-projects/common/${name}`, inSources(name));
  await take('sdk-projects/common/wifi.yaml', 'wifi.yaml');
  return program;
}
