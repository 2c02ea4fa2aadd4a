import type { ApplicationStep, AtPurpose, MqttRefusal, SdkRefusal, UpdateProblem } from './event-terms.ts';

/** What the head of a log line says, where it has one. */
export interface LogPrefix {
  level: LogLevel;
  /** By the device's clock, since its start; undefined where the dialect prints none. */
  timeMs: number | undefined;
  tag: string;
}

/** Error, warning, information, debug, verbose: the letters of RTOS_SDK 3.x (components/log). */
export type LogLevel = 'E' | 'W' | 'I' | 'D' | 'V';

/** What one UART line says. `line` is always the line itself without colours, for evidence. */
export type MonitorEvent = MonitorDetail & { line: string; prefix?: LogPrefix };

export type MonitorDetail =
  | BootDetail
  | BenchDetail
  | TlsDetail
  | NetworkDetail
  | MemoryDetail
  | CrashDetail
  /** Any other line in RTOS_SDK 3.x log format (components/log/log.c), or Arduino's and FreeRTOS's. */
  | { kind: 'log'; level: LogLevel; timeMs: number; tag: string; text: string }
  | { kind: 'text' };

type BootDetail =
  /** The boot ROM's banner: reset cause (1 power, 2 external, 4 hardware watchdog) and boot mode (1 UART, 3 flash). */
  | { kind: 'boot'; resetCause: number; bootMode: number }
  /** The boot ROM copies a segment of the image to RAM. */
  | { kind: 'segment'; address: number; bytes: number }
  /** The boot ROM, or the loader behind it, refused the image. */
  | { kind: 'image-refused'; reason: string }
  /** What the SDK keeps at the end of flash (RF calibration, init data) is not there. */
  | { kind: 'system-sectors'; state: 'unreadable' }
  /** The loader found no program to start, or a partition table that does not fit the chip. */
  | { kind: 'partitions-refused'; problem: 'no-application' | 'table' | 'beyond-flash' | 'smaller-flash' }
  /** The partition of settings (NVS) cannot be used. */
  | { kind: 'nvs-failed' }
  /** The external RAM does not answer. */
  | { kind: 'psram-failed' }
  /** The flash chip does not answer, or not right. */
  | { kind: 'flash-failed' }
  /** The supply fell below what the chip bears. */
  | { kind: 'brownout' }
  /** Another chip than the ESP8266, whose SDK builds mbedTLS with more. */
  | { kind: 'other-chip' }
  /** The boot ROM's serial loader waits for a host. */
  | { kind: 'loader' }
  | { kind: 'version'; of: 'sdk' | 'phy' | 'bootloader' | 'application' | 'mbedtls'; version: string }
  /** A row of the bootloader's partition table. */
  | { kind: 'partition'; label: string; type: number; subtype: number; offset: number; bytes: number }
  /** Bytes that are no text: another baud rate, most likely; `sentBaudRate` where it was recognised. */
  | { kind: 'garbage'; bytes: number; sentBaudRate?: number };

/** The bench firmware's own lines (templates/bench). */
type BenchDetail =
  | { kind: 'hello'; firmware: string; mbedtls: string }
  | { kind: 'heap'; after: string; usedBytes: number; peakBytes: number; freeBytes: number }
  | { kind: 'heap-peak'; peakBytes: number; totalBytes: number }
  | { kind: 'stack-peak'; peakBytes: number; totalBytes: number }
  | { kind: 'mqtt-connack'; code: number }
  | { kind: 'done'; passed: boolean; call: string | undefined; code: number | undefined };

type Unbuilt =
  'tls' | 'alpn' | 'curves' | 'certificate-bundle' | 'psk' | 'secure-element' | 'room-for-ca' | 'option';

type TlsDetail =
  /** A TLS call and what it returned: 0, a negative mbedTLS code, or a positive count of failed certificates. */
  | { kind: 'call'; call: string; code: number; timeMs: number | undefined }
  /** A code whose call the line does not name. */
  | { kind: 'code'; code: number }
  /** A call inside mbedTLS, as its debug output shows them. */
  | { kind: 'inner-call'; call: string; code: number }
  | { kind: 'verify-flags'; flags: number }
  /** mbedTLS's sentence for a verify flag; several where a cut sentence fits several. */
  | { kind: 'verify-reason'; flags: readonly string[] }
  /** `isInferred`: the line tells of what is answered with this alert, and shows none. */
  | {
      kind: 'alert';
      direction: 'received' | 'sent';
      level: number;
      description: number;
      isInferred?: true;
    }
  | { kind: 'handshake'; version: string; suite: string; durationMs: number }
  /** A connection is up, in a firmware that says no more. */
  | { kind: 'tls-connected'; suite: string | undefined; durationMs: number | undefined }
  /** The handshake failed, in words without a code. */
  | { kind: 'handshake-failed'; reason: string }
  /** The handshake state machine: a step began, ended, or is the next one. */
  | { kind: 'handshake-step'; phase: 'begin' | 'end' | 'next'; step: string }
  | { kind: 'negotiated'; what: 'suite' | 'version' | 'group'; value: string }
  /** Ciphersuites that the client offers. */
  | { kind: 'offered-suites'; count: number }
  | { kind: 'offered-suite'; suite: string }
  | { kind: 'record'; type: number; bytes: number }
  /** A row of bytes that mbedTLS's debug output shows from level 3 on, and that tell nothing by themselves. */
  | { kind: 'dump' }
  /** A handshake message: TLS's HandshakeType, its bytes in this record, and all its bytes. */
  | { kind: 'handshake-message'; type: number; recordBytes: number; bytes: number }
  | { kind: 'record-problem'; problem: 'too-long' | 'not-tls' | 'out-of-step' | 'fragmented' }
  /** A line about a certificate of the peer, as the device saw it. */
  | { kind: 'peer-certificate'; field: string; value: string }
  /** The server asks for a client certificate, or does not; the client has none to send. */
  | { kind: 'client-certificate'; state: 'requested' | 'not-requested' | 'none-to-send' | 'not-configured' }
  | { kind: 'no-shared-suite' }
  /** The client verifies the server, and was given nothing to verify it with. */
  | { kind: 'no-trust-anchor' }
  /** The server's certificate has another fingerprint than the program was given. */
  | { kind: 'fingerprint-mismatch' }
  /** The fingerprint that the program was given is none. */
  | { kind: 'fingerprint-malformed' }
  /** What the program asks of TLS was not built; `option`: another one, which the line names. */
  | { kind: 'not-built'; what: Unbuilt }
  /** A certificate without its key, or a key without its certificate. */
  | { kind: 'identity-incomplete' }
  /** The first line of a PEM text that the program prints, `RSA PRIVATE KEY` (RFC 7468). */
  | { kind: 'pem'; label: string }
  /** How long the text of the client's key is. */
  | { kind: 'key-size'; bytes: number }
  /** What a call gave was taken for an error, and was none. */
  | { kind: 'no-error'; result: 'positive' | 'again' }
  /** The compiler's or linker's: the program was not built. */
  | { kind: 'build-failed' }
  /** Certificate, key or CA could not be read, in words without a code. */
  | {
      kind: 'unreadable';
      what: 'certificate' | 'key' | 'ca' | 'bundle' | 'file' | 'der' | 'secure-element' | 'psk';
    }
  /** The file system that holds them cannot be mounted. */
  | { kind: 'filesystem-failed' }
  /** A file of a certificate or key gave no bytes. */
  | { kind: 'empty-file' }
  /** The device speaks without TLS at a port that has it. */
  | { kind: 'plain-to-tls' }
  /** The program has certificates, but its URL or transport is one without TLS. */
  | { kind: 'tls-not-used' }
  /** How long the client's signature took, in milliseconds. */
  | { kind: 'signed'; ms: number }
  /** The handshake ended, and its caller knows no reason. */
  | { kind: 'handshake-ended' }
  /** A call of the PSA crypto interface failed; its code is the interface's own (psa/crypto_values.h). */
  | { kind: 'psa-failed'; call: string }
  /** ESP_ERR_ESP_TLS_...: esp-tls's own codes (components/esp-tls/esp_tls_errors.h). */
  | { kind: 'esp-tls-error'; code: number };

type NetworkDetail =
  /** `isOwn`: the station went back to its first state by itself, for no reason of the access point. */
  | { kind: 'wifi-state'; from: number; to: number; isOwn?: true }
  | { kind: 'wifi-connected'; ssid: string | undefined; channel: number | undefined }
  /** Reason codes of 802.11 and of the SDK (wifi_err_reason_t in esp_wifi_types.h). */
  | { kind: 'wifi-disconnected'; reason: number; name: string }
  /** The station did not come to its network, and the line has no reason. */
  | { kind: 'wifi-failed' }
  /** What the access point asks of the station's security, or answers, it cannot do. */
  | { kind: 'wifi-security-unfit' }
  /** WPA2-Enterprise: what the station needs for its EAP method is not there. */
  | { kind: 'wifi-enterprise-failed' }
  /** The station waits for an address, or gave up waiting. */
  | { kind: 'dhcp'; state: 'started' | 'failed' }
  /** How strong the access point comes in, in dBm. */
  | { kind: 'signal'; dbm: number }
  | { kind: 'address'; ip: string | undefined; gateway: string | undefined }
  | { kind: 'dns-failed'; host: string | undefined; code: number | undefined }
  /** `scheme` where a URL was named; without a port in it that of the scheme. */
  | { kind: 'connecting'; scheme: string | undefined; host: string; port: number }
  | { kind: 'connect-failed'; host: string | undefined; why?: ConnectFailure }
  /** A connection that was up, or in a handshake, ended; `isAborted` where the device's own TCP gave it up. */
  | { kind: 'connection-lost'; isAborted?: true }
  /** What the program does with a connection that is up: an MQTT packet, an HTTP request, a download, TLS records. */
  | { kind: 'application'; what: ApplicationStep }
  /** A modem, AT firmware among them, is asked for something. */
  | { kind: 'at-start'; purpose: AtPurpose }
  /** What it answers; `not-allowed` where it does not take the command itself. */
  | { kind: 'at-result'; result: 'done' | 'connected' | 'error' | 'closed' | 'not-allowed' }
  /** A cellular modem, and whether it is in its network. */
  | { kind: 'modem'; attached: boolean }
  /** The module that makes the connections (AT firmware, a co-processor) does not answer the program. */
  | { kind: 'module-silent' }
  /** A call of the SDK did not take what the program asked of it, and why. */
  | { kind: 'sdk-refused'; why: SdkRefusal }
  /** An error that a language raises for a fault of the program, by its name. */
  | { kind: 'raised'; error: string }
  /** A line of its traceback, where the file tells what was done. */
  | { kind: 'frame'; file: string }
  /** Time ran out, and the line does not say for what. */
  | { kind: 'timed-out' }
  | { kind: 'connection-reset' }
  /** The device's clock is at its start: seconds since 1970, where the line has them. */
  | { kind: 'clock-unset'; seconds: number | undefined }
  | { kind: 'clock-set' }
  /** No answer of a time server. */
  | { kind: 'clock-sync-failed' }
  /** MQTT behind TLS: no answer to CONNECT, or a refusal. */
  | { kind: 'mqtt-refused'; why: MqttRefusal }
  /** The HTTP client's buffer holds not all of a request, or of the headers. */
  | { kind: 'http-buffer-small' }
  /** The session of a phone or controller that sets the device up (protocomm, HomeKit, Matter) failed; `isStart`: it cannot begin. */
  | { kind: 'provisioning-failed'; isStart?: true }
  /** The body of an HTTP answer is not what the program can read. */
  | { kind: 'body-unusable' }
  /** What was given as a URL is none, or has no scheme that the client knows. */
  | { kind: 'url-refused' }
  /** A mail server refuses user name or password. */
  | { kind: 'login-refused' }
  /** A service refuses the token by which it knows the device. */
  | { kind: 'token-refused' }
  /** A mail server takes no mail without a login, and had none. */
  | { kind: 'login-wanted' }
  /** The server's own log: it cannot read its certificate or key, and does not start. */
  | { kind: 'server-not-started' }
  /** A mail server does not begin TLS in the connection that is there. */
  | { kind: 'starttls-refused' }
  /** It takes no login before STARTTLS. */
  | { kind: 'starttls-wanted' }
  /** The server did not take the request for a WebSocket (RFC 6455 4). */
  | { kind: 'upgrade-refused' }
  /** The answer to an HTTP request (RFC 9110 15). */
  | { kind: 'http-status'; status: number }
  /** An update over the air, and what was wrong with it. */
  | { kind: 'update-failed'; problem: UpdateProblem };

/** `any-layer`: a library's word for a name that was not resolved, TCP that was not made, or TLS that failed. */
type ConnectFailure = 'refused' | 'timeout' | 'unreachable' | 'memory' | 'any-layer';

type MemoryDetail =
  | { kind: 'free-heap'; bytes: number; isMinimum: boolean }
  | { kind: 'allocation-failed'; bytes: number | undefined };

/** By their names in small letters: `epc1`, `excvaddr`, `a0`. */
export type RegisterValues = Readonly<Record<string, number>>;

type CrashDetail =
  /** `Fatal exception (28):` of the ROM, the SDKs and the bench; registers where they stand in the same line. */
  | { kind: 'exception'; cause: number; registers: RegisterValues }
  /** RTOS_SDK 3.x's `Guru Meditation Error`; its reason in the SDK's words. */
  | { kind: 'panic'; reason: string }
  | { kind: 'registers'; values: RegisterValues }
  | { kind: 'backtrace'; frames: readonly { pc: number; sp: number }[] }
  /** Words of the stack, from `address` on. */
  | { kind: 'stack'; address: number; words: readonly number[] }
  | { kind: 'stack-overflow'; task: string | undefined }
  | { kind: 'abort'; pc: number | undefined; because: string | undefined }
  | { kind: 'watchdog'; which: 'task' | 'software' | 'hardware' | 'interrupt' }
  /** The heap's own data are spoilt. */
  | { kind: 'heap-corrupted' }
  /** An address that another tool has already found in the source. */
  | {
      kind: 'source';
      address: number;
      /** The line names it as the program counter. */
      isCounter?: true;
      function: string;
      file: string | undefined;
      lineNumber: number | undefined;
    };

/** A rule knows the line. */
export function isTold({ kind }: MonitorEvent): boolean {
  return kind !== 'text' && kind !== 'log';
}
