import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readSettings, type Environment } from '../../../shared/platform/settings.ts';
import { isTracingOn, TRACING_SETTINGS } from '../../../shared/platform/tracing-settings.ts';

const read = (environment: Environment) => readSettings(z.object(TRACING_SETTINGS), environment);
const COLLECTOR = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

describe('tracing settings', () => {
  it.each<[string, Environment, boolean]>([
    ['off by themselves', {}, false],
    ['off with a name alone', { OTEL_SERVICE_NAME: 'api' }, false],
    ['on with a collector', COLLECTOR, true],
    ['on with an address for traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/traces' }, true],
    ['off where OpenTelemetry is disabled', { ...COLLECTOR, OTEL_SDK_DISABLED: 'true' }, false],
    ['off without an exporter', { ...COLLECTOR, OTEL_TRACES_EXPORTER: 'none' }, false],
  ])('are %s', (_name, environment, on) => {
    expect(isTracingOn(read(environment))).toBe(on);
  });

  it.each(['0', '1', '0.25', '.5', '1.0'])('take the share %s', (text) => {
    expect(read({ OTEL_TRACES_SAMPLER_ARG: text }).OTEL_TRACES_SAMPLER_ARG).toBe(Number(text));
  });

  it.each([
    { OTEL_TRACES_SAMPLER_ARG: '1.5' },
    { OTEL_TRACES_SAMPLER_ARG: 'half' },
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
    { OTEL_TRACES_SAMPLER: 'jaeger_remote' },
  ])('refuse %j', (environment) => {
    expect(() => read(environment)).toThrow(Object.keys(environment)[0]);
  });
});
