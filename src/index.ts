/** The library: what the `espaws` command is made of, for programs that want it without the command line. */
export { ERRORS, EXIT, EspawsError, isEspawsError, type ErrorCode } from './errors.ts';
export type * from './host.ts';
export type { Progress, ProgressEvent } from './progress.ts';
export { readIdentity } from './certificate/identity.ts';
export { checkIdentity } from './certificate/check.ts';
export type * from './certificate/facts.ts';
export type * from './endpoint/facts.ts';
export { endpointFacts } from './endpoint/profiles.ts';
export { deriveNeeds } from './needs/derive.ts';
export type * from './needs/need.ts';
export { readTree, type MbedtlsTree } from './mbedtls/tree.ts';
export { resolveOptions, type Target } from './mbedtls/resolve.ts';
export { renderHeader } from './mbedtls/render.ts';
export type * from './mbedtls/options.ts';
export { predict } from './predict/predict.ts';
export type { Prediction } from './predict/prediction.ts';
export { observe } from './verdict/observe.ts';
export { verdictDocument, type VerdictDocument } from './verdict/document.ts';
