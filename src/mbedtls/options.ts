/**
 * One `MBEDTLS_...` macro and why it is there. `required`: the handshake cannot work without it; `closure`: another
 * option requires it by the tree's own rules; `platform`: the ESP8266 has it so; `advisable`: works without, but
 * worse, and `because` says how.
 */
export interface MbedtlsOption {
  /** With its prefix: `MBEDTLS_ECP_C`. */
  name: string;
  /** Undefined: defined without a value. */
  value: string | undefined;
  because: string;
  reason: 'required' | 'closure' | 'platform' | 'advisable';
}

/** The options of one configuration, sorted by section as the header prints them. */
export interface OptionSet {
  /** Of the tree that it was resolved for: `2.28.3`. */
  version: MbedtlsVersion;
  options: readonly MbedtlsOption[];
}

/** `major * 1e6 + minor * 1e3 + patch` orders versions; `text` is what the tree says. */
export interface MbedtlsVersion {
  major: number;
  minor: number;
  patch: number;
  text: string;
}

/**
 * A configuration as the compiler sees it, whoever wrote it: every `MBEDTLS_...` macro that is defined after all
 * includes, with its replacement text (empty for a plain `#define`).
 */
export type MacroSet = ReadonlyMap<string, string>;
