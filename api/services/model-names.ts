/** Names of models, as requests and settings give them. Pure. */
import { AppError } from '../../shared/contracts/errors.ts';

export type KnownModels = { find(name: string): unknown; names(): string[] };

/** @throws AppError VALIDATION_ERROR that names what there is */
export function assertModel(models: KnownModels, name: string | null | undefined, param: string): void {
  if (name === null || name === undefined || models.find(name) !== undefined) return;
  const message = `${param}: there is no such model; there are ${models.names().join(', ')}.`;
  throw new AppError('VALIDATION_ERROR', message, { param });
}
