import type { Environment, Files } from '../host.ts';
import type { FlashFacts } from '../port.ts';
import type { FlashMap } from '../image/flash-maps.ts';
import type { FlashRegion } from '../image/flash-region.ts';
import type { FlashJob } from './jobs.ts';
import type { FlashParameterRequest } from './regions.ts';

export interface FlashRequest {
  regions: readonly FlashRegion[];
  parameters: FlashParameterRequest;
  map?: FlashMap;
  /** False: everything is written, whatever the flash holds. */
  onlyChanges: boolean;
  compress: boolean;
  /** Erases the whole flash first. */
  eraseAll: boolean;
  /** Is given the flash contents before anything is written. */
  backup?: (contents: Uint8Array) => Promise<void>;
  after: 'hard-reset' | 'no-reset';
  /** Nothing is written. */
  dryRun: boolean;
}

export interface FlashStores {
  files: Pick<Files, 'readText' | 'write' | 'remove' | 'list' | 'stat'>;
  environment: Environment;
}

export type FlashEvent =
  | { kind: 'connected'; chip: string; mac: string; flash: FlashFacts; baudRate: number }
  | { kind: 'progress'; stage: 'backup' | 'compare' | 'write' | 'verify'; done: number; total: number }
  | { kind: 'note' | 'warning'; text: string };

export interface FlashReport {
  chip: string;
  mac: string;
  flash: FlashFacts;
  regions: {
    name: string;
    address: number;
    sizeBytes: number;
    writtenBytes: number;
    skippedBytes: number;
    md5: string;
  }[];
  /** Of the last writing. */
  baudRate: number;
  isStub: boolean;
  /** How often the board was connected to anew. */
  reconnects: number;
  timing: Record<FlashStage, number>;
  /** False in a dry run alone: what cannot be verified is an error. */
  verified: boolean;
  /** `md5`: of every region, by the stub; `read-back`: of every block, by the boot ROM as it wrote. */
  verifiedBy: 'md5' | 'read-back' | undefined;
  plan: { kind: FlashJob['kind']; address: number; sizeBytes: number }[];
}

/** Of the time that a flash takes. */
export type FlashStage =
  'connectMs' | 'stubMs' | 'backupMs' | 'compareMs' | 'writeMs' | 'verifyMs' | 'resetMs';
