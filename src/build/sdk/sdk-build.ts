import type { Environment, Files, Processes } from '../../host.ts';
import type { FlashParameters } from '../../image/flash-parameters.ts';
import type { FlashRegion } from '../../image/flash-region.ts';
import type { MacroSet } from '../../mbedtls/options.ts';
import type { MemoryUse } from '../../image/size-breakdown.ts';
import type { Progress } from '../../progress.ts';
import type { Toolchain } from '../../sdk/toolchain.ts';
import type { Diagnostic } from '../diagnostics.ts';

/** A build of a user's program with an SDK. Paths are absolute. */
export interface SdkBuildRequest {
  /** The checkout, which nothing is ever written into. */
  sdk: { path: string; version: string };
  toolchain: Toolchain;
  /** The user's program: what the SDK's own build is started in. */
  projectDirectory: string;
  buildDirectory: string;
  /** Text of the mbedTLS configuration that library and program are compiled with. */
  configHeader: string;
  /** The same as what it defines. */
  macros: MacroSet;
  /** Text of the header by which the SDK's own menuconfig sets options of mbedTLS, where it has one. */
  kconfig?: string;
  /** Folder of headers that the program includes: its endpoint, identity and network. */
  generatedDirectory?: string;
  options: SdkBuildOptions;
  /** How many compilers run at once. */
  jobs: number;
}

/** What `gen_misc.sh` of 1.x and 2.x asks, and what the others take of make. */
export interface SdkBuildOptions {
  /** `none`: the boot ROM starts the program. Default. */
  boot?: 'none' | 'new';
  /** Which of the two places, with a boot loader. Default 1. */
  app?: 1 | 2;
  /** Default 40m. */
  speed?: FlashParameters['frequency'];
  /** Default qio. */
  mode?: FlashParameters['mode'];
  /** SPI_SIZE_MAP. Default 4: 4 MB, two applications of 512 KB. */
  map?: 0 | 2 | 3 | 4 | 5 | 6 | 8 | 9;
  /** Of 3.x. Default make. */
  system?: 'make' | 'cmake';
  /** Of esp-open-rtos. Default 2MB. */
  flashSize?: '512KB' | '1MB' | '2MB' | '4MB';
}

export interface SdkBuildContext {
  files: Files;
  processes: Processes;
  environment: Environment;
  progress: Progress;
  signal: AbortSignal;
  nowMs: () => number;
}

export interface SdkBuildResult {
  ok: boolean;
  /** `check`: what would not build, found before anything was started. */
  failedAt?: 'check' | 'compile' | 'link';
  diagnostics: Diagnostic[];
  /** All that the SDK's own build said. */
  logPath: string;
  regions: FlashRegion[];
  compileCommandsPath?: string;
  elfPath?: string;
  sizes: MemoryUse[];
  timing: { libraryMs: number; programMs: number };
  /** How the SDK's own build is asked whether anything is to be made; undefined: all is looked at each time. */
  repeat?: RepeatedBuild;
}

/** What makes the program again where it is not up to date, and nothing where it is. */
export interface RepeatedBuild {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Files that it does not look at and that the program depends on. */
  watched: readonly string[];
}
