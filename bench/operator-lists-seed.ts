/** A week of executions, as a service that is much used has them. */
import { adminQuery } from '../test/helpers/postgres.ts';

export const SEEDED = { organizations: 200, workers: 20, responses: 20_000 } as const;

/** Most ended well; a few in each other way. */
const REASON = `case when n % 100 < 80 then 'ok' when n % 100 < 90 then 'exception' when n % 100 < 94 then 'timed_out'
  when n % 100 < 96 then 'exit' when n % 100 < 97 then 'cancelled' when n % 1000 < 975 then 'out_of_memory'
  when n % 1000 < 980 then 'output_limit' when n % 1000 < 985 then 'killed' else 'sandbox_lost' end`;

const padded = (what: string) => `lpad((${what})::text, 20, '0')`;

/** @param rows executions, evenly over a week */
export async function seedLists(url: string, rows: number): Promise<void> {
  // Indexes are made once all rows are there: row by row they would take many times as long.
  const indexes = await adminQuery(
    url,
    `select indexname as name, indexdef as definition from pg_indexes
      where tablename in ('executions', 'execution_texts') and indexname not like '%_pkey'`,
  );
  const statements = [
    ...indexes.map(({ name }) => `drop index ${String(name)}`),
    ...seeding(rows),
    ...indexes.map(({ definition }) => String(definition)),
    'vacuum analyze',
  ];
  for (const statement of statements) await adminQuery(url, statement);
}

function seeding(rows: number): string[] {
  const created = `now() - (${String(rows)} - n) * interval '1 week' / ${String(rows)}`;
  const code = `'import pandas as pd' || chr(10) || 'frame = pd.DataFrame({"n": range(' || n || ')})' || chr(10)
    || case when n % 1000 = 0 then 'rare_' || n / 1000 || '_ = 1' else 'print(frame.describe())' end`;
  return [
    `insert into organizations (id, name) select 'org_' || ${padded('n')}, 'Organization ' || n
      from generate_series(0, ${String(SEEDED.organizations - 1)}) n`,
    `insert into executions (id, organization_id, code, timeout_ms, memory_mb, isolation, input_bytes, worker_id,
        response_id, status, exit_reason, outputs, queue_ms, start_ms, wall_ms, cpu_ms, created_at, started_at,
        finished_at)
      select 'exec_' || ${padded('n')}, 'org_' || ${padded(`floor(power(random(), 3) * ${String(SEEDED.organizations)})`)},
        code, 30000, 512, 'organization', length(code), 'worker_' || n % ${String(SEEDED.workers)},
        case when n % 50 = 0 then 'resp_' || ${padded(`n / 50 % ${String(SEEDED.responses)}`)} end,
        case reason when 'ok' then 'completed' when 'cancelled' then 'cancelled' else 'failed' end, reason,
        '[{"type":"text","stream":"stdout","text":"42"}]', random() * 100, 1, wall, wall, at, at, at + wall * interval '1 ms'
      from generate_series(1, ${String(rows)}) n,
        lateral (select ${created} as at, ${REASON} as reason, ${code} as code,
          least(30000, power(10, 1 + random() * 3.5)) + n * 0 as wall) made`,
    `insert into execution_texts select id, left(code, 16384) from executions`,
    `insert into usage_hours select 'org_' || ${padded('o')}, date_trunc('hour', now(), 'UTC') - h * interval '1 hour', reason,
        10, 1000, 1000, 100, 1000, 1000
      from generate_series(0, ${String(SEEDED.organizations - 1)}) o, generate_series(0, 167) h,
        unnest(array['ok', 'exception', 'timed_out']) reason`,
    `insert into activity select step, to_timestamp((floor(extract(epoch from now()) / step) - back) * step), kind,
        label::text, 100
      from (values (60, 119), (900, 191), (3600, 335)) steps (step, most), lateral generate_series(0, most) back,
        (values ('queue'), ('wall')) kinds (kind), generate_series(1, 60) label
      union all
      select step, to_timestamp((floor(extract(epoch from now()) / step) - back) * step), kind, label, 100
      from (values (60, 119), (900, 191), (3600, 335)) steps (step, most), lateral generate_series(0, most) back,
        (values ('created', ''), ('started', ''), ('ended', 'ok'), ('ended', 'exception')) kinds (kind, label)`,
  ];
}
