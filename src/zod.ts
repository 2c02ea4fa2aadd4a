import { z } from 'zod';

// Schemas are used a time or two in a process: to compile a parser for each, as zod else does, takes longer than they do.
z.config({ jitless: true });

export { z };
