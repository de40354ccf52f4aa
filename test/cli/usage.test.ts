/** Input that a person can mend ends in one line on stderr, nothing on stdout, and exit code 2. */
import { describe, expect, it } from 'vitest'
import { run } from './run.ts'

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
    /--log: .* cannot be written \(ENOENT\)/,
  ],
]

describe('mistakes', () => {
  it.concurrent.each(mistakes)('%s', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await run(args)
    expect(stderr).toMatch(/^deepbsde: [^\n]+\n$/)
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
    [['--help']],
    [['solve', '--help']],
    [['list', '--help']],
    [[]],
  ])('of %j fits a screen', async (args) => {
    const { exitCode, stdout, stderr } = await run(args)
    expect(exitCode).toBe(0)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^Usage: deepbsde/)
    expect(stdout).toContain('Examples  deepbsde')
    const lines = stdout.split('\n')
    // Options are in groups; a window of 55 lines is usual at a desk.
    expect(lines.length).toBeLessThanOrEqual(55)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100)
  })

  it('tells the version', async () => {
    const { stdout } = await run(['--version'])
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
