import type { X509Certificate } from 'node:crypto';
import { parseClientHello, type ClientHello } from '../client-hello.ts';
import { CONTENT, MESSAGE } from '../tls-numbers.ts';
import { TlsReader } from '../tls-reader.ts';
import { checkCertificateVerify, clientLeaf } from './client-certificate.ts';
import { decryptPremaster, ephemeralKey, type EphemeralKey } from './key-exchange.ts';
import { keyBlock, masterSecret, verifyData, type DirectionKeys, type Randoms } from './key-schedule.ts';
import { negotiate, type Negotiated, type ServedTls } from './negotiate.ts';
import { RecordReader, RecordWriter, type TlsRecord } from './record-layer.ts';
import { seededBytes } from './seeded.ts';
import * as messages from './server-messages.ts';
import { ALERT } from '../alerts.ts';
import { FatalAlert } from './fatal-alert.ts';

export interface Tls12ServerOptions extends ServedTls {
  clientCertificate: 'required' | 'requested' | 'none';
  /** Named in the CertificateRequest; DER. Whether the client's chain verifies is the caller's question. */
  issuers: readonly Uint8Array[];
  /** Of everything that would be random: equal ones, and equal bytes of the client, give equal bytes. */
  label: string;
}

/** What the server tells whoever has the connection, while it takes bytes. */
export interface Tls12Events {
  clientHello(hello: ClientHello): void;
  established(session: {
    suite: string;
    alpn: string | undefined;
    client: X509Certificate | undefined;
  }): void;
  data(bytes: Buffer): void;
  /** The handshake came to nothing. `alert`: the one that the client sent. */
  failed(reason: { message: string; alert: number | undefined }): void;
}

type Step =
  | 'client-hello'
  | 'certificate'
  | 'client-key-exchange'
  | 'certificate-verify'
  | 'change-cipher-spec'
  | 'finished'
  | 'open'
  | 'closed';

interface Secrets {
  master: Buffer;
  keys: { client: DirectionKeys; server: DirectionKeys };
}

/**
 * The server's end of one TLS 1.2 connection (RFC 5246), without resumption and renegotiation, as bytes in and bytes
 * out: what it sends depends on its options and on what it has received, and on nothing else. Everything that the client
 * must prove is verified: its CertificateVerify, its Finished, every record.
 */
export class Tls12Server {
  readonly #options: Tls12ServerOptions;
  readonly #events: Tls12Events;
  readonly #reader = new RecordReader();
  readonly #writer: RecordWriter;
  readonly #randoms: Randoms;
  #out: Buffer[] = [];
  #step: Step = 'client-hello';
  /** Handshake messages so far, with their headers. */
  #transcript: Buffer[] = [];
  #handshake = Buffer.alloc(0);
  #negotiated: Negotiated | undefined;
  #ephemeral: EphemeralKey | undefined;
  #client: X509Certificate | undefined;
  #premaster: Buffer | undefined;
  #secrets: Secrets | undefined;

  constructor(options: Tls12ServerOptions, events: Tls12Events) {
    this.#options = options;
    this.#events = events;
    this.#writer = new RecordWriter(options.label);
    this.#randoms = { client: Buffer.alloc(0), server: seededBytes(`${options.label} random`, 32) };
  }

  /** Nothing more is sent or taken. */
  get isClosed(): boolean {
    return this.#step === 'closed';
  }

  /** Takes bytes of the client; returns what is to be sent, in one piece. */
  receive(bytes: Uint8Array): Buffer {
    if (this.isClosed) return Buffer.alloc(0);
    try {
      for (const record of this.#reader.push(bytes)) {
        this.#take(record);
        if (this.#step === 'closed') break;
      }
    } catch (error) {
      if (!(error instanceof FatalAlert)) throw error;
      const wasOpen = this.#step === 'open';
      this.#alert(2, error.description);
      if (!wasOpen) this.#events.failed({ message: error.message, alert: undefined });
    }
    return this.#taken();
  }

  /** Encrypts application data; nothing where the connection is not open. */
  send(data: Uint8Array): void {
    if (this.#step === 'open') this.#out.push(this.#writer.write(CONTENT.applicationData, data));
  }

  /** Ends the connection by close_notify. */
  close(): void {
    if (!this.isClosed) this.#alert(1, ALERT.close_notify);
  }

  #taken(): Buffer {
    const out = Buffer.concat(this.#out);
    this.#out = [];
    return out;
  }

  #alert(level: 1 | 2, description: number): void {
    this.#out.push(this.#writer.write(CONTENT.alert, Buffer.of(level, description)));
    this.#step = 'closed';
  }

  #take({ type, content }: TlsRecord): void {
    if (type === CONTENT.alert) this.#takeAlert(content);
    else if (type === CONTENT.handshake) this.#takeHandshake(content);
    else if (type === CONTENT.changeCipherSpec && this.#step === 'change-cipher-spec')
      this.#changeCipherSpec();
    else if (type === CONTENT.applicationData && this.#step === 'open') this.#events.data(content);
    else throw new FatalAlert('unexpected_message', `a record of type ${type} before its time`);
  }

  #takeAlert([level, description]: Uint8Array): void {
    const wasOpen = this.#step === 'open';
    if (description === ALERT.close_notify) {
      this.close();
      return;
    }
    if (level !== 2) return;
    this.#step = 'closed';
    if (!wasOpen) this.#events.failed({ message: 'the client refused', alert: description });
  }

  #takeHandshake(content: Uint8Array): void {
    this.#handshake = Buffer.concat([this.#handshake, content]);
    while (this.#handshake.length >= 4) {
      const length = this.#handshake.readUIntBE(1, 3);
      if (this.#handshake.length < 4 + length) return;
      const message = this.#handshake.subarray(0, 4 + length);
      this.#handshake = this.#handshake.subarray(4 + length);
      this.#takeMessage(message[0]!, message.subarray(4));
      this.#transcript.push(message);
      if (this.#step === 'certificate' && this.#options.clientCertificate === 'none')
        this.#step = 'client-key-exchange';
      this.#answer(message[0]!);
    }
  }

  /** What the message is by the step that is due; it joins the transcript behind that. */
  #takeMessage(type: number, body: Uint8Array): void {
    const due = DUE[this.#step];
    if (type !== due) throw new FatalAlert('unexpected_message', `handshake message ${type} before its time`);
    switch (type) {
      case MESSAGE.clientHello:
        this.#takeClientHello(body);
        return;
      case MESSAGE.certificate:
        this.#client = clientLeaf(body);
        if (this.#client === undefined && this.#options.clientCertificate === 'required')
          throw new FatalAlert('handshake_failure', 'peer did not return a certificate');
        this.#step = 'client-key-exchange';
        return;
      case MESSAGE.clientKeyExchange:
        this.#takeKeyExchange(body);
        return;
      case MESSAGE.certificateVerify:
        checkCertificateVerify(body, this.#client!, this.#messages());
        this.#step = 'change-cipher-spec';
        return;
      default:
        this.#takeFinished(body);
    }
  }

  #answer(type: number): void {
    if (type === MESSAGE.clientHello) this.#sendFirstFlight();
    // Its transcript includes the ClientKeyExchange (RFC 7627 3).
    if (type === MESSAGE.clientKeyExchange) this.#makeKeys();
    if (type === MESSAGE.finished) this.#sendFinished();
  }

  #takeClientHello(body: Uint8Array): void {
    const client = parseClientHello(body);
    if (client === undefined) throw new FatalAlert('decode_error', 'ClientHello is cut off');
    this.#events.clientHello(client.hello);
    this.#randoms.client = client.random;
    this.#negotiated = negotiate(this.#options, client);
    this.#step = 'certificate';
  }

  #sendFirstFlight(): void {
    const { chain, group, scheme } = this.#negotiated!;
    const { label, clientCertificate, issuers } = this.#options;
    const sessionId = seededBytes(`${label} session`, 32);
    this.#say(messages.serverHello(this.#negotiated!, { random: this.#randoms.server, sessionId }));
    this.#say(messages.certificate(chain.chain));
    if (group !== undefined && scheme !== undefined) {
      this.#ephemeral = ephemeralKey(group, label);
      const parts = { group, scheme, key: chain.key, randoms: this.#randoms };
      this.#say(messages.serverKeyExchange(this.#ephemeral, parts));
    }
    if (clientCertificate !== 'none') this.#say(messages.certificateRequest(issuers));
    this.#say(messages.serverHelloDone());
  }

  #takeKeyExchange(body: Uint8Array): void {
    const reader = new TlsReader(body);
    const exchanged = this.#ephemeral === undefined ? reader.vector16() : reader.vector8();
    if (reader.failed) throw new FatalAlert('decode_error', 'ClientKeyExchange is cut off');
    this.#premaster =
      this.#ephemeral?.premaster(exchanged) ?? decryptPremaster(exchanged, this.#negotiated!.chain.key);
    this.#step = this.#client === undefined ? 'change-cipher-spec' : 'certificate-verify';
  }

  #makeKeys(): void {
    const { facts, extendedMasterSecret } = this.#negotiated!;
    const transcript = extendedMasterSecret ? this.#messages() : undefined;
    const master = masterSecret(facts.prfHash, this.#premaster!, { randoms: this.#randoms, transcript });
    this.#secrets = { master, keys: keyBlock(facts, master, this.#randoms) };
  }

  #changeCipherSpec(): void {
    const { facts: suite, encryptThenMac } = this.#negotiated!;
    this.#reader.protect({ suite, keys: this.#secrets!.keys.client, encryptThenMac });
    this.#step = 'finished';
  }

  #takeFinished(body: Uint8Array): void {
    const { prfHash } = this.#negotiated!.facts;
    const wanted = verifyData(prfHash, this.#secrets!.master, {
      from: 'client',
      transcript: this.#messages(),
    });
    if (!wanted.equals(body)) throw new FatalAlert('decrypt_error', 'Finished is not of this handshake');
  }

  #sendFinished(): void {
    const { suite, facts, alpn, encryptThenMac } = this.#negotiated!;
    const { master, keys } = this.#secrets!;
    this.#out.push(this.#writer.write(CONTENT.changeCipherSpec, Buffer.of(1)));
    this.#writer.protect({ suite: facts, keys: keys.server, encryptThenMac });
    const transcript = this.#messages();
    this.#say(messages.finished(verifyData(facts.prfHash, master, { from: 'server', transcript })));
    this.#step = 'open';
    this.#events.established({ suite: suite.name, alpn, client: this.#client });
  }

  #messages(): Buffer {
    return Buffer.concat(this.#transcript);
  }

  #say(message: Buffer): void {
    this.#transcript.push(message);
    this.#out.push(this.#writer.write(CONTENT.handshake, message));
  }
}

/** The message that is due at each step, by its type. */
const DUE: Readonly<Partial<Record<Step, number>>> = {
  'client-hello': MESSAGE.clientHello,
  certificate: MESSAGE.certificate,
  'client-key-exchange': MESSAGE.clientKeyExchange,
  'certificate-verify': MESSAGE.certificateVerify,
  finished: MESSAGE.finished,
};
