/** Input that a person can mend ends in one line on stderr, nothing on stdout, and exit code 2. */
import { describe, expect, it } from 'vitest'
import { run, withoutProgress } from './run.ts'

const mistakes: [string, string[], RegExp][] = [
  ['an unknown command', ['solv', 'hjb-lq'], /unknown command 'solv'. Did you mean 'solve'\?/],
  [
    'an unknown option',
    ['solve', 'hjb-lq', '--iteration', '3'],
    /unknown option '--iteration'. Did you mean '--iterations'\?/,
  ],
  ['no problem', ['solve'], /missing required argument 'problem'. 'deepbsde list'/],
  ['two problems', ['solve', 'heat', 'hjb-lq'], /too many arguments/],
  ['an unknown problem', ['solve', 'hjb-lqq'], /unknown problem 'hjb-lqq'. Did you mean 'hjb-lq'\?/],
  ['a missing page', ['solve', './nothing.yaml'], /nothing\.yaml: there is no such file/],
  [
    'an unknown setting',
    ['solve', 'hjb-lq', '--set', 'lamda=2'],
    /unknown setting 'lamda'. Did you mean 'lambda'\?/,
  ],
  ['dim 0', ['solve', 'hjb-lq', '--set', 'dim=0'], /dim must be an integer ≥ 1, got 0. Use --set dim=100/],
  ['dim NaN', ['solve', 'hjb-lq', '--set', 'dim=NaN'], /dim must be .*NaN/],
  [
    'zero iterations',
    ['solve', 'hjb-lq', '--iterations', '0'],
    /--iterations must be an integer ≥ 1, got '0'/,
  ],
  [
    'a batch of one',
    ['solve', 'hjb-lq', '--batch-size', '1'],
    /--batch-size must be an integer ≥ 2, got '1'/,
  ],
  [
    'far too many workers',
    ['solve', 'hjb-lq', '--workers', '100000'],
    /workers must be an integer from 1 to/,
  ],
  [
    'a log in no folder',
    ['solve', 'hjb-lq', '--log', '/no/such/x.ndjson'],
    /--log: .* cannot be written: its folder does not exist \(ENOENT\)/,
  ],
  [
    'a point outside of a region',
    ['solve', 'heat', '--at', '1', '--at', '2', '--region', 'box:-1..1'],
    /x0: 2 lies outside of the region's -1\.\.1\. Give a wider --region/,
  ],
  [
    'what only points have that are solved one by one',
    ['solve', 'heat', '--at', '1', '--region', 'box:-1..1', '--hessian', '--json'],
    /--hessian is not for points that share a training\. Leave out --hessian or --region/,
  ],
  [
    'an x0 beside a region',
    ['solve', 'heat', '--set', 'x0=1', '--region', 'box:-1..1', '--json'],
    /heat: a region's value is that at its centre, got x0 too\. Leave x0 \(--set x0\) or --region out; --at asks/,
  ],
  [
    'two starts',
    ['solve', 'heat', '--set', 'x0=1', '--at', '2'],
    /--at and --set x0 both say where to start/,
  ],
  [
    'a region of a method without any',
    ['solve', 'heat', '--method', 'multilevel-picard', '--region', 'box:-1..1'],
    /multilevel-picard knows no --region, deep-bsde does\. Leave --region out/,
  ],
  [
    'bounds of a method without any',
    ['solve', 'heat', '--method', 'multilevel-picard', '--bounds'],
    /multilevel-picard knows no --bounds, deep-bsde and policy do\. Leave --bounds out/,
  ],
  [
    'a second opinion under several seeds',
    ['solve', 'heat', '--seeds', '2', '--second-opinion'],
    /no room for --second-opinion.*Add --json, or leave out --second-opinion or --seeds/,
  ],
  [
    'two forms of a check',
    ['check', 'heat', '--json', '--latex'],
    /the JSON has the LaTeX too.*Leave --latex out/,
  ],
  [
    'a direction that is no vector',
    ['solve', 'heat', '--hessian-along', '1,x'],
    /--hessian-along must be finite numbers separated by commas, got '1,x'/,
  ],
  [
    'a direction of another dimension',
    ['solve', 'heat', '--set', 'dim=3', '--hessian-along', '1,2'],
    /heat: a direction of the Hessian must have 3 numbers, one of them not 0, got 2/,
  ],
  [
    'second derivatives of a method without any',
    ['solve', 'heat', '--method', 'multilevel-picard', '--hessian'],
    /multilevel-picard knows no --hessian, deep-bsde does\. Leave --hessian out/,
  ],
  [
    'second derivatives at several points',
    ['solve', 'heat', '--at', '1', '--at', '2', '--hessian'],
    /no room for --hessian.*Add --json, or leave out --hessian or --at/,
  ],
  [
    'a region of too many intervals',
    ['solve', 'heat', '--set', 'dim=2', '--region', 'box:0..1,1..2,2..3'],
    /one box:low\.\.high for all components or one for each of 2, got 3/,
  ],
]

describe('mistakes', () => {
  it.concurrent.each(mistakes)('%s', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await run(args)
    expect(withoutProgress(stderr)).toMatch(/^deepbsde: [^\n]+\n$/)
    expect(stderr).toMatch(message)
    expect(stdout).toBe('')
    expect(exitCode).toBe(2)
  })

  it('show their stack with --debug', async () => {
    const { exitCode, stderr } = await run(['solve', 'hjb-lqq', '--debug'])
    expect(stderr).toMatch(/^deepbsde: unknown problem.*\nUserError: .*\n {4}at /)
    expect(exitCode).toBe(2)
  })
})

describe('help', () => {
  it.concurrent.each([
    [['--help'], 55],
    [['solve', '--help'], 24],
    [['solve', '--help-all'], 70],
    ...[
      'study',
      'sweep',
      'simulate',
      'evaluate',
      'export',
      'resume',
      'verify',
      'compare',
      'check',
      'new',
      'list',
    ].map((name): [string[], number] => [[name, '--help'], 24]),
    [[], 55],
  ])('of %j fits a screen', async (args, most) => {
    const { exitCode, stdout, stderr } = await run(args)
    expect(exitCode).toBe(0)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^Usage: deepbsde/)
    expect(stdout).toContain('Examples  deepbsde')
    const lines = stdout.split('\n')
    expect(lines.length).toBeLessThanOrEqual(most)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('of many options shows the usual ones, and where the rest is', async () => {
    const [short, long] = await Promise.all([run(['solve', '--help']), run(['solve', '--help-all'])])
    expect(short.stdout).toMatch(/--help-all +the other \d+ options/)
    expect(short.stdout).not.toContain('--batch-size')
    expect(long.stdout).toContain('--batch-size')
    expect(long.exitCode).toBe(0)
  })

  it.each([60, 80])('of every command, short and whole, is wrapped at %d columns', async (columns) => {
    const { createProgram } = await import('../../src/cli/program.ts')
    const { commands } = await createProgram(() => {})
    expect(commands.map((command) => command.name())).toEqual(expect.arrayContaining(['solve', 'completion']))
    for (const command of commands) {
      command.exitOverride().configureOutput({ getOutHelpWidth: () => columns })
      const pages: string[] = []
      command.configureOutput({ writeOut: (text) => pages.push(text) })
      command.outputHelp()
      expect(() => command.parse(['--help-all'], { from: 'user' }), command.name()).toThrow()
      expect(pages, command.name()).toHaveLength(2)
      for (const line of pages.flatMap((page) => page.split('\n'))) {
        expect(line.length, `${command.name()}: ${line}`).toBeLessThanOrEqual(columns)
      }
    }
  })

  it('tells the version', async () => {
    const { stdout } = await run(['--version'])
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
