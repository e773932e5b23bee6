import { defineConfig } from 'vitest/config';

const nodes = ['./test/support/globalSetup.ts'];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { test: { name: 'property', include: ['test/property/**/*.test.ts'] } },
      {
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          testTimeout: 90_000,
        },
      },
      { test: { name: 'registry', include: ['test/registry/**/*.test.ts'] } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'] } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: nodes,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
