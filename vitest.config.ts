import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Vitest leaves one core free; here the tests wait for processes of their own most of the time.
    maxWorkers: '100%',
    globalSetup: './test/support/built-workers.ts',
    reporters: ['default', './test/support/closing-line.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
