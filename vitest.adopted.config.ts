// Users' configurations that need images of their own, minutes of packages to install: `npm run test:adopted`.
import { defineConfig } from 'vitest/config'
import usual from './vitest.config.ts'

export default defineConfig({
  ...usual,
  test: {
    ...usual.test,
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'adopted',
          include: ['test/wide/**/*.test.ts'],
          testTimeout: 1_200_000,
          hookTimeout: 1_200_000,
          isolate: false,
          globalSetup: ['test/shared-folder.ts'],
          provide: { mailrig: { mta: 'postfix', release: 'bookworm' } },
        },
      },
    ],
  },
})
