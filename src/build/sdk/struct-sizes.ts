import type { Processes } from '../../host.ts';
import type { Diagnostic } from '../diagnostics.ts';

/** Contexts that a program holds and the library fills: of other sizes there, memory is overrun. */
const CONTEXTS = {
  mbedtls_ssl_context: 'mbedtls/ssl.h',
  mbedtls_ssl_config: 'mbedtls/ssl.h',
  mbedtls_entropy_context: 'mbedtls/entropy.h',
  mbedtls_ctr_drbg_context: 'mbedtls/ctr_drbg.h',
  mbedtls_x509_crt: 'mbedtls/x509_crt.h',
} as const;

/** One compilation whose view of the contexts is wanted. */
export interface Side {
  /** In words: `the library`, `user/`. */
  name: string;
  flags: readonly string[];
}

/** Sizes in bytes as these flags make them, by the compiler itself; undefined where that does not compile. */
async function contextSizes(
  processes: Processes,
  { compiler, flags, signal }: { compiler: string; flags: readonly string[]; signal: AbortSignal },
): Promise<Map<string, number> | undefined> {
  const args = [...flags, '-w', '-x', 'c', '-S', '-o', '-', '-'];
  const { exitCode, stdout } = await processes.run(compiler, args, { input: PROBE, signal });
  if (exitCode !== 0) return undefined;
  const found = [...stdout.matchAll(/ESPAWS_SIZE (\w+) (\d+)/g)];
  return new Map(found.map(([, name, bytes]) => [name!, Number(bytes)]));
}

/**
 * Compares how the program's folders and the library see the contexts. A difference is an error that names the
 * context, both sizes and the folder.
 */
export async function compareContexts(
  processes: Processes,
  {
    compiler,
    library,
    program,
    signal,
  }: { compiler: string; library: Side; program: readonly Side[]; signal: AbortSignal },
): Promise<Diagnostic[]> {
  const [expected, ...seen] = await Promise.all(
    [library, ...program].map(({ flags }) => contextSizes(processes, { compiler, flags, signal })),
  );
  if (expected === undefined) return [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, { name: folder }] of program.entries()) {
    for (const [name, bytes] of seen[index] ?? []) {
      const wanted = expected.get(name);
      if (wanted === bytes) continue;
      diagnostics.push({
        severity: 'error',
        message: `${name} has ${bytes} bytes in ${folder} and ${wanted} in ${library.name}: they are compiled with different mbedTLS configurations, and memory would be overrun; let nothing in ${folder} define MBEDTLS_CONFIG_FILE or bring its own mbedtls/config.h`,
      });
    }
  }
  return diagnostics;
}

/** The sizes come out as text in the assembly: nothing is linked or run. */
const PROBE = [
  ...[...new Set(Object.values(CONTEXTS))].map((header) => `#include "${header}"`),
  'void espaws_sizes( void )',
  '{',
  ...Object.keys(CONTEXTS).map(
    (name) => `  __asm__( "# ESPAWS_SIZE ${name} %0" : : "i"( sizeof( ${name} ) ) );`,
  ),
  '}',
  '',
].join('\n');
