import { diagnosticText, errorsIn, type Diagnostic } from '../build/diagnostics.ts';
import type { RepeatedBuild } from '../build/sdk/sdk-build.ts';
import type { FlashRegion } from '../image/flash-region.ts';
import type { VerdictDocument } from '../verdict/document.ts';
import type { Configured } from './configure.ts';
import { REACHABLE_HINT, unreachableFor } from './radio.ts';
import type { CommandContext } from './result.ts';

/** What every SDK's build comes to. */
export interface Built {
  ok: boolean;
  /** `check`: what would not build, found before anything was started. */
  failedAt?: 'check' | 'compile' | 'link';
  diagnostics: readonly Diagnostic[];
  /** What goes into flash; none where the build failed. */
  regions: readonly FlashRegion[];
  /** Bytes, as the verdict tells them. */
  image: VerdictDocument['image'];
  configPath: string;
  /** Milliseconds by stage. */
  timing: Readonly<Record<string, number>>;
  /** For `--json`. */
  json: object;
  /** For a person, of a build that is good. */
  text: string;
  /** How it is asked whether anything is to be made again, and what it makes. */
  repeat?: RepeatedBuild & { made: readonly string[] };
}

/** Builds what was configured with its SDK, and tells about it. A build that fails is an answer. */
export async function build(context: CommandContext, configured: Configured): Promise<Built> {
  const { sdk, checkout } = configured;
  if (sdk.mechanism === 'bench' || checkout === undefined) {
    const { buildBench } = await import('./build-bench.ts');
    return buildBench(context, configured);
  }
  const unreachable = unreachableFor(configured.project.endpoint);
  if (unreachable !== undefined)
    context.progress({ kind: 'warning', text: unreachable, hint: REACHABLE_HINT });
  const { buildCheckout } = await import('./build-checkout.ts');
  return buildCheckout(context, configured, { checkout, mechanism: sdk.mechanism });
}

/** Errors first; a red build without a reason would be a bug. */
export function failureReport({ failedAt, diagnostics }: Pick<Built, 'failedAt' | 'diagnostics'>): string {
  const errors = errorsIn(diagnostics);
  const shown = errors.slice(0, 12).map((diagnostic) => `  ${diagnosticText(diagnostic)}`);
  const rest = errors.length > 12 ? [`  and ${errors.length - 12} more`] : [];
  return [`The firmware ${FAILURE[failedAt ?? 'compile']}:`, ...shown, ...rest].join('\n');
}

const FAILURE = { check: 'would not build', compile: 'does not compile', link: 'does not link' } as const;
