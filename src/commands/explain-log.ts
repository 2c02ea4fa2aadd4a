import { EXIT, EspawsError } from '../errors.ts';
import type { CrashDecoder } from './crash-decoder.ts';
import { CrashCollector, type Crash } from '../crash/crash.ts';
import { crashText } from '../crash/crash-text.ts';
import type { ToldPlace } from '../crash/told-places.ts';
import type { MonitorEvent } from '../monitor/events.ts';
import { quoted } from '../monitor/line-text.ts';
import { LineSplitter } from '../monitor/lines.ts';
import { asPrinted } from '../monitor/pasted-text.ts';
import { messagesIn } from '../monitor/shared-lines.ts';
import { withoutWrapper } from '../monitor/wrapped-lines.ts';
import { TornLines } from '../monitor/torn-lines.ts';
import { diagnoseFacts, type Diagnosis } from '../verdict/diagnosis/diagnose.ts';
import { LogFacts } from '../verdict/diagnosis/log-facts.ts';
import { meaningOf } from '../verdict/diagnosis/meaning.ts';
import { codeNames } from './code-names.ts';
import { diagnosisContext } from './diagnosis-context.ts';
import { parseFlags } from './explain.ts';
import { diagnosisLines } from './monitor-end.ts';
import type { CommandContext, CommandResult } from './result.ts';

export interface ExplainLogOptions {
  project: string;
  /** The log's bytes, in any chunks. */
  input: AsyncIterable<Uint8Array>;
  /** What mbedtls_ssl_get_verify_result returned, where the log does not show it. */
  flags?: string;
  crashes: CrashDecoder;
}

type SourceEvent = Extract<MonitorEvent, { kind: 'source' }>;

/** Lines that are explained one by one; the diagnosis takes all. */
const MAX_MEANINGS = 200;
const MAX_CRASHES = 20;

/** `espaws explain` of a whole log: what its lines mean, its crashes decoded, the causes it shows. */
export async function explainLog(
  context: CommandContext,
  { project, input, flags, crashes }: ExplainLogOptions,
): Promise<CommandResult> {
  const names = await codeNames(context, project);
  const facts = new LogFacts();
  const meanings: { line: string; meaning: string }[] = [];
  const found: Crash[] = [];
  const collector = new CrashCollector();
  const keep = (crash: Crash | undefined) => {
    if (crash !== undefined && found.length < MAX_CRASHES) found.push(crash);
  };
  const lines = new TornLines();
  let lineCount = 0;
  for await (const raw of withoutWrapper(linesOf(input))) {
    lineCount += 1;
    for (const message of messagesIn(raw)) {
      const event = lines.read(message);
      facts.add(event);
      keep(collector.add(event));
      const meaning = meanings.length < MAX_MEANINGS ? meaningOf(event, names) : undefined;
      if (meaning !== undefined) meanings.push({ line: event.line, meaning });
    }
  }
  keep(collector.end());
  if (flags !== undefined) {
    facts.add({ kind: 'verify-flags', flags: parseFlags(flags), line: `verify flags ${flags}` });
  }
  if (facts.lineCount === 0) throw nothingToExplain();
  const told = facts.seen('source').map(({ event }) => placeOf(event));
  const decoded = await Promise.all(found.map((crash) => crashes.decode(crash, told)));
  const diagnosis = diagnoseFacts(facts, await diagnosisContext(context, project));
  const parts = [
    ...meanings.map(({ line, meaning }) => `${quoted(line)}\n      = ${meaning}`),
    ...decoded.map(crashText),
    diagnosisText(diagnosis),
  ];
  return {
    exitCode: EXIT.success,
    json: { lines: lineCount, meanings, crashes: decoded, ...diagnosis },
    text: parts.join('\n'),
  };
}

async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const splitter = new LineSplitter();
  for await (const bytes of input) yield* splitter.push(bytes).map(asPrinted);
  yield* splitter.end().map(asPrinted);
}

function placeOf({ address, isCounter, function: name, file, lineNumber }: SourceEvent): ToldPlace {
  return { address, isCounter: isCounter === true, line: { function: name, file, line: lineNumber } };
}

function diagnosisText(diagnosis: Diagnosis): string {
  const lines = diagnosisLines(diagnosis);
  return lines.length === 0 ? 'The log shows no error that is known.' : `\n${lines.join('\n')}`;
}

function nothingToExplain(): EspawsError {
  return new EspawsError('There is nothing to explain.', {
    code: 'usage/invalid',
    hint: 'Name codes, or give a log on standard input: espaws explain - < board.log',
  });
}
