import type { Duplex } from 'node:stream';
import type { SerialPorts, VirtualBoards } from './port.ts';

/**
 * What espaws needs of the machine it runs on, each ability as narrow as its users need it. `src/io/` implements
 * these; a stage takes the one it uses as a parameter.
 */

export interface FileReader {
  /** Rejects with the `node:fs` error (`ENOENT`, `EACCES`, ...). */
  readBytes(path: string): Promise<Uint8Array>;
  /** A file that may be long, piece by piece. Rejects as `readBytes` does, at the first piece. */
  readChunks(path: string): AsyncIterable<Uint8Array>;
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
  /** What it and its children write is for this user alone (umask 077): it may hold a private key. */
  isPrivate?: boolean;
  /** Hears standard error as it comes, besides. */
  onStderr?: (text: string) => void;
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

export interface Environment {
  variables: Readonly<Record<string, string | undefined>>;
  homeDirectory: string;
  workingDirectory: string;
  /** Logical processors: how many compilers run at once. */
  processors: number;
  /** Of this machine in the network that it is in, IPv4; undefined where it is in none. */
  networkAddress?: string;
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

/** Something that one process at a time may have, of all of this machine. */
export interface Lease {
  release(): Promise<void>;
}

export interface LeaseOptions {
  /** Who has it, for those who wait. */
  holder: string;
  /** False: who comes second is told who holds it. */
  wait: boolean;
  signal: AbortSignal;
  /** It has to be waited for. */
  onWait?: (heldBy: string) => void;
}

export interface Leases {
  /** A process that ends, however it does, holds nothing any more. Throws the signal's reason. */
  take(name: string, options: LeaseOptions): Promise<Lease | { heldBy: string }>;
}

/** Everything a command may use. */
export interface Host {
  files: Files;
  processes: Processes;
  network: Network & Servers;
  boards: VirtualBoards;
  ports: SerialPorts;
  leases: Leases;
  prompt: Prompt;
  clock: Clock;
  environment: Environment;
}
