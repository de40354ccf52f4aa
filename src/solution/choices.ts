/** Options that take one of a few names, as plain JavaScript and JSON may give them: checked here, since no type does. */
import { UserError } from '../errors/errors.ts'
import { ACTIVATION } from '../kernels/interface.ts'
import { NETWORK_FAMILIES, SKIP_RULES } from '../networks/specification.ts'
import { SCHEDULES } from '../optimizer/schedule.ts'
import { SCHEMES } from './schemes.ts'
import type { RunOptions } from './solution.ts'

const CHOICES = {
  family: NETWORK_FAMILIES,
  activation: Object.keys(ACTIVATION),
  skips: SKIP_RULES,
  schedule: SCHEDULES,
  scheme: SCHEMES,
  preset: ['published'],
} as const satisfies { [Name in keyof RunOptions]?: readonly string[] }

/** @throws UserError with the option, the value and the names that are allowed */
export function checkChoices(options: RunOptions): void {
  for (const [name, allowed] of Object.entries(CHOICES) as [keyof typeof CHOICES, readonly string[]][]) {
    const value: unknown = options[name]
    if (value === undefined || (allowed as readonly unknown[]).includes(value)) continue
    throw new UserError(
      `${name} must be one of ${allowed.join(', ')}, got ${shown(value)}. Leave it out for the default.`,
    )
  }
  const { hidden } = options
  if (hidden !== undefined && !Array.isArray(hidden)) {
    throw new UserError(`hidden must be a list of widths, got ${shown(hidden)}. Use --hidden 110,110.`)
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.slice(0, 64)
}
