import type { MonitorEvent } from '../../monitor/event.ts';
import { alertText, hexOf, nameOf, type CodeNames } from '../explain.ts';
import { exceptionCause } from '../exceptions.ts';
import { flagsText } from '../verify-flags.ts';

/** What a line's numbers mean, in words: undefined where the line speaks for itself. */
export function meaningOf(event: MonitorEvent, names: CodeNames): string | undefined {
  const read = MEANINGS[event.kind] as
    ((event: MonitorEvent, names: CodeNames) => string | undefined) | undefined;
  return read?.(event, names);
}

type Meanings = {
  [Kind in MonitorEvent['kind']]?: (
    event: Extract<MonitorEvent, { kind: Kind }>,
    names: CodeNames,
  ) => string | undefined;
};

const MEANINGS: Meanings = {
  boot: ({ resetCause, bootMode }) => `${resetCauseText(resetCause)}; ${bootModeText(bootMode)}`,
  'image-refused': () =>
    'the boot ROM refuses the image in flash: there is none, it is damaged, or was written for another flash mode',
  call: ({ code }, names) => codeText(code, names),
  'inner-call': ({ code }, names) => codeText(code, names),
  code: ({ code }, names) => codeText(code, names),
  'verify-flags': ({ flags }) => flagsText(flags),
  alert: ({ description, isInferred }) => (isInferred === true ? undefined : alertText(description)),
  exception: ({ cause }) => exceptionCause(cause),
  'wifi-disconnected': ({ reason, name }) =>
    name === String(reason) ? undefined : `reason ${reason}: ${name}`,
  garbage: ({ bytes, sentBaudRate }) =>
    sentBaudRate === undefined
      ? `${bytes} odd bytes: text at another baud rate, most likely`
      : `the boot ROM's banner, which it sends at ${sentBaudRate} baud: to read it, --boot-baud ${sentBaudRate}`,
  'esp-tls-error': ({ code }) => ESP_TLS_ERRORS[code],
};

/** `rst cause` of the boot ROM, in words (ESP8266 Technical Reference, appendix «Boot»; esp8266.com/wiki «boot log»). */
function resetCauseText(cause: number): string {
  return RESET_CAUSES[cause] ?? `reset cause ${cause}`;
}

const RESET_CAUSES: Readonly<Record<number, string>> = {
  0: 'reset without a cause',
  1: 'power-on, or wake-up from deep sleep',
  2: 'external reset, or the program restarted the chip',
  3: 'software reset',
  4: 'hardware watchdog reset',
};

function bootModeText(mode: number): string {
  if (mode === 1) return 'GPIO0 is low: the serial loader waits for a host';
  if (mode === 3) return 'boot from flash';
  return mode >= 4 ? `boot mode ${mode}: from SD card, GPIO15 is high` : `boot mode ${mode}`;
}

function codeText(code: number, names: CodeNames): string | undefined {
  if (code >= 0) return undefined;
  const name = nameOf(code, names);
  return name === undefined ? undefined : `${code} (${hexOf(code)}) ${name}`;
}

/** esp_tls_errors.h of ESP8266_RTOS_SDK 3.x and ESP-IDF, as far as every version numbers them so. */
const ESP_TLS_ERRORS: Readonly<Record<number, string>> = {
  0x8001: 'the host name cannot be resolved (DNS)',
  0x8002: 'no socket can be made',
  0x8003: 'the protocol family is not supported',
  0x8004: 'there is no TCP connection to the host',
  0x8005: 'a socket option cannot be set',
  0x8006: 'the connection timed out',
};
