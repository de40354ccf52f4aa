/** The choices of a run that commands of many runs take, each for all of their runs. */
import { Option } from 'commander'
import { KERNELS, NETWORKS, SCHEDULES, SCHEMES, SKIPS } from './choices.ts'
import { each, integer, integers, oneOf, positive } from './values.ts'

export function runOptions(): Option[] {
  return [
    option('--set <name=value>', "one of the page's settings; repeatable").argParser(each),
    option('--method <id>', 'deep-bsde, multilevel-picard'),
    option('--scheme <name>', SCHEMES.join(', ')).argParser(oneOf('--scheme', SCHEMES)),
    option('--network <family>', NETWORKS.join(', ')).argParser(oneOf('--network', NETWORKS)),
    option('--hidden <widths>', 'widths of the hidden layers').argParser(integers('--hidden', '64,64')),
    option('--skips <name>', SKIPS.join(', ')).argParser(oneOf('--skips', SKIPS)),
    option('--schedule <name>', SCHEDULES.join(', ')).argParser(oneOf('--schedule', SCHEDULES)),
    option('--learning-rate <rate>', 'the highest rate').argParser(positive('--learning-rate', '0.01')),
    option('--steps <n>', 'time steps').argParser(integer('--steps', 1, 20)),
    option('--iterations <n>', 'training iterations').argParser(integer('--iterations', 1, 400)),
    option('--batch-size <n>', 'paths in one iteration').argParser(integer('--batch-size', 2, 64)),
    option('--paths <n>', 'fresh paths').argParser(integer('--paths', 2, 16384)),
    option('--levels <n>', 'of multilevel Picard').argParser(integer('--levels', 1, 4)),
    option('--base <M>', 'of multilevel Picard').argParser(integer('--base', 1, 4)),
    option('--repetitions <n>', 'of multilevel Picard').argParser(integer('--repetitions', 2, 32)),
    option('--tolerance <se>', 'standard error to stop at').argParser(
      positive('--tolerance', '1e-4', 'zero'),
    ),
  ]
}

/** How runs share the machine. @param atOnce what is usual */
export function manyOptions(atOnce: string): Option[] {
  return [
    option('--workers <n>', 'threads; no effect on the result').argParser(integer('--workers', 1, 2)),
    option('--at-once <n>', `runs side by side: ${atOnce}`).argParser(integer('--at-once', 1, 2)),
  ]
}

export function kernelOption(): Option {
  return option('--kernel <name>', `${KERNELS.join(', ')}: the fastest here`).argParser(
    oneOf('--kernel', KERNELS),
  )
}

export function option(flags: string, description: string): Option {
  return new Option(flags, description)
}
