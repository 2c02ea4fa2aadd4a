import type { Argv } from 'yargs';
import { VERSION } from '../io/version.ts';
import { projectOption } from './options.ts';
import type { Choose } from './program.ts';

/** test and report: many cases on many boards, and what they came to. */
export function testCommands(program: Argv, choose: Choose): void {
  program.command(
    'test [plan]',
    'Run the cases of a test plan on one or more boards',
    (command) =>
      projectOption(command)
        .positional('plan', {
          type: 'string',
          describe:
            "espaws.test.yaml or its folder; default: the project's, or its own identity and endpoint",
        })
        .options({
          port: {
            type: 'string',
            array: true,
            requiresArg: true,
            describe: 'Port of a board, once for each; default: that of espaws.yaml',
          },
          boards: { type: 'string', requiresArg: true, describe: 'boards.yaml: the boards of this machine' },
          filter: {
            type: 'string',
            requiresArg: true,
            describe: 'Only these cases: words of the name, tag:NAME, identity:ec, !WORD',
          },
          shard: { type: 'string', requiresArg: true, describe: 'Part of the plan: 2/4' },
          retries: { type: 'number', requiresArg: true, describe: "Further attempts, over the plan's" },
          advertise: {
            type: 'string',
            requiresArg: true,
            describe:
              'ADDRESS[:PORT] at which boards with Wi-Fi find the stand-in; default: of the plan, else of this machine',
          },
          reconnect: {
            type: 'number',
            requiresArg: true,
            // A bridge that was reset is there again sooner; longer would keep a case from the other boards.
            default: 3,
            describe: 'Seconds that a board whose port went away is waited for',
          },
          baseline: {
            type: 'string',
            requiresArg: true,
            describe:
              'What the cases took before; more than the plan allows fails them: 1 %, no instruction with exact: true',
          },
          'update-baseline': {
            type: 'boolean',
            default: false,
            describe: 'Write that file anew from this run',
          },
          label: {
            type: 'string',
            requiresArg: true,
            describe: 'Of this run in the baseline; default: the commit',
          },
          report: {
            type: 'string',
            requiresArg: true,
            describe: 'Folder for the report; default: test-report in the build folder',
          },
        })
        .check(({ retries, reconnect }) => {
          if (retries !== undefined && !(Number.isInteger(retries) && retries >= 0 && retries <= 10))
            throw new Error('--retries is a number from 0 to 10.');
          if (!(reconnect >= 0 && reconnect <= 600))
            throw new Error('--reconnect is a number of seconds from 0 to 600.');
          return true;
        })
        .epilogue(
          'A case with exact: true takes the same instructions in every run, on any machine: docs/ci.md, «Exact cases»',
        )
        .epilogue('JSON Schemas: espaws report schema plan, espaws report schema boards'),
    (args) => {
      choose(async (context) => {
        const { testCommand } = await import('../commands/test/test.ts');
        const { espLoaders } = await import('../io/esp-loader/esp-loader.ts');
        const { plan, boards, filter, shard, advertise, retries, baseline, label, report } = args;
        return testCommand(context, {
          project: args.project,
          ports: args.port ?? [],
          updateBaseline: args.updateBaseline,
          reopenMs: args.reconnect * 1000,
          version: VERSION,
          openLoader: espLoaders(context.host.clock),
          ...(plan === undefined ? {} : { plan }),
          ...(boards === undefined ? {} : { boards }),
          ...(filter === undefined ? {} : { filter }),
          ...(shard === undefined ? {} : { shard }),
          ...(advertise === undefined ? {} : { advertise }),
          ...(retries === undefined ? {} : { retries }),
          ...(baseline === undefined ? {} : { baseline }),
          ...(label === undefined ? {} : { label }),
          ...(report === undefined ? {} : { report }),
        });
      });
    },
  );
  program.command('report', 'Reports of espaws test', (report) => {
    report.command(
      'merge <directories..>',
      'Join the reports of the shards of one plan',
      (command) =>
        command
          .positional('directories', {
            type: 'string',
            array: true,
            demandOption: true,
            describe: 'Folders that espaws test --report wrote',
          })
          .options({
            report: {
              type: 'string',
              default: 'espaws-report',
              requiresArg: true,
              describe: 'Folder for the joined report',
            },
          }),
      ({ directories, report: target }) => {
        choose(async (context) => {
          const { reportMergeCommand } = await import('../commands/test/report-merge.ts');
          return reportMergeCommand(context, { directories, report: target });
        });
      },
    );
    report.command(
      'schema <of>',
      'JSON Schema of test plans, or of boards.yaml',
      (command) => command.positional('of', { choices: ['plan', 'boards'] as const, demandOption: true }),
      ({ of }) => {
        choose(async () => (await import('../commands/test/schemas.ts')).schemaResult(of));
      },
    );
    report.demandCommand(1, 'Name a command: merge or schema.');
  });
}
