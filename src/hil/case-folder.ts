import { createHash } from 'node:crypto';
import type { FlashRegion } from '../image/flash-region.ts';
import type { FileWriter } from '../host.ts';
import type { CaseReport } from '../report/report.ts';
import type { VerdictDocument } from '../verdict/document.ts';

/** What is kept of one attempt, beside the report. */
export interface AttemptRecords {
  /** Bytes as they came. */
  raw: readonly Uint8Array[];
  /** Lines with the time since the attempt began, in milliseconds, and what their numbers mean. */
  log: CaseReport['log'];
  /** Of the stand-in. */
  serverLog: readonly string[];
  verdict: VerdictDocument | undefined;
  /** Text of the header that the firmware was built with. */
  configHeader: string | undefined;
  regions: readonly FlashRegion[];
  /** Takes secrets out of texts. */
  redact: (text: string) => string;
}

/** Writes them into `folder`, and says where they are below `base`. */
export async function writeAttempt(
  files: FileWriter,
  { base, folder }: { base: string; folder: string },
  records: AttemptRecords,
): Promise<CaseReport['artefacts']> {
  const { raw, log, serverLog, verdict, configHeader, regions, redact } = records;
  const texts: [name: string, file: string, text: string | undefined][] = [
    ['raw log', 'raw.log', raw.length === 0 ? undefined : Buffer.concat(raw).toString('latin1')],
    ['decoded log', 'decoded.log', log.length === 0 ? undefined : decoded(log)],
    ['server log', 'server.log', serverLog.length === 0 ? undefined : `${serverLog.join('\n')}\n`],
    ['verdict', 'verdict.json', verdict === undefined ? undefined : json(verdict)],
    ['mbedTLS configuration', 'mbedtls_config.h', configHeader],
    ['images', 'images.json', regions.length === 0 ? undefined : json(regions.map(imageOf))],
  ];
  const artefacts: CaseReport['artefacts'] = [];
  for (const [name, file, text] of texts) {
    if (text === undefined) continue;
    const path = `${folder}/${file}`;
    // Bytes that are no text must come out as they went in.
    await files.write(`${base}/${path}`, Buffer.from(redact(text), file === 'raw.log' ? 'latin1' : 'utf8'));
    artefacts.push({ name, path });
  }
  return artefacts;
}

/** A folder's name for each case, the same in every run: readable, and unique by its end. */
export function caseFolder(name: string): string {
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return `cases/${readable}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

function decoded(log: CaseReport['log']): string {
  const rows = log.map(({ timeMs, text, means }) => {
    const time = (timeMs / 1000).toFixed(3).padStart(9);
    return `${time}  ${text}${means === undefined ? '' : `   <- ${means}`}`;
  });
  return `${rows.join('\n')}\n`;
}

function imageOf({ name, address, data }: FlashRegion) {
  const sha256 = createHash('sha256').update(data).digest('hex');
  return {
    address: `0x${address.toString(16)}`,
    bytes: data.length,
    sha256,
    file: name.split(/[\\/]/).at(-1),
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
