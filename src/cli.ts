#!/usr/bin/env node
import { EXIT } from './errors.ts';
import { main } from './cli/main.ts';

// The exit code is set and not forced: whatever is still open would be a leak worth seeing.
process.exitCode = EXIT.bug;
process.exitCode = await main(process.argv.slice(2));
