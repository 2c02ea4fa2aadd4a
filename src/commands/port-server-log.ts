import type { PortServerEvent } from '../port.ts';

/** One line of the log of a served port. */
export function portServerEventText(event: PortServerEvent): string {
  const { peer } = event;
  switch (event.kind) {
    case 'connected':
      return `${peer} connected`;
    case 'disconnected':
      return `${peer} left`;
    case 'refused':
      return `${peer} refused: ${event.because}`;
    case 'reset':
      return `${peer} reset the chip into ${event.to === 'loader' ? 'the loader' : 'its program'}`;
    case 'baud-rate':
      return `${peer} ${event.done ? 'set' : 'could not set'} ${event.baudRate} baud`;
  }
}
