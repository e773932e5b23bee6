import { defineConfig } from 'vitest/config';

const nodes = ['./test/support/globalSetup.ts'];

/** A limit ends a test that hangs; how fast a machine is decides no test. */
const limits = { testTimeout: 300_000, hookTimeout: 300_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { ...limits, name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { test: { ...limits, name: 'property', include: ['test/property/**/*.test.ts'] } },
      { test: { ...limits, name: 'simulation', include: ['test/simulation/**/*.test.ts'] } },
      { test: { ...limits, name: 'registry', include: ['test/registry/**/*.test.ts'] } },
      { test: { ...limits, name: 'contract', include: ['test/contract/**/*.test.ts'] } },
      {
        test: {
          ...limits,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: nodes,
        },
      },
      {
        test: {
          name: 'package',
          // A test here runs dozens of processes, two at a time.
          testTimeout: 1_200_000,
          hookTimeout: 1_200_000,
          include: ['test/package/**/*.test.ts'],
          globalSetup: [...nodes, './test/package/installPackage.ts'],
        },
      },
    ],
  },
});
