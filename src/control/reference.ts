/** What a control problem's result is compared with. */
import type { Reference, Settings } from '../problem/definition.ts'
import type { ControlDefinition } from './definition.ts'

/** The page's reference at these settings and this start; a plain value holds at the page's own settings only. 0 is a value. */
export function controlReference(
  definition: ControlDefinition,
  settings: Settings,
  x0: Float64Array,
): Reference | null {
  const { reference } = definition
  if (reference === undefined) return null
  if (typeof reference === 'function') {
    const found = reference(settings, [...x0])
    return found !== null && Number.isFinite(found.value) ? found : null
  }
  return JSON.stringify(definition.settings) === JSON.stringify(settings) ? reference : null
}
