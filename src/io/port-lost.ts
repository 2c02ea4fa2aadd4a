import { EspawsError } from '../errors.ts';

/** `port/lost`, of an open port. */
export function portLost(name: string, cause?: Error): EspawsError {
  return new EspawsError(`The port "${name}" went away.`, {
    code: 'port/lost',
    hint: 'Check the cable and the connection, then run it again.',
    cause,
  });
}
