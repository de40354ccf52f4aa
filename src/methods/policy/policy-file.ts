/**
 * A trained policy in a file of our form: what it was trained for as a page of formulas, settings and options, then
 * parameters, scale and shift as they lay in memory. What it computes is compiled again from the page.
 */

import { checkDescription, type RunDescription, type StateDescription } from '../../checkpoint/description.ts'
import { readStateFile, readToReplace, writeStateFile } from '../../checkpoint/file.ts'
import { compileControl } from '../../control/compile.ts'
import type { CompiledControl } from '../../control/compiled.ts'
import { type PolicyOptions, resolvePolicyOptions } from '../../control/options.ts'
import { UserError } from '../../errors/errors.ts'
import { checkOutputs } from '../../files/outputs.ts'
import { floatsOf } from '../../memory/rows.ts'
import { floatBytes } from '../../memory/span.ts'
import { layoutNetwork } from '../../networks/layout.ts'
import { hasPart } from '../../page/page.ts'
import type { RunOptions } from '../../solution/solution.ts'
import { checkKept } from '../options.ts'
import { about } from './about.ts'
import { Policy } from './policy.ts'

/** @throws UserError where no policy could be written there later, or what is there is none */
export async function checkPolicyFile(path: string): Promise<void> {
  checkOutputs([{ option: '--save', path }])
  await readToReplace('--save', path, () => readPolicy(path))
}

/** Writes the policy so that the file is whole or not there. @throws WriteError */
export async function savePolicy(path: string, { run, trained }: Policy): Promise<void> {
  const { options, parameters, scale, shift } = trained
  const arrays = [parameters, scale, shift].map(
    (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
  )
  const description: StateDescription = {
    ...run,
    kind: 'policy',
    options: { ...run.options, ...asGiven(options) },
    fingerprint: fingerprintOf(options),
    regions: arrays.map(({ byteLength }) => byteLength),
    everyMs: 0,
    isDone: true,
  }
  await writeStateFile(path, description, arrays)
}

/**
 * A saved policy, ready to run.
 * @throws UserError for a file that cannot be read, is not whole, holds no policy, or one of another form
 */
export async function loadPolicy(path: string): Promise<Policy> {
  const { description, arrays } = await readPolicy(path)
  const { page, version, regions } = description
  if (!hasPart(page, 'control')) {
    throw new UserError(`${path}: its page is that of an equation, which has no policy. Use another copy.`)
  }
  checkKept(path, description, about)
  const problem = await compileControl(page, page.settings)
  const options = resolvePolicyOptions(problem, description.options)
  const sizes = sizesOf(problem, options)
  const isSame =
    description.fingerprint === fingerprintOf(options) &&
    sizes.every((size, k) => floatBytes(size) === regions[k]) &&
    arrays.length === floatBytes(sizes.reduce((sum, size) => sum + size, 0))
  if (!isSame) {
    throw new UserError(
      `${path}: written by deepbsde ${version}, whose policies have another form than ours. Train it again.`,
    )
  }
  const floats = new Float32Array(Uint8Array.from(arrays).buffer)
  const from = (k: number) => sizes.slice(0, k).reduce((sum, size) => sum + size, 0)
  const [parameters, scale, shift] = sizes.map((size, k) => floats.slice(from(k), from(k) + size))
  return Policy.open({ problem, options, parameters, scale, shift }, description satisfies RunDescription)
}

/** What the file holds, not yet compiled. @throws UserError for a file that is not a whole policy. */
async function readPolicy(path: string): Promise<{ description: StateDescription; arrays: Uint8Array }> {
  const { description, arrays } = await readStateFile(path)
  return { description: await checkDescription(path, description, 'policy'), arrays }
}

/** Elements of parameters, scale and shift. */
function sizesOf({ dim, rawDim }: CompiledControl, { isShared, steps, network }: PolicyOptions): number[] {
  const { parameters } = layoutNetwork(network, isShared ? dim + 1 : dim, rawDim, 1)
  const standard = floatsOf(steps + 1, dim)
  return [(isShared ? 1 : steps) * parameters, standard, standard]
}

/** What a policy's form depends on, as options that say it whatever the defaults are. */
function asGiven({ steps, network, scheme, isShared }: PolicyOptions): RunOptions {
  const { family, hidden, activation } = network
  return {
    steps,
    family,
    hidden,
    activation,
    sharedNetwork: isShared,
    scheme: scheme === 'euler' ? 'euler' : 'trapezoidal',
  }
}

function fingerprintOf({ steps, network, scheme, isShared }: PolicyOptions): string {
  return JSON.stringify({ steps, network, scheme, isShared })
}
