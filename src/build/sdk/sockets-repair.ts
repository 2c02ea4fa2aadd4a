import { notAsExpected, type Repair } from './repair.ts';

/**
 * The macros of include/lwip/lwip/multi-threads/sockets_mt.h of ESP8266_RTOS_SDK 1.5 and 2.x that stand for calls and
 * end in a semicolon: `if( connect( ... ) == 0 )` of mbedTLS's net.c then parses with no compiler.
 */
export const socketsRepair: Repair = {
  what: 'the semicolons that its macros for socket calls end in',
  apply: dropSemicolons,
};

/** The text without them; the macros that trace each call (`os_printf` behind it) are statements and stay. */
function dropSemicolons(text: string, path: string): string {
  return text
    .split('\n')
    .map((line, index) => {
      const macro = /^(\s*#\s*define\s+\w+\([^)]*\)\s+)(.*?)(\s*)$/.exec(line);
      if (macro === null || !macro[2]!.includes(';') || macro[2]!.includes('os_printf')) return line;
      const [, head, body, end] = macro;
      const call = /^(lwip_\w+\([\w, ]*\))\s*;$/.exec(body!)?.[1];
      if (call === undefined) throw notAsExpected(path, index + 1, line, 'a macro for one call');
      return `${head}${call}${end}`;
    })
    .join('\n');
}
