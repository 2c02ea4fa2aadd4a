import type { CauseId } from './causes.ts';

/** What a status of HTTP says, 0 where there is no number; undefined for one that tells of no failure (RFC 9110). */
export function causeOfStatus(status: number): CauseId | undefined {
  if (status === 0) return 'http.status';
  if (status >= 500) return 'http.server_error';
  if (status === 404 || status === 410) return 'http.not_found';
  if (status === 401 || status === 403 || status === 407) return 'http.denied';
  if (status === 400) return 'http.bad_request';
  if (status === 405) return 'http.method';
  if (status === 429) return 'http.too_many';
  if (status >= 400) return 'http.status';
  return status > 300 && status !== 304 ? 'http.redirect' : undefined;
}
