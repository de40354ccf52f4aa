/** Names in Redis: every key has the prefix in front; runs that promise the same bits share a queue. */
import type { KernelName } from '../kernels/interface.ts'
import { supportedKernels } from '../kernels/loader.ts'
import { packageVersion } from '../solution/version.ts'
import type { QueueAddress } from './address.ts'

/** What bits depend on beside the run itself: the package, its kernel, and V8, whose powers and exponentials are its own. */
export interface Identity {
  version: string
  /** Major and minor version of V8. */
  engine: string
  kernel: KernelName
}

export function identityOf(kernel: KernelName): Identity {
  const [major, minor] = process.versions.v8.split('.')
  return { version: packageVersion(), engine: `${major}.${minor}`, kernel }
}

/** Of all kernels of this machine. */
export function identities(): Identity[] {
  return supportedKernels().map(identityOf)
}

/** A worker takes from the queues of its own identities alone: a job that promises other bits never reaches it. */
export function queueName({ version, engine, kernel }: Identity): string {
  return `runs-${version}-v8_${engine}-${kernel}`
}

const QUEUE_NAME = /^runs-(.+)-v8_([\d.]+)-([a-z]+)$/

/** `deepbsde 0.1.0, V8 13.6, kernel fma` */
export function identityText(name: string): string {
  const [, version, engine, kernel] = QUEUE_NAME.exec(name) ?? []
  return version === undefined ? name : `deepbsde ${version}, V8 ${engine}, kernel ${kernel}`
}

/** Of BullMQ's own keys. */
export function queuePrefix({ prefix }: QueueAddress): string {
  return `${prefix}:queue`
}

/** Ours beside them. */
export function keysOf({ prefix }: QueueAddress) {
  return {
    /** Sorted set of workers by the server's time of their last sign. */
    workers: `${prefix}:workers`,
    /** Hash of what they say of themselves. */
    about: `${prefix}:workers:about`,
    /** Hash of runs and what is known of them. */
    runs: `${prefix}:runs`,
    /** Who commands a run, for as long as it gives signs. */
    owner: (run: string) => `${prefix}:run:${run}:owner`,
    /** That a run is to be left, for workers that are at it. */
    stopped: (run: string) => `${prefix}:run:${run}:stopped`,
    /** Hash of what a run's jobs share: pages by their digest, its state, values of rounds. */
    shared: (run: string) => `${prefix}:run:${run}:shared`,
  }
}

/** Letters, digits, dots, dashes and underlines. */
export const RUN_NAME = /^[\w.-]{1,80}$/

/** A job is known by its run and the key of what it does. */
export function jobId(run: string, key: string): string {
  return `${run}/${key}`
}

export function runOfJob(id: string): string {
  return id.slice(0, id.lastIndexOf('/'))
}
