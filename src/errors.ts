/** Exit codes of the `espaws` command: the contract with scripts and CI. */
export const EXIT = {
  success: 0,
  bug: 1,
  usage: 2,
  project: 3,
  build: 4,
  port: 5,
  verdictFail: 6,
  verdictTimeout: 7,
  interrupted: 130,
} as const;

/**
 * Every error that espaws can throw: its exit code and what it means. Codes are stable and never reused, so
 * that a pasted message can be looked up.
 */
export const ERRORS = {
  'usage/invalid': { exitCode: EXIT.usage, summary: 'The command line is not valid.' },
  'project/missing': { exitCode: EXIT.project, summary: 'There is no espaws.yaml.' },
  'project/invalid': { exitCode: EXIT.project, summary: 'espaws.yaml is not valid.' },
  'project/exists': { exitCode: EXIT.project, summary: 'A file that would be written is already there.' },
  'plan/missing': { exitCode: EXIT.project, summary: 'There is no such test plan.' },
  'plan/invalid': { exitCode: EXIT.project, summary: 'A test plan, or its baseline, is not valid.' },
  'plan/variable': { exitCode: EXIT.project, summary: 'An environment variable of a test plan is not set.' },
  'certificate/missing': { exitCode: EXIT.project, summary: 'A certificate or key file is missing.' },
  'certificate/unparsable': { exitCode: EXIT.project, summary: 'A certificate or key cannot be parsed.' },
  'certificate/encrypted-key': { exitCode: EXIT.project, summary: 'The private key is encrypted.' },
  'certificate/unsupported-key': { exitCode: EXIT.project, summary: 'mbedTLS cannot use this kind of key.' },
  'certificate/key-mismatch': {
    exitCode: EXIT.project,
    summary: 'The key does not belong to the certificate.',
  },
  'certificate/chain': { exitCode: EXIT.project, summary: 'The certificate chain does not verify.' },
  'certificate/ca-missing': { exitCode: EXIT.project, summary: 'There is no CA certificate.' },
  'certificate/not-a-ca': { exitCode: EXIT.project, summary: 'A certificate given as a CA is not one.' },
  'certificate/key-usage': {
    exitCode: EXIT.project,
    summary: 'A certificate may not be used for what it is given for.',
  },
  'certificate/expired': { exitCode: EXIT.project, summary: 'A certificate has expired.' },
  'certificate/not-yet-valid': { exitCode: EXIT.project, summary: 'A certificate is not valid yet.' },
  'endpoint/unknown-profile': { exitCode: EXIT.project, summary: 'There is no such endpoint profile.' },
  'endpoint/unreachable': { exitCode: EXIT.project, summary: 'The endpoint cannot be reached.' },
  'endpoint/not-tls': { exitCode: EXIT.project, summary: 'The endpoint does not speak TLS.' },
  'endpoint/serve': { exitCode: EXIT.project, summary: 'The stand-in cannot serve.' },
  'needs/unsupported': {
    exitCode: EXIT.project,
    summary: 'The identity or endpoint asks for something mbedTLS cannot do.',
  },
  'config/unsatisfiable': { exitCode: EXIT.project, summary: 'No set of options satisfies the needs.' },
  'config/tree-missing': { exitCode: EXIT.project, summary: 'There is no mbedTLS source tree.' },
  'config/tree-invalid': { exitCode: EXIT.project, summary: 'The mbedTLS source tree is not usable.' },
  'config/header-invalid': { exitCode: EXIT.project, summary: 'The config header cannot be read.' },
  'config/rejected': {
    exitCode: EXIT.project,
    summary: "The tree's own check_config.h rejects the configuration.",
  },
  'sdk/unknown': { exitCode: EXIT.project, summary: 'There is no such SDK.' },
  'sdk/fetch-failed': { exitCode: EXIT.project, summary: 'An SDK could not be got through git.' },
  'sdk/invalid': { exitCode: EXIT.project, summary: 'An SDK description is not valid.' },
  'build/tool-missing': { exitCode: EXIT.build, summary: 'The toolchain, or a tool of it, is missing.' },
  'build/tool-failed': {
    exitCode: EXIT.build,
    summary: 'A tool ended in a way that is not a compiler error.',
  },
  'build/failed': { exitCode: EXIT.build, summary: 'The firmware does not compile or link.' },
  'build/region-overflow': { exitCode: EXIT.build, summary: 'The firmware does not fit a memory region.' },
  'image/invalid': { exitCode: EXIT.build, summary: 'The firmware image is not valid.' },
  'port/unknown': { exitCode: EXIT.port, summary: 'There is no such port.' },
  'port/missing': { exitCode: EXIT.port, summary: 'The serial port is not there.' },
  'port/busy': { exitCode: EXIT.port, summary: 'Another program holds the serial port.' },
  'port/permission': { exitCode: EXIT.port, summary: 'This user may not open the serial port.' },
  'port/unreachable': { exitCode: EXIT.port, summary: 'The remote serial port cannot be reached.' },
  'port/ambiguous': { exitCode: EXIT.port, summary: 'No board was found, or several.' },
  'port/baud-rate': { exitCode: EXIT.port, summary: 'The port cannot do this baud rate.' },
  'flash/no-sync': { exitCode: EXIT.port, summary: "The chip's serial loader does not answer." },
  'flash/lost': { exitCode: EXIT.port, summary: 'The port went away while the flash was written.' },
  'flash/verify': { exitCode: EXIT.port, summary: 'The flash does not hold what was written.' },
  'flash/failed': { exitCode: EXIT.port, summary: 'The loader refused a command.' },
  'flash/layout': { exitCode: EXIT.port, summary: 'The images do not fit the flash or each other.' },
  'port/lost': { exitCode: EXIT.verdictTimeout, summary: 'The board or its port went away.' },
  interrupted: { exitCode: EXIT.interrupted, summary: 'Interrupted by the user.' },
} as const satisfies Record<string, { exitCode: number; summary: string }>;

export type ErrorCode = keyof typeof ERRORS;

export interface EspawsErrorOptions {
  code: ErrorCode;
  /** The next action, in one sentence. */
  hint?: string;
  cause?: unknown;
  /** Facts for `--json`, never secrets. */
  details?: Readonly<Record<string, unknown>>;
}

/**
 * The one error class. Thrown when a job could not be done; an answer that is «no» (a red build, a failed
 * verdict) is a returned value instead.
 */
export class EspawsError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(message: string, { code, hint, cause, details }: EspawsErrorOptions) {
    super(message, { cause });
    this.name = 'EspawsError';
    this.code = code;
    this.hint = hint;
    this.details = details;
  }

  get exitCode(): number {
    return ERRORS[this.code].exitCode;
  }
}

/** True for an error thrown on purpose by espaws, with that code if one is given. */
export function isEspawsError(error: unknown, code?: ErrorCode): error is EspawsError {
  return error instanceof EspawsError && (code === undefined || error.code === code);
}
