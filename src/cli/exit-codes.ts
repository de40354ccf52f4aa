/** What the process says to a shell when it ends. */
export const EXIT = {
  done: 0,
  /** Something failed: a lost worker, a full disk, a mistake of ours; or a check found something wrong. */
  failed: 1,
  /** Input that a person can mend; nothing was computed. */
  usage: 2,
  /** There is no value to rely on: the run diverged, or the networks made its estimate worse. */
  unreliable: 3,
  interrupted: 130,
  terminated: 143,
} as const

export type StopSignal = 'SIGINT' | 'SIGTERM'

export function exitCodeOf(signal: StopSignal): number {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated
}
