/** Structured logs: a sentence and an object, JSON lines on stdout. Never code, stdin, output or keys. */
import { pino, type Logger } from 'pino';
import { toldDetail, toldError } from './told-error.ts';

export type Log = Logger;

export function createLog(service: 'api' | 'worker', level: string): Log {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: toldError, error: toldError, detail: toldDetail },
    redact: ['req.headers.authorization', 'req.headers["x-api-key"]', 'req.headers["api-key"]', 'req.headers.cookie'],
  });
}
