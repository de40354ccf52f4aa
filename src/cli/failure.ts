/** From an error to its one line on stderr and its exit code. */
import { DivergenceError, UserError } from '../errors/errors.ts'
import { EXIT } from './exit-codes.ts'
import { say } from './print.ts'
import { terminalOf } from './terminal.ts'

/**
 * Prints `deepbsde: what was wrong` in one line, with the stack below it where `debug` is set.
 * @param subject what it is about, where the message does not say it
 * @returns the exit code
 */
export function reportFailure(error: unknown, debug: boolean, subject = ''): number {
  const { colors } = terminalOf(process.stderr)
  const isOurs = error instanceof UserError || error instanceof DivergenceError
  const prefix = subject === '' ? '' : `${subject}: `
  const hint = isOurs || debug ? '' : ' Run with --debug for the stack.'
  say(`${colors.red('deepbsde:')} ${oneLine(prefix + messageOf(error))}${hint}\n`)
  if (debug && error instanceof Error && error.stack) say(`${error.stack}\n`)
  return exitCodeFor(error)
}

function exitCodeFor(error: unknown): number {
  if (error instanceof UserError) return EXIT.usage
  return error instanceof DivergenceError ? EXIT.unreliable : EXIT.failed
}

/** What happened, where, and what is likely to help. */
function messageOf(error: unknown): string {
  if (error instanceof DivergenceError) return divergenceMessage(error)
  if (error instanceof UserError) return error.message
  const message = error instanceof Error ? error.message || error.name : String(error)
  return /[.!?]$/.test(message) ? message : `${message}.`
}

const ADVICE =
  'Try a lower --learning-rate or more --steps, and look for a formula outside its domain (log, sqrt, division, a high power).'

function divergenceMessage(error: DivergenceError): string {
  const places = [
    `iteration ${error.iteration}`,
    error.step === null ? '' : `step ${error.step}`,
    error.path === null ? '' : `path ${error.path}`,
  ].filter((place) => place !== '')
  return `the run diverged: ${error.message} at ${places.join(', ')}. ${error.advice || ADVICE}`
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, ' ').trim()
}
