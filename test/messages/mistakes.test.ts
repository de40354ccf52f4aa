/** What newcomers write, and the one line that they are told: it names the cure. */

import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { asUserError } from '../../src/cli/command-errors.ts'
import { compileControl } from '../../src/control/compile.ts'
import type { ControlDefinition } from '../../src/control/definition.ts'
import { UserError } from '../../src/errors/errors.ts'
import { checkOutputs } from '../../src/files/outputs.ts'
import { findPage } from '../../src/page/catalog.ts'
import { readPage } from '../../src/page/reader.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import { parsePageText, unloaded } from '../../src/problem/page-file.ts'
import { equationOf } from '../support/pages.ts'

const equation = {
  settings: { dim: 2, horizon: 1 },
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: 'sum(x)',
}
const control = {
  settings: { dim: 2, horizon: 1 },
  x0: 0,
  controlDim: 1,
  drift: '[a[1], 0]',
  diffusion: '1',
  runningCost: 'dot(a, a)',
  terminalCost: 'dot(x, x)',
}

const formulas: [written: string, cure: string][] = [
  ['x[1]**2', 'column 5. Write ^ for a power'],
  ['np.sum(x)', 'Write sum(…) alone.'],
  ['math.exp(y)', 'Write exp(…) alone.'],
  ['torch.exp(y)', 'Write exp(…) alone.'],
  ['norm.cdf(y)', 'Write normcdf(x).'],
  ['scipy.stats.norm.cdf(y)', 'Write normcdf(x).'],
  ['x.sum()', 'Write sum(…) alone.'],
  ['x.T', 'Write transpose(…)'],
  ['x @ x', 'dot(a, b) of two vectors'],
  ['sum(x[i] for i in range(2))', 'sum(x) goes over all components'],
  ['lambda x: x', 'write its value alone'],
  ['y if y > 0 else 0', 'Write if(condition, value, otherwise).'],
  ['y > 0 && x[1] > 0', 'Write and.'],
  ['y > 0 || x[1] > 0', 'Write or.'],
  ['!y', 'Write not.'],
  ['|y|', 'Write abs(…)'],
  ['|x[1] - 1| + y', 'Write abs(…)'],
  ['||x||', 'norm(…)'],
  ['y^+', 'Write max(…, 0)'],
  ['(y - 1)^+', 'Write max(…, 0)'],
  ['indicator(y > 0)', 'the condition itself, as (x > 0)'],
  ['1_{y > 0}', 'the condition itself'],
  ['\\sigma * y', 'Write sigma, without a backslash.'],
  ['\\frac{1}{2}', 'Write (a) / (b).'],
  ['$y$', 'Leave it out'],
  ['y^{2}', 'Write round brackets.'],
  ['0,03 * y', 'Write 0.03: numbers have a decimal point.'],
  ['max(0,05 - y, 0)', 'Write 0.05: numbers have a decimal point.'],
  ['u', 'unknown name "u" at column 1. Write y.'],
  ['S', 'Write x, or x[1]'],
  ['X_t', 'Write x, or x[1]'],
  ['x_1', 'Write x[1].'],
  ['x2', 'Write x[2].'],
  ['S_2 * y', 'Write x[2].'],
  ['Z', 'Write z.'],
  ['Du', 'Write gradU.'],
  ['T - t', 'Write horizon.'],
  ['d * y', 'Write dim.'],
  ['r * y', 'Give it under settings (a number) or let (a formula).'],
  ['N(y)', 'Write normcdf(x).'],
  ['clip(y, 0, 1)', 'Write min(max(x, low), high).'],
  ['grad(u)', 'Write gradU'],
  ['hessU', 'equations with other terms of ∇²u are not solved'],
  ['laplacian(y)', 'equations with other terms of ∇²u are not solved'],
  ['u_xx', 'equations with other terms of ∇²u are not solved'],
  ['x[0]', 'Write 1 for the first.'],
  ['x[-1]', 'Write end for the last.'],
  ['log(y, 2)', 'Write log(a) / log(b).'],
  ['dot(z)', 'Write dot(x, x).'],
  ['sum(x, 1)', 'It goes over all components'],
  ["x' * x", 'dot(a, b) multiplies two vectors'],
  ['sum(x[i]^2)', 'sum(x) goes over all components'],
  ['<z, z>', 'Write dot(a, b)'],
  ['y := 1', 'its right side alone'],
  ['x -> sum(x)', 'its right side alone'],
  ['y;', 'Leave the semicolon out.'],
  ['y // the value', 'A comment stands outside of the formula'],
  ['randn(2)', 'noise enters by diffusion'],
  ['E[x]', 'A formula has no expectations'],
  ['integral(y)', 'There are no integrals'],
  ['u(t, x)', 'write these without arguments'],
  ['case(y > 0, 1, 0)', 'Write if(c, a, b).'],
  ['int(y)', 'Write floor(x).'],
  ['Δu', 'equations with other terms of ∇²u are not solved'],
  ['∇²u', 'equations with other terms of ∇²u are not solved'],
  ['∂u', 'Write gradU'],
  ['xᵢ', 'Write the name alone'],
  ['[x, y]', 'Take a component of it'],
]

const keys: [page: object, cure: string][] = [
  [{ f: '0' }, "unknown key 'f'. Write driver."],
  [{ g: '0' }, 'Write terminal.'],
  [{ payoff: '0' }, 'Write terminal.'],
  [{ mu: '0' }, 'Write drift.'],
  [{ sigma: '0' }, 'Write diffusion.'],
  [{ cost: '0' }, 'Costs are terminal where they fall due at the end'],
  [{ T: 1 }, 'Write it under settings, as { horizon: 1 }.'],
  [{ d: 2 }, 'Write it under settings, as { dim: 10 }.'],
  [{ dim: 2 }, 'Write it under settings'],
  [{ rho: 0.5 }, 'Write correlation.'],
  [{ params: {} }, 'Write settings.'],
  [{ S0: 1 }, 'Write x0.'],
  [{ hessian: '0' }, 'Other terms of ∇²u than ½ Tr(σσᵀ∇²u) are not there'],
  [{ jumps: '0' }, 'Jumps are not there'],
  [{ american: true }, 'A right to stop is there'],
  [{ boundary: '0' }, 'Boundaries (absorbing, reflecting, periodic) are not there'],
  [{ coupling: '0' }, 'Coupling is not there'],
  [{ meanField: '0' }, 'Mean fields are not there'],
  [{ settings: { dim: 2, T: 1 } }, 'The page calls it T: write horizon.'],
  [{ settings: { d: 2, horizon: 1 } }, 'The page calls it d: write dim.'],
  [{ settings: { dim: 2, horizon: 1, r: '0,03' } }, 'Write 0.03: numbers have a decimal point.'],
  [{ settings: { dim: 2, horizon: 1, r: '0.03' } }, 'Write the number without quotes.'],
  [{ drift: 'y' }, 'drift'],
  [{ x0: '0,5' }, 'Write 0.5'],
  [{ drift: ['x[1]', 'x[2]'] }, 'Write one text: drift: "[x[1], x[2]]".'],
  [{ driver: ['y'] }, 'Write one text: driver: "y".'],
  [{ settings: [{ dim: 2 }] }, 'settings must be names with values, got a list'],
  [{ let: ['k = 1'] }, 'let must be names with values, got a list'],
  [{ steps: 10 }, 'It is an option of a run: solve --steps.'],
  [{ seed: 1 }, 'It is an option of a run: solve --seed.'],
  [{ r: 0.05 }, 'Numbers that formulas name stand under settings.'],
  [{ rate: 0.05 }, 'A discount is a part of the driver'],
  [{ pde: 'u_t' }, 'written by its parts: drift, diffusion, driver and terminal'],
]

const controls: [page: object, cure: string][] = [
  [{ controlSet: { kind: 'box' } }, 'Write low and high'],
  [{ controlSet: { kind: 'box', min: 0, max: 1 } }, 'Write low and high'],
  [{ controlSet: { low: 0, high: 1 } }, '{ kind: box, low, high }'],
  [{ runningCost: undefined }, 'runningCost must be given'],
  [{ terminalCost: null }, 'terminalCost must be given'],
  [{ cost: '0' }, 'Write runningCost.'],
  [{ terminal: '0' }, 'Write terminalCost.'],
  [{ controls: '0' }, 'Write controlSet.'],
  [{ runningCost: 'u^2' }, 'unknown name "u" at column 1. Write a.'],
  [{ goal: 'max' }, 'Write maximize.'],
  [{ drift: undefined }, 'drift is missing. Add drift.'],
  [{ constraints: ['x[1] > 0'] }, 'must be a formula that is kept ≥ 0, got a comparison'],
  [{ A: [[0, 1]] }, 'Numbers that formulas name stand under settings.'],
  [{ umin: -1 }, 'Write controlSet: { kind: box, low, high }.'],
  [{ bounds: [0, 1] }, 'Write controlSet: { kind: box, low, high }.'],
  [{ discount: 0.9 }, 'A discount is a factor of both costs'],
  [{ training: { epochs: 10 } }, "unknown key 'training.epochs'"],
]

const yaml: [text: string, cure: string][] = [
  ['id: a\n\tx0: 0', 'a tab at the beginning of a line at line 2, column 1. Write blanks.'],
  ['id: a\n  x0: 0', 'indented as if they belonged to this value at line 1'],
  ['settings:\n  dim: 2\n horizon: 1', 'Begin keys of one level in the same column.'],
  ['driver: if(y: 1)', 'a second colon in one line'],
  ['title: Heat: a test', 'Put the value in quotes.'],
  ['settings: { dim: 2', 'Close it with }.'],
]

const flags: [args: string, cure: string][] = [
  ['solve hjb-lq --dim 10', 'Write --set dim=10.'],
  ['solve hjb-lq --horizon=2', 'Write --set horizon=2.'],
  ['check page.yaml --T 2', 'Write --set horizon=2.'],
  ['solve heat --x0 1,2', 'Write --at 1,2.'],
  ['solve heat --lr 0.01', 'Write --learning-rate 0.01.'],
  ['solve heat --epochs 100', 'Write --iterations 100.'],
  ['solve heat --samples 100', 'Write --paths 100.'],
  ['solve heat --gpu', 'Everything runs on the processor'],
  ['solve heat --csv', 'Write --format csv.'],
  ['solve heat --family residual', 'Write --network residual.'],
  ['solve hjb-lq --kappa 1', 'A setting of the page is written --set name=value.'],
]

/** The message of the UserError that `make` ends with. */
async function told(make: () => unknown): Promise<string> {
  try {
    await make()
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    return (error as Error).message
  }
  return 'nothing'
}

function oneLine(message: string, cure: string) {
  expect(message).toContain(cure)
  expect(message).not.toContain('\n')
}

describe('a mistake is answered with its cure', () => {
  it.each(formulas)('formula %s', async (driver, cure) => {
    oneLine(await told(() => compileEquation({ driver })), cure)
  })

  it.each(keys)('page %j', async (page, cure) => {
    oneLine(await told(() => compileEquation(page)), cure)
  })

  it.each(controls)('control page %j', async (page, cure) => {
    oneLine(
      await told(async () => {
        const checked = (await readPage({ ...control, ...page }, 'plant.yaml', 'plant')) as ControlDefinition
        await compileControl(checked, checked.settings)
      }),
      cure,
    )
  })

  it.each(yaml)('text %j', async (text, cure) => {
    oneLine(await told(() => parsePageText(text, 'yaml', 'page.yaml')), cure)
  })

  it.each(flags)('%s', (line, cure) => {
    const args = line.split(' ')
    const flag = args.find((arg) => arg.startsWith('--'))!.split('=')[0]
    const error = new CommanderError(1, 'commander.unknownOption', `error: unknown option '${flag}'`)
    oneLine(asUserError(error, args).message, cure)
  })

  it.each([
    ['heat', "by 'deepbsde solve heat'"],
    ['price heat', 'Write deepbsde solve heat.'],
    ['help solve', 'Write deepbsde solve --help.'],
  ])('command %s', (line, cure) => {
    const args = line.split(' ')
    const error = new CommanderError(1, 'commander.unknownCommand', `error: unknown command '${args[0]}'`)
    oneLine(asUserError(error, args).message, cure)
  })

  it.each([
    ['solve heat --set dim 10', 'Write --set dim=10.'],
    ['solve heat --bounds yes', '--bounds takes no value'],
  ])('%s', (line, cure) => {
    const error = new CommanderError(1, 'commander.excessArguments', "error: too many arguments for 'solve'")
    oneLine(asUserError(error, line.split(' ')).message, cure)
  })

  it.each([
    ['--report', 'a.pdf', 'Use --report report.html'],
    ['--out', 'a.xlsx', 'Use --out table.csv'],
  ])('%s %s', async (option, path, cure) => {
    oneLine(await told(() => checkOutputs([{ option, path }])), cure)
  })

  it('the beginning of names', async () => {
    oneLine(await told(() => findPage('allen')), "Did you mean 'allen-cahn' or 'allen-cahn-max'?")
  })

  it.each([
    [new SyntaxError("Unexpected token 'export'"), 'Name it page.mts'],
    [new SyntaxError('Cannot use import statement outside a module'), 'Name it page.mts'],
    [notFound("Cannot find package 'deepbsde' imported from page.ts"), 'defineProblem only adds types'],
  ])('module: %s', (error, cure) => oneLine(unloaded('page.ts', error).message, cure))
})

describe('what is right is let through', () => {
  it('lists as bounds of a control', async () => {
    const page = { ...control, controlSet: { kind: 'box', low: [0], high: [0.05] } }
    const checked = (await readPage(page, 'plant.yaml', 'plant')) as ControlDefinition
    expect((await compileControl(checked, checked.settings)).controlDim).toBe(1)
  })

  it.each([
    'max(0, 5, y)',
    'max(0,5)',
    '[0,5][1]',
    'not y > 0',
    'y != 0',
    "sum(x')",
  ])('%s', async (driver) => {
    expect(await told(() => compileEquation({ driver }))).not.toMatch(/decimal point|Write not|Write and/)
  })

  it('a control page without its running cost is still one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'deepbsde-'))
    const path = join(folder, 'plant.yaml')
    await writeFile(path, 'settings: { dim: 1, horizon: 1 }\nx0: 0\ndrift: a\nterminalCost: x[1]^2')
    oneLine(await told(() => findPage(path)), 'runningCost must be given')
  })
})

async function compileEquation(part: object) {
  const page = equationOf(await readPage({ ...equation, ...part }, 'page.yaml', 'page'))
  return compileProblem(page, page.settings)
}

function notFound(message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' })
}
