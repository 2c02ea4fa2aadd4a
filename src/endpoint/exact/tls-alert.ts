/** Alert descriptions that the exact server sends (RFC 5246 7.2.2). */
export const ALERTS = {
  closeNotify: 0,
  unexpectedMessage: 10,
  badRecordMac: 20,
  recordOverflow: 22,
  handshakeFailure: 40,
  badCertificate: 42,
  illegalParameter: 47,
  decodeError: 50,
  decryptError: 51,
  protocolVersion: 70,
  unrecognizedName: 112,
  noApplicationProtocol: 120,
} as const;

/** The client did what TLS does not allow, or what this server does not accept: it is told so, and the end. */
export class FatalAlert extends Error {
  readonly description: number;

  constructor(description: keyof typeof ALERTS, message: string) {
    super(message);
    this.description = ALERTS[description];
  }
}
