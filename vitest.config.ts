import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { APART } from './test/support/apart.ts'
import LongestFirst from './test/support/longest-first.ts'

// Threads and commands of the tests load the same files a thousand times: Node keeps what it compiled of them (from 22 on).
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/tests', import.meta.url))

const oneThread = fileURLToPath(new URL('test/support/one-thread.cjs', import.meta.url))
/** Where Node runs TypeScript as it is, so do the tests: calls through Vite's modules take half as long again in kernels. */
const runsTypeScript = Boolean(process.features.typescript)

export default defineConfig({
  test: {
    pool: 'forks',
    // Vitest leaves one core free; here the tests wait for processes of their own most of the time.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    env: { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --require ${JSON.stringify(oneThread)}`.trim() },
    globalSetup: './test/support/built-workers.ts',
    reporters: ['default', './test/support/closing-line.ts'],
    experimental: { viteModuleRunner: !runsTypeScript },
    // They end a hang and nothing else: beside thirty other processes a minute's test takes a quarter of an hour.
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: APART,
          // A process of its own would load and compile the same code for each file.
          isolate: !runsTypeScript,
          setupFiles: ['./test/support/kept-threads.ts', './test/support/afresh.ts'],
        },
      },
      { extends: true, test: { name: 'apart', include: APART } },
    ],
  },
})
