import { describe, expect, it } from 'vitest'
import { listMethods } from '../../src/methods/catalog.ts'
import { listProblems } from '../../src/page/catalog.ts'
import { run, start } from './run.ts'

/** A Node that refuses the packages which take long to load. */
function withoutHeavyPackages(): string[] {
  const hooks = `export function resolve(specifier, context, next) {
    if (/^(mathjs|piscina|pino|jstat|simple-ascii-chart|yaml|valibot)/.test(specifier)) throw new Error('loaded ' + specifier)
    return next(specifier, context)
  }`
  const source = `import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hooks))})`
  return ['--import', dataUrl(source)]
}

function dataUrl(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`
}

describe('list', () => {
  it('names every problem, in groups', async () => {
    const { exitCode, stdout, stderr } = await run(['list'])
    expect(exitCode).toBe(0)
    expect(stderr).toBe('')
    for (const id of [...(await listProblems()), ...(await listProblems('control'))])
      expect(stdout).toMatch(new RegExp(`^  ${id} +d = \\d+ `, 'm'))
    expect(stdout).toMatch(/^Deep BSDE papers, 2017 and 2018$/m)
    expect(stdout).not.toContain('\u001b')
  })

  it('gives the same as JSON', async () => {
    const { stdout } = await run(['list', '--json'])
    const problems: Record<string, unknown>[] = JSON.parse(stdout)
    expect(problems.map(({ id }) => id)).toEqual([
      ...(await listProblems()),
      ...(await listProblems('control')),
      ...(await listProblems('stopping')),
    ])
    expect(problems.find(({ id }) => id === 'hjb-lq')).toMatchObject({
      dim: 100,
      group: 'Deep BSDE papers, 2017 and 2018',
      settings: { dim: 100, horizon: 1, lambda: 1 },
      reference: 'value',
      published: { relativeError: 0.0017 },
    })
  })

  it('names every method, and with --methods its options', async () => {
    const { stdout } = await run(['list'])
    const forms = JSON.parse((await run(['list', '--methods', '--json'])).stdout)
    expect(forms.map(({ id }: { id: string }) => id)).toEqual(await listMethods())
    for (const { id, needs, title } of forms) {
      expect(stdout).toContain(`  ${id} `)
      expect(stdout).toContain(`${needs.at(-1) ?? 'equation'} `)
      expect(stdout).toContain(title)
    }
    const picard = (await run(['list', '--methods'])).stdout.split('multilevel-picard')[1].split('policy')[0]
    expect(picard).toContain('--steps --levels --base --repetitions')
  })

  it.each([[['list']], [['--help']], [['solve', '--help']]])('%j loads nothing heavy', async (args) => {
    const { exitCode, stderr } = await start(args, {}, withoutHeavyPackages()).outcome
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
  })

  it('would be caught if it did', async () => {
    const { stderr } = await start(['solve', 'heat'], {}, withoutHeavyPackages()).outcome
    expect(stderr).toContain('loaded ')
  })
})
