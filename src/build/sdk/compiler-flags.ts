/** What a newer compiler than the SDK's own (gcc 4.8.2) needs, from its major version on. */
const SINCE: readonly { major: number; flags: readonly string[] }[] = [
  // Warnings that 4.8.2 did not have stop the SDK's `-Werror`.
  { major: 5, flags: ['-Wno-error'] },
  // Headers of the SDK define variables; until 10 the linker took them for one (GCC 10, «Porting to», -fno-common).
  { major: 10, flags: ['-fcommon'] },
];

/** Flags for ESP8266_RTOS_SDK 1.5 and 2.x with gcc of this version (`12.2.0`). */
export function flagsOfCompiler(version: string): string[] {
  const major = Number.parseInt(version, 10);
  return SINCE.filter((row) => major >= row.major).flatMap(({ flags }) => flags);
}
