/** Reads TypeScript in a thread of a Node that does not run it as it is. `--import tsx` does so in the main thread alone. */
import { register } from 'tsx/esm/api'

register()
