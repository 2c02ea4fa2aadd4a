import type { MacroSet } from '../../mbedtls/options.ts';

/** How an SDK's menuconfig reaches its mbedTLS, as its own `esp_config.h` has it. */
export interface Kconfig {
  /** Macros that are on where a symbol is `y`. */
  switches: ReadonlyMap<string, string>;
  /** Macros whose value is that of a symbol. */
  values: ReadonlyMap<string, string>;
}

/**
 * Reads `port/include/mbedtls/esp_config.h` of ESP8266_RTOS_SDK 3.x: `#ifdef CONFIG_X`, `#define MBEDTLS_Y`, and
 * `#define MBEDTLS_Z CONFIG_W`. What it says is the SDK's own mapping, whatever its release.
 */
export function readKconfig(espConfig: string): Kconfig {
  const switches = new Map<string, string>();
  const values = new Map<string, string>();
  /** The symbol of each open conditional; undefined for other conditions and for what is behind `#else`. */
  const open: (string | undefined)[] = [];
  for (const line of espConfig.split('\n')) {
    const condition = /^\s*#\s*if(?:def\s+|\s+defined\s*\(?\s*)(CONFIG_\w+)\s*\)?\s*$/.exec(line)?.[1];
    if (/^\s*#\s*if/.test(line)) open.push(condition);
    else if (/^\s*#\s*el/.test(line)) open[open.length - 1] = undefined;
    else if (/^\s*#\s*endif/.test(line)) open.pop();
    const [, macro, value] = /^\s*#\s*define\s+(MBEDTLS_\w+)(?:\s+(\w+))?/.exec(line) ?? [];
    if (macro === undefined) continue;
    const symbol = open.at(-1);
    if (value?.startsWith('CONFIG_') === true) values.set(macro, value);
    else if (symbol !== undefined && open.length - guards(open) === 1) switches.set(macro, symbol);
  }
  return { switches, values };
}

/** Of the include guard around all. */
function guards(open: readonly (string | undefined)[]): number {
  return open[0] === undefined ? 1 : 0;
}

/** What a configuration comes to in an SDK that has Kconfig. */
export interface KconfigPlan {
  /** Text for sdkconfig.defaults. */
  defaults: string;
  /** Text for MBEDTLS_USER_CONFIG_FILE. */
  userHeader: string;
}

/** Choices of mbedTLS's Kconfig: of their symbols one is `y`, and the others are said not to be. */
const TLS_MODES = {
  client: 'CONFIG_MBEDTLS_TLS_CLIENT_ONLY',
  both: 'CONFIG_MBEDTLS_TLS_SERVER_AND_CLIENT',
} as const;
/** Set by `TLS_MODES`, and by no prompt. */
const WITHOUT_PROMPT: ReadonlySet<string> = new Set([
  'CONFIG_MBEDTLS_TLS_SERVER',
  'CONFIG_MBEDTLS_TLS_CLIENT',
  'CONFIG_MBEDTLS_TLS_ENABLED',
]);

/** On in `esp_config.h` by no symbol, and used by nothing of the SDK where TLS is a client's: only flash. */
const REMOVABLE = [
  'MBEDTLS_SELF_TEST',
  'MBEDTLS_CERTS_C',
  'MBEDTLS_VERSION_FEATURES',
  'MBEDTLS_SSL_TRUNCATED_HMAC',
  'MBEDTLS_SSL_FALLBACK_SCSV',
  'MBEDTLS_SSL_EXPORT_KEYS',
] as const;

/**
 * `macros` as far as Kconfig goes, and the rest as a header. The header has no include guard and undefines before it
 * defines: it is included twice, behind `config.h` and behind `esp_config.h`, and the last word is to be its.
 */
export function planKconfig(kconfig: Kconfig, macros: MacroSet): KconfigPlan {
  const lines = new Map<string, string>();
  const set = (symbol: string, isOn: boolean) => {
    if (WITHOUT_PROMPT.has(symbol)) return;
    // A symbol with several macros is on where one of them is wanted.
    if (isOn || !lines.has(symbol)) lines.set(symbol, isOn ? `${symbol}=y` : `# ${symbol} is not set`);
  };
  for (const [macro, symbol] of kconfig.switches) set(symbol, macros.has(macro));
  for (const [macro, symbol] of kconfig.values) {
    const value = macros.get(macro);
    if (value !== undefined && value !== '') lines.set(symbol, `${symbol}=${value}`);
  }
  const isServer = macros.has('MBEDTLS_SSL_SRV_C');
  set(TLS_MODES.client, !isServer);
  set(TLS_MODES.both, isServer);
  const rest = [...macros].filter(([macro]) => macro.startsWith('MBEDTLS_') && !isKconfig(kconfig, macro));
  const removed = REMOVABLE.filter((macro) => !macros.has(macro));
  return {
    defaults: `${[...lines.values()].join('\n')}\n`,
    userHeader: [
      '/* Included twice, on purpose without an include guard: behind config.h, and behind the SDK’s esp_config.h. */',
      ...removed.map((macro) => `#undef ${macro}`),
      ...rest.flatMap(([macro, value]) => [`#undef ${macro}`, `#define ${macro} ${value}`.trimEnd()]),
      '',
    ].join('\n'),
  };
}

function isKconfig({ switches, values }: Kconfig, macro: string): boolean {
  return switches.has(macro) || values.has(macro);
}
