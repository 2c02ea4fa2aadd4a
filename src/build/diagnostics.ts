/** One complaint of the compiler or linker. */
export interface Diagnostic {
  severity: 'error' | 'warning' | 'note';
  message: string;
  file?: string;
  line?: number;
  column?: number;
  /** For a linker's overflow: the memory region and the bytes that are too many. */
  overflow?: { region: string; bytes: number | undefined };
  /** For an undefined reference: its name. */
  symbol?: string;
}

/** Reads what gcc and ld say (GCC manual, «Diagnostic Message Formatting Options»; the texts of GNU ld). */
export function readDiagnostics(stderr: string): Diagnostic[] {
  const found = stderr.split('\n').flatMap((line) => {
    const diagnostic = fromCompiler(line) ?? fromLinker(line);
    return diagnostic === undefined ? [] : [diagnostic];
  });
  const seen = new Set<string>();
  return found.filter((diagnostic) => {
    const key = JSON.stringify(diagnostic);
    return !seen.has(key) && seen.add(key);
  });
}

/** What a build lacks, each with what mends it, as its errors. */
export function lackDiagnostics(parts: readonly { text: string; hint: string }[]): Diagnostic[] {
  return parts.map(({ text, hint }) => ({ severity: 'error', message: `${text}: ${hint}` }));
}

/** `file:line:column: error: message` */
export function diagnosticText({ severity, message, file, line, column }: Diagnostic): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return `${place === '' ? '' : `${place}: `}${severity}: ${message}`;
}

function fromCompiler(line: string): Diagnostic | undefined {
  const match = /^(.+?):(\d+):(?:(\d+):)? (?:fatal )?(error|warning|note): (.*)$/.exec(line);
  if (match === null) return undefined;
  const [, file, lineNumber, column, severity, message] = match;
  return {
    severity: severity as Diagnostic['severity'],
    message: message!,
    file: file!,
    line: Number(lineNumber),
    ...(column === undefined ? {} : { column: Number(column) }),
  };
}

function fromLinker(line: string): Diagnostic | undefined {
  const undefinedReference = /undefined reference to [`'‘]([^'’]+)['’]/.exec(line);
  if (undefinedReference !== null) {
    const symbol = undefinedReference[1]!;
    return { severity: 'error', message: `undefined reference to ${symbol}`, symbol };
  }
  const overflow = /region [`'‘]([\w.]+)['’] overflowed by (\d+) bytes/.exec(line);
  if (overflow !== null) {
    const [, region, bytes] = overflow;
    return {
      severity: 'error',
      message: `memory region ${region!} is too small by ${bytes!} bytes`,
      overflow: { region: region!, bytes: Number(bytes) },
    };
  }
  const plain = /(?:^|\/)(?:\S*ld|collect2|lto1|lto-wrapper)(?:\.\w+)?: (?:fatal )?error: (.*)$/.exec(line);
  if (plain !== null && !/ld returned \d+ exit status/.test(line)) {
    return { severity: 'error', message: plain[1]! };
  }
  const other = /bin\/ld: (?!.*(?:in function|warning|will not fit|dangerous relocation))(.*)$/.exec(line);
  if (other !== null) return { severity: 'error', message: other[1]! };
  return undefined;
}

export function errorsIn(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === 'error');
}
