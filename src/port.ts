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
  /** Executed since power-on; in lock-step, until the board last said something. */
  readonly instructions: number;
}

export interface VirtualBoards {
  /** `seed`: of the random register; the same seed and bytes give the same run. */
  openVirtual(options: {
    flash: Uint8Array;
    flashSizeBytes: number;
    seed: number;
    /** Other boards run at the same time: it gets a thread of its own. */
    besideOthers?: boolean;
    /**
     * The board stands still from each request over the serial link until its answer is in its UART, so that the host's
     * pace is nothing to it: what it does depends on flash, seed and answers alone.
     */
    lockStep?: boolean;
  }): Promise<VirtualPort>;
}
