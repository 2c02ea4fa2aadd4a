import { ALERT, type AlertName } from '../alerts.ts';

/** The client did what TLS does not allow, or what this server does not accept: it is told so, and the end. */
export class FatalAlert extends Error {
  readonly description: number;

  constructor(name: AlertName, message: string) {
    super(message);
    this.description = ALERT[name];
  }
}
