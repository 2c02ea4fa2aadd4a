import type { Duplex } from 'node:stream';

/**
 * What espaws needs of the machine it runs on, each ability as narrow as its users need it. `src/io/` implements
 * these; a stage takes the one it uses as a parameter.
 */

export interface FileReader {
  /** Rejects with the `node:fs` error (`ENOENT`, `EACCES`, ...). */
  readBytes(path: string): Promise<Uint8Array>;
  readText(path: string): Promise<string>;
  /** Undefined where there is nothing at `path`. */
  stat(path: string): Promise<{ kind: 'file' | 'directory'; sizeBytes: number; mtimeMs: number } | undefined>;
  /** Names in a directory, sorted; empty where there is none. */
  list(directory: string): Promise<string[]>;
}

export interface FileWriter {
  /** Writes beside the target and renames over it, making parent directories: never a half-written file. */
  write(path: string, data: string | Uint8Array, options?: { mode?: number }): Promise<void>;
  /** At the end of a file, which is made where there is none. */
  append(path: string, data: string | Uint8Array): Promise<void>;
  /** With its parents; `mode` is that of directories it makes, not of those that are there. */
  makeDirectory(path: string, options?: { mode?: number }): Promise<void>;
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Sets the time of the last change to now, where there is something at `path`. */
  touch(path: string): Promise<void>;
  /** A new private directory under the system's temporary one. */
  makeTemporaryDirectory(prefix: string): Promise<string>;
}

export type Files = FileReader & FileWriter;

export interface ProcessOptions {
  cwd?: string;
  /** Added to the current environment. */
  env?: Readonly<Record<string, string>>;
  input?: string | Uint8Array;
  /** Ends the process (SIGTERM, then SIGKILL); `run` then throws the signal's reason. */
  signal?: AbortSignal;
}

export interface ProcessResult {
  /** Undefined where the process was ended by a signal. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

export interface Processes {
  /** Resolves whatever the exit code; throws `build/tool-missing` where the program cannot be started. */
  run(command: string, args: readonly string[], options?: ProcessOptions): Promise<ProcessResult>;
  /** Absolute path of a program on PATH or at an absolute path, undefined where there is none. */
  find(command: string): Promise<string | undefined>;
}

export interface Clock {
  now(): Date;
  /** Milliseconds of a monotonic clock. */
  monotonicMs(): number;
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

export interface TlsDialOptions {
  host: string;
  port: number;
  servername?: string;
  /** OpenSSL names, in order. */
  ciphers?: string;
  minVersion?: 'TLSv1.2' | 'TLSv1.3';
  maxVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** OpenSSL signature algorithm list. */
  sigalgs?: string;
  ecdhCurve?: string;
  alpnProtocols?: readonly string[];
  /** PEM */
  ca?: readonly string[];
  /** PEM */
  certificate?: string;
  key?: string;
  timeoutMs?: number;
  /**
   * How long to stay after the handshake for the alert of a TLS 1.3 server that refuses the client's certificate, or
   * its absence (RFC 8446 4.4.2.4): the client has finished by then. Default 0.
   */
  lingerMs?: number;
  signal?: AbortSignal;
}

/** What a TLS handshake showed, whether or not the chain verified. */
export interface TlsDialResult {
  /** Of OpenSSL or the system (`ECONNREFUSED`, `ERR_SSL_...`), where the handshake failed. */
  error?: { code: string; message: string };
  protocol?: string;
  /** IANA name. */
  suite?: string;
  alpn?: string;
  /** DER, as presented, leaf first. */
  chain: Uint8Array[];
  ephemeralKey?: string;
  /** The server sent a CertificateRequest. Undefined in TLS 1.3, which encrypts it. */
  clientCertificateRequested?: boolean;
  /** Both sides finished, as far as the client could see. */
  finished: boolean;
}

export interface Network {
  /** A connected TCP stream; rejects with the system's error. */
  connectTcp(host: string, port: number, signal?: AbortSignal): Promise<Duplex>;
  dialTls(options: TlsDialOptions): Promise<TlsDialResult>;
}

/** A TCP connection that came in. */
export interface IncomingConnection {
  stream: Duplex;
  /** `127.0.0.1:50412` */
  peer: string;
  /** Ends it with a TCP reset (RST), dropping what was not sent. */
  reset(): void;
}

export interface TcpListenOptions {
  /** Address to bind; port 0 takes a free one. */
  host: string;
  port: number;
  onConnection: (connection: IncomingConnection) => void;
}

export interface TcpListener {
  host: string;
  port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** How the server's end of one TLS handshake behaves. */
export interface TlsAcceptOptions {
  /** PEM: chains with their keys, one for each kind of key. */
  certificates: readonly { chain: string; key: string }[];
  /** OpenSSL names for both versions, in order of preference. */
  ciphers: string;
  /** OpenSSL signature algorithm list, in order of preference. */
  sigalgs?: string;
  ecdhCurve?: string;
  minVersion: 'TLSv1.2' | 'TLSv1.3';
  maxVersion: 'TLSv1.2' | 'TLSv1.3';
  preference: 'server' | 'client';
  /** PEM: issuers named in the CertificateRequest. Whether the client's chain verifies is the caller's question. */
  clientCa: readonly string[];
  clientCertificate: 'required' | 'requested' | 'none';
  /** Empty: the extension is ignored. */
  alpnProtocols: readonly string[];
}

export interface TlsAccepted {
  stream: Duplex;
  protocol: string;
  /** IANA name. */
  suite: string;
  alpn?: string;
  /** DER */
  clientCertificate?: Uint8Array;
}

/** The server side of the network. */
export interface Servers {
  /** Rejects with the system's error (`EADDRINUSE`, `EACCES`). */
  listenTcp(options: TcpListenOptions): Promise<TcpListener>;
  /** The server's end of a handshake over `stream`; rejects with OpenSSL's error or the connection's. */
  acceptTls(stream: Duplex, options: TlsAcceptOptions): Promise<TlsAccepted>;
  /** PEM of the root certificates that Node carries (Mozilla's list). */
  rootCertificates(): readonly string[];
}

/** A serial port, local, remote or virtual, as the monitor, the link and the flasher see it. */
export interface Port {
  /** Its URL, as `open` takes it. */
  readonly name: string;
  /** False where DTR and RTS go nowhere: a TCP stream, a pty. */
  readonly hasSignals: boolean;
  /** False where nothing tells the far end of a line its rate: a TCP stream, a pty. */
  readonly hasBaudRate?: boolean;
  write(bytes: Uint8Array): Promise<void>;
  /** Bytes as they come; ends when the port is closed or lost. */
  read(): AsyncIterable<Uint8Array>;
  /** True: line asserted (the pin is low). A line that is not named stays as it is; both change at once. */
  setSignals(signals: { dtr?: boolean; rts?: boolean }): Promise<void>;
  setBaudRate(baudRate: number): Promise<void>;
  close(): Promise<void>;
}

/** A serial port of this machine. */
export interface PortInfo {
  /** `/dev/ttyUSB0`, `COM3` */
  path: string;
  /** USB ids, four lower-case hexadecimal digits. */
  vendorId?: string;
  productId?: string;
  manufacturer?: string;
  serialNumber?: string;
  /** What boards carry under these ids, `CP2102`; absent where no ESP8266 board is known to. */
  bridge?: string;
}

export interface SerialPorts {
  list(): Promise<PortInfo[]>;
  /**
   * Opens `/dev/tty…`, `COM…`, `rfc2217://host:port` or `socket://host:port`, locked for this process. Throws
   * `port/unknown`, `port/missing`, `port/busy`, `port/permission`, `port/unreachable`.
   */
  open(url: string, options: { baudRate: number; signal?: AbortSignal }): Promise<Port>;
  /**
   * Offers `port` over RFC 2217, to one client at a time. The server is the port's only reader until it is closed; it
   * does not close the port. Throws `usage/invalid` for an address that others reach without a token or an allow-list,
   * and the system's error (`EADDRINUSE`).
   */
  serve(port: Port, options: PortServerOptions): Promise<PortServer>;
}

export interface PortServerOptions {
  /** Address to bind; port 0 takes a free one. */
  host: string;
  port: number;
  /** What a client must prove to know. */
  token?: string;
  /** Addresses and CIDR blocks that may connect; undefined: any. */
  allow?: readonly string[];
  onEvent?: (event: PortServerEvent) => void;
}

export type PortServerEvent =
  | { kind: 'connected' | 'disconnected'; peer: string }
  | { kind: 'refused'; peer: string; because: string }
  /** The lines were moved by the server, for a client that cannot do so in time. */
  | { kind: 'reset'; peer: string; to: 'loader' | 'program' }
  | { kind: 'baud-rate'; peer: string; baudRate: number; done: boolean };

export interface PortServer {
  host: string;
  port: number;
  /** Resolves when the port has ended (unplugged), or the server was closed. */
  ended: Promise<void>;
  /** Ends the client's connection and stops listening. */
  close(): Promise<void>;
}

/** What an ESP8266 says of itself. */
export interface ChipFacts {
  /** `ESP8266EX`, `ESP8285` */
  name: string;
  /** `5c:cf:7f:c8:cd:8d` */
  mac: string;
  features: readonly string[];
  crystalMhz: number;
}

/** The chip on the flash bus. */
export interface FlashFacts {
  /** JEDEC id as the bytes came, manufacturer first: `ef4016`. */
  id: string;
  /** By the id's third byte; undefined where it has no known meaning. */
  sizeBytes: number | undefined;
}

export interface ConnectOptions {
  /** `no-reset`: the chip is in its loader, or in a stub that was left running. */
  before: 'default-reset' | 'no-reset';
  /** Rates for the boot ROM's loader, which finds the rate by itself; tried in order. */
  baudRates: readonly number[];
  signal: AbortSignal;
}

/** What is written from `address` on, erased by the loader as it goes. */
export interface FlashWrite {
  address: number;
  /** A whole number of words. */
  data: Uint8Array;
  /** `data` as a zlib stream, where that is to be sent. */
  compressed?: Uint8Array;
  /** Called when the loader has taken a block, with the bytes of `data` that it stands for so far. */
  onWritten?: (bytes: number) => void;
}

/**
 * The chip's serial loader. Every call throws `flash/failed` where the loader refuses or does not answer in time,
 * `port/lost` where the port has gone, the signal's reason where it was aborted; `connect` throws `flash/no-sync`.
 */
export interface FlashLoader {
  /** Of the line now. */
  readonly baudRate: number;
  /** False: the boot ROM's own loader, which has neither MD5 nor reading, and writes uncompressed at one rate. */
  readonly isStub: boolean;
  connect(options: ConnectOptions): Promise<ChipFacts>;
  /** Uploads the stub, where none is running. */
  startStub(): Promise<void>;
  /** False where the line does not carry this rate: the chip is then to be connected to again. */
  changeBaudRate(baudRate: number): Promise<boolean>;
  flashFacts(): Promise<FlashFacts>;
  /** Tells the loader how large the flash is: it refuses what is beyond. */
  setFlashSize(sizeBytes: number): Promise<void>;
  /** Lower-case hexadecimal. */
  md5(address: number, sizeBytes: number): Promise<string>;
  /** Held to the MD5 that the stub sends behind the data. */
  read(address: number, sizeBytes: number, onRead?: (bytes: number) => void): Promise<Uint8Array>;
  /** Whole sectors. */
  eraseRegion(address: number, sizeBytes: number): Promise<void>;
  eraseChip(): Promise<void>;
  /** Resolves when everything is in flash. */
  write(write: FlashWrite): Promise<void>;
  /** Starts the program in flash; does nothing where the port has no such lines. */
  hardReset(): Promise<void>;
  /** Closes the port. */
  close(): Promise<void>;
}

/** Makes a loader of an open port, and owns the port from then on. */
export type OpenLoader = (port: Port, signal: AbortSignal) => FlashLoader;

/** The virtual board as a port: it boots the flash contents at once. */
export interface VirtualPort extends Port {
  /** Executed since power-on. */
  readonly instructions: number;
}

export interface VirtualBoards {
  /** `seed`: of the random register; the same seed and bytes give the same run. */
  openVirtual(options: { flash: Uint8Array; flashSizeBytes: number; seed: number }): VirtualPort;
}

export interface Environment {
  variables: Readonly<Record<string, string | undefined>>;
  homeDirectory: string;
  workingDirectory: string;
  /** Logical processors: how many compilers run at once. */
  processors: number;
}

/** The person at the terminal. */
export interface Prompt {
  /** False where nobody can answer: no terminal, CI. */
  readonly canAsk: boolean;
  /** One line. Rejects with the signal's reason. */
  ask(question: string, signal?: AbortSignal): Promise<string>;
}

/** Standard output, for a command that tells what happens while it runs. */
export interface Output {
  readonly isTerminal: boolean;
  readonly hasColours: boolean;
  /** Resolves when more may be written; rejects with `EPIPE` where nobody reads any more. */
  write(text: string): Promise<void>;
}

/** Keys pressed on the terminal, for a command that obeys them while it runs. */
export interface Keys {
  /** False where there is no terminal to read from, or the command is in CI. */
  readonly canRead: boolean;
  /** Each key as its character; the terminal is given back when the signal is aborted. Ctrl-C stays the signal's. */
  read(signal: AbortSignal): AsyncIterable<string>;
}

/** Everything a command may use. */
export interface Host {
  files: Files;
  processes: Processes;
  network: Network & Servers;
  boards: VirtualBoards;
  ports: SerialPorts;
  prompt: Prompt;
  clock: Clock;
  environment: Environment;
}
