/**
 * Loaded before every process of the tests: a run takes one thread unless it says otherwise. Tests run side by side, one on each core, and the
 * threads of a run wait for each other at every barrier.
 */
const os = require('node:os')
const { syncBuiltinESMExports } = require('node:module')

os.availableParallelism = () => 1
syncBuiltinESMExports()
