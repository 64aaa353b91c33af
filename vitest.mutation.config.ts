import { defineConfig } from 'vitest/config';

/** The tests that judge the model, for the mutation run: what needs the built program or whole traces stays out. */
export default defineConfig({
  test: {
    include: [
      'src/model/**/*.test.ts',
      'properties/**/*.{property,test}.ts',
      'test/rules/**/*.test.ts',
      'test/conforming/**/*.test.ts',
    ],
    exclude: ['properties/qemu.property.ts'],
    testTimeout: 60_000,
    env: { BAROMETER_PROPERTY_SHARE: '0.1' },
  },
});
