/** Lists, as every route answers them: newest first, in pages that follow each other by id. */
import { z } from 'zod';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../../shared/contracts/limits.ts';
import { json, type Answer } from '../http/define-route.ts';
import { queryNumber } from './answers.ts';

/** A page of what `item` describes; `id` names the schema in the document. */
export function listSchema<Item extends z.ZodType>(item: Item, id: string) {
  return z
    .strictObject({
      object: z.literal('list'),
      data: z.array(item),
      has_more: z.boolean(),
      first_id: z.string().nullable(),
      last_id: z.string().nullable().describe('Give it as `after` to get the next page.'),
    })
    .meta({ id });
}

/** What every list takes: how many, and after which. */
export function pageQuery<Id extends z.ZodType>(id: Id) {
  return {
    limit: queryNumber(1, PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
    after: id.optional().describe('The last id of the page before.'),
  };
}

export type Page<Item> = { readonly data: readonly Item[]; readonly hasMore: boolean };

export function listAnswer({ data, hasMore }: Page<{ readonly id: string }>): Answer {
  return json(200, {
    object: 'list',
    data,
    has_more: hasMore,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  });
}
