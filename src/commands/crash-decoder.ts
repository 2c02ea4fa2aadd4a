import { dirname, join } from 'node:path';
import { ROM_ADDRESSES } from '../board/rom/addresses.ts';
import type { Crash } from '../crash/crash.ts';
import { decodeCrash, type CrashSources, type DecodedCrash } from '../crash/decode-crash.ts';
import { SourceLines } from '../crash/source-lines.ts';
import type { ToldPlace } from '../crash/told-places.ts';
import { EspawsError } from '../errors.ts';
import { readElf } from '../image/elf.ts';
import { findToolchain, toolPath } from '../sdk/toolchain.ts';
import type { CommandContext } from './result.ts';

/** Decodes a board's crashes by the ELF of its program, which is read when the first one comes. */
export class CrashDecoder {
  readonly #context: CommandContext;
  readonly #elfPath: string;
  /** The user has named the file: that it cannot be read is to be said. */
  readonly #isNamed: boolean;
  #program: Promise<CrashSources['program']> | undefined;

  /** `elf`: a file the user has named; else the project's, where it has been built. */
  constructor(context: CommandContext, { elf, project }: { elf?: string; project: string }) {
    this.#context = context;
    this.#isNamed = elf !== undefined;
    this.#elfPath = elf ?? join(project, 'build', 'firmware.elf');
  }

  /**
   * Addresses stay numbers where there is no ELF, or no toolchain to read it, and the log does not tell their place
   * either.
   */
  async decode(crash: Crash, told: readonly ToldPlace[] = []): Promise<DecodedCrash> {
    this.#program ??= this.#load();
    return decodeCrash(crash, { program: await this.#program, romAddresses: ROM_ADDRESSES }, told);
  }

  async #load(): Promise<CrashSources['program']> {
    const { host, progress } = this.#context;
    const { files, processes, environment } = host;
    try {
      const elf = readElf(await files.readBytes(this.#elfPath));
      const toolchain = await findToolchain(processes, files, environment);
      const addr2line = toolPath(toolchain, 'addr2line');
      return { elf, lines: new SourceLines({ processes, addr2line, elfPath: this.#elfPath }) };
    } catch (error) {
      if (this.#isNamed || error instanceof EspawsError) {
        progress({
          kind: 'warning',
          text: `${this.#elfPath} cannot be read, so addresses stay numbers: ${(error as Error).message}`,
          hint: `Name the program's ELF with --elf, for example: --elf ${join(dirname(this.#elfPath), 'firmware.elf')}`,
        });
      }
      return undefined;
    }
  }
}
