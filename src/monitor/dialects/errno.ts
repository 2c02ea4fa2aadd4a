import type { MonitorDetail } from '../event.ts';

/** Of newlib and lwIP (lwip/errno.h): the same name has two numbers. */
export const NAMED_ERRNO: Readonly<Record<string, number>> = {
  ENOMEM: 12,
  EPIPE: 32,
  ENETUNREACH: 101,
  ECONNABORTED: 103,
  ECONNRESET: 104,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EHOSTUNREACH: 118,
  ENOTCONN: 128,
};

/** What a number of errno means, of lwIP's numbering or newlib's; undefined for one that is no network's. */
export function ofErrno(number: number): MonitorDetail | undefined {
  switch (number) {
    case 11: // EAGAIN: the socket's time limit
      return { kind: 'timed-out' };
    case 12: // ENOMEM
    case 105: // ENOBUFS
      return { kind: 'allocation-failed', bytes: undefined };
    case 23: // ENFILE
    case 24: // EMFILE
      return { kind: 'connect-failed', host: undefined, why: 'memory' };
    case 104: // ECONNRESET
      return { kind: 'connection-reset' };
    case 103: // ECONNABORTED of lwIP
    case 113: // the same of newlib
      return { kind: 'connection-lost', isAborted: true };
    case 101: // ENETUNREACH
    case 114: // the same of newlib
    case 118: // EHOSTUNREACH of newlib
      return { kind: 'connect-failed', host: undefined, why: 'unreachable' };
    case 111: // ECONNREFUSED
      return { kind: 'connect-failed', host: undefined, why: 'refused' };
    case 110: // ETIMEDOUT
    case 116: // of newlib
      return { kind: 'connect-failed', host: undefined, why: 'timeout' };
    case 32: // EPIPE
    case 128: // ENOTCONN
      return { kind: 'connection-lost' };
    default:
      return undefined;
  }
}

/** The same of connect(): there a reset is a refusal, and lwIP aborts what nobody answers. */
export function ofConnectErrno(number: number): MonitorDetail | undefined {
  if (number === 113) return { kind: 'connect-failed', host: undefined, why: 'timeout' };
  return ofErrno(number === 104 ? 111 : number);
}

/** As strerror gives them (newlib). */
export function ofErrnoText(text: string): MonitorDetail | undefined {
  if (/connection reset/i.test(text)) return ofErrno(104);
  if (/refused/i.test(text)) return ofErrno(111);
  if (/timed out/i.test(text)) return ofErrno(110);
  if (/unreachable|no route/i.test(text)) return ofErrno(101);
  if (/not enough space|memory|buffer space/i.test(text)) return ofErrno(12);
  return /abort/i.test(text) ? ofErrno(103) : undefined;
}
