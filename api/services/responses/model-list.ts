/** What responses can name as their model: names alone, nothing of where they are or how they are reached. */
import { AppError } from '../../../shared/contracts/errors.ts';
import type { ModelDescription } from '../../../shared/contracts/model.ts';

export type ModelListDeps = {
  readonly models: {
    names(): string[];
    makerOf(name: string): ModelDescription['owned_by'] | undefined;
  };
};

export function createModelList({ models }: ModelListDeps) {
  /** @throws AppError NOT_FOUND */
  function read(name: string): ModelDescription {
    const maker = models.makerOf(name);
    if (maker === undefined) throw new AppError('NOT_FOUND', 'There is no model of this name.');
    return { id: name, object: 'model', created: 0, owned_by: maker };
  }

  return { read, list: (): ModelDescription[] => models.names().map(read) };
}

export type ModelList = ReturnType<typeof createModelList>;
