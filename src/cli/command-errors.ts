/** commander's complaints in our form: one line, with what to do; and flags as other programs call them. */
import type { CommanderError } from 'commander'
import { UserError } from '../errors/errors.ts'

/** Commands that read a page, whose settings are changed by --set. */
const WITH_SETTINGS = ['solve', 'check', 'study', 'simulate', 'sweep', 'figure']

/** Flags of other programs, and what they are called here. */
const foreign: readonly [pattern: RegExp, write: string][] = [
  [/^(dim|d|n|dimension|ndim)$/, '--set dim='],
  [/^(horizon|T|maturity)$/, '--set horizon='],
  [/^(x0|s0|S0|spot|start|point|x)$/, '--at '],
  [/^(lr|learningRate|eta|rate)$/, '--learning-rate '],
  [/^(epochs?|iters?|n[-_]?iter|max[-_]?iter|steps[-_]per[-_]epoch)$/, '--iterations '],
  [/^(batch|bs|batchSize)$/, '--batch-size '],
  [/^(samples|mc|n[-_]?paths|M|simulations)$/, '--paths '],
  [/^(N|timesteps|time[-_]steps|n[-_]?steps)$/, '--steps '],
  [/^(tol|eps|epsilon|accuracy)$/, '--tolerance '],
  [/^(threads|jobs|j|cores|cpus|nproc)$/, '--workers '],
  [/^(layers|width|widths|units|neurons)$/, '--hidden '],
  [/^(family|architecture|net|model)$/, '--network '],
]

/** Formats that people take for flags. */
const FORMATS: Readonly<Record<string, string>> = {
  csv: 'csv',
  markdown: 'markdown',
  md: 'markdown',
  latex: 'latex',
  tex: 'latex',
}

/** @param args the command line, for the value that stands after an unknown flag */
export function asUserError({ code, message }: CommanderError, args: readonly string[]): UserError {
  const [complaint, nearest] = message.replace(/^error: /, '').split(/\n\(?Did you mean /)
  const text = /[.?!]$/.test(complaint) ? complaint : `${complaint}.`
  if (code === 'commander.unknownOption') {
    const cure = flagCure(text, args)
    if (cure !== null) return new UserError(`${text} ${cure}`)
  }
  if (nearest !== undefined) return new UserError(`${text} Did you mean '${nearest.replace(/\?\)?$/, '')}'?`)
  if (code === 'commander.missingArgument' && text.includes('problem')) {
    return new UserError(`${text} 'deepbsde list' shows the built-in problems.`)
  }
  if (code === 'commander.unknownCommand') return new UserError(`${text} ${commandCure(args)}`)
  if (code === 'commander.excessArguments') {
    const cure = excessCure(args)
    if (cure !== null) return new UserError(`${text} ${cure}`)
  }
  const help =
    args[0]?.startsWith('-') === false ? `deepbsde ${args[0].slice(0, 30)} --help` : 'deepbsde --help'
  const settings =
    code === 'commander.unknownOption' && WITH_SETTINGS.includes(args[0])
      ? ' A setting of the page is written --set name=value.'
      : ''
  return new UserError(`${text}${settings} See '${help}'.`)
}

/** A page or a problem where a command stands, and commands as other programs call them. */
function commandCure([name, next]: readonly string[]): string {
  const rest = next === undefined ? '<problem>' : next.slice(0, 60)
  if (name === 'help') return `Write deepbsde ${next === undefined ? '--help' : `${rest} --help`}.`
  if (/^(run|price|train|fit|compute|start|optimi[sz]e|control)$/.test(name))
    return `Write deepbsde solve ${rest}.`
  if (name === 'policy' || name === 'rule')
    return 'Write deepbsde simulate <policy.dbsde>, or deepbsde export <policy.dbsde>.'
  return `A problem or page is solved by 'deepbsde solve ${name.slice(0, 60)}'. See 'deepbsde --help'.`
}

/** `--set dim 10`, `--bounds yes`: a value that stands apart, or behind a switch. */
function excessCure(args: readonly string[]): string | null {
  const set = args.findIndex((arg, k) => args[k - 1] === '--set' && !arg.includes('='))
  if (set > 0 && args[set + 1] !== undefined) return `Write --set ${args[set]}=${args[set + 1].slice(0, 40)}.`
  const at = args.findIndex((arg) => /^(yes|no|true|false|on|off)$/i.test(arg))
  return at > 0 && args[at - 1].startsWith('--')
    ? `${args[at - 1]} takes no value: write it alone, or leave it out.`
    : null
}

/** What to write in the place of a flag of another program, with the value that was given; or null. */
function flagCure(text: string, args: readonly string[]): string | null {
  const name = text.match(/unknown option '-{1,2}([\w-]+)/)?.[1]
  if (name === undefined) return null
  if (/^(gpu|cuda|device)$/.test(name))
    return 'Everything runs on the processor: leave it out, and see --workers.'
  if (!WITH_SETTINGS.includes(args[0])) return null
  if (Object.hasOwn(FORMATS, name)) return `Write --format ${FORMATS[name]}.`
  const found = foreign.find(([pattern]) => pattern.test(name))
  if (found === undefined) return null
  const at = args.findIndex((arg) => arg.replace(/^-+/, '').split('=')[0] === name)
  const value = args[at]?.includes('=') ? args[at].slice(args[at].indexOf('=') + 1) : args[at + 1]
  const isValue = value !== undefined && /^-?[\w.,:[\]+-]{1,40}$/.test(value) && !value.startsWith('--')
  return `Write ${found[1]}${isValue ? value : '…'}.`
}
