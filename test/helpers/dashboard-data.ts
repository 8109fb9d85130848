/** Something to see on the operators' pages: organizations, what they ran, and an answer of the model `direct`. */
import type { DashboardStage } from './dashboard-stage.ts';
import { eventually } from './eventually.ts';
import { adminQuery } from './postgres.ts';

const CHART = `import numpy as np
import pandas as pd
import matplotlib.pyplot as plt

months = pd.date_range("2026-01-31", periods=12, freq="ME")
sales = pd.DataFrame({"month": months.strftime("%b"), "units": np.round(120 + 40 * np.sin(np.arange(12) / 2), 0)})
plt.figure(figsize=(6, 3))
plt.bar(sales["month"], sales["units"], color="#17677a")
plt.title("Units sold")
plt.show()
print(f"best month: {sales.loc[sales.units.idxmax(), 'month']}")
sales.head()`;

const COMPOUND = "principal = 10000\nprint(f'${principal * 1.07 ** 20:,.2f}')";

const CODES = [
  COMPOUND,
  'import statistics\nprint(statistics.median([3, 1, 4, 1, 5, 9, 2, 6]))',
  'total = sum(n * n for n in range(1000))\ntotal',
  'import json\nprices = json.loads("[4.5, 6.25, 3.1]")\nprint(sum(prices) / len(prices))',
  'rates = {"eur": 1.08, "gbp": 1.27}\nrates["chf"]',
  'open("/tmp/report.csv", "w")',
  'from sympy import symbols, integrate, sin\nx = symbols("x")\nintegrate(sin(x) ** 2, x)',
  'import sys\nsys.exit(2)',
] as const;

const NAMES = ['Northwind Analytics', 'Blue Heron Labs', 'Acme Insurance'] as const;

export type Shown = {
  readonly organizationId: string;
  /** A key of each organization. */
  readonly keys: readonly string[];
  /** One with text, a picture and a table. */
  readonly executionId: string;
  readonly responseId: string;
};

/** @param rounds how often each organization runs everything */
export async function fillDashboard({ service, operator }: DashboardStage, rounds: number): Promise<Shown> {
  const tenants = [];
  for (const name of NAMES) tenants.push(await operator.aTenant({ name }));
  const [first] = tenants;
  if (first === undefined) throw new Error('no organization');
  for (let round = 0; round < rounds; round += 1)
    for (const { key } of tenants) for (const code of CODES) await service.run(code, {}, key.key);
  const { key } = first.key;
  await service.run('while True:\n    pass', { timeout_ms: 1_000 }, key);
  const chart = await service.run(CHART, {}, key);
  const said = '`'.repeat(3);
  const { body } = await service.call('/v1/model/response', {
    key,
    body: {
      model: 'direct',
      tools: [{ type: 'code_interpreter' }],
      instructions: 'Answer in one sentence.',
      inputs: `What is the compound interest on $10,000 at 7% for 20 years?\n\n${said}python\n${COMPOUND}\n${said}`,
    },
  });
  return {
    organizationId: first.organization.id,
    keys: tenants.map(({ key: { key: secret } }) => secret),
    executionId: chart.id,
    responseId: String(Object(body).id),
  };
}

/** As if the busiest minute so far had come again and again for an hour, with more and less of it: charts need a past. */
export async function addPast({ service }: DashboardStage): Promise<void> {
  // They are summed up a while after they have ended.
  await eventually(async () => {
    const [row] = await adminQuery(
      service.postgres.url,
      `select coalesce(sum(count), 0) >= (select count(*) from executions) as are_all from activity
        where step_seconds = 60 and kind = 'ended'`,
    );
    return row?.['are_all'] === true;
  });
  await adminQuery(
    service.postgres.url,
    `insert into activity
      select step_seconds, start - back * interval '1 minute', kind, label, round(count * (1 + 0.5 * sin(back / 6.0)))
        from activity cross join generate_series(1, 58) back
        where step_seconds = 60 and start = (select start from activity where step_seconds = 60 and kind = 'created'
          order by count desc limit 1)
      on conflict do nothing`,
  );
}

/** Keeps all slots busy and something waiting. @returns what ends it */
export function keepBusy({ service }: DashboardStage, { keys }: Shown): () => Promise<void> {
  let isOver = false;
  async function goOn(key: string): Promise<void> {
    while (!isOver) await service.run('import time\ntime.sleep(2)\nprint("done")', {}, key);
  }
  const all = [...keys, ...keys].map(goOn);
  return async () => {
    isOver = true;
    await Promise.all(all);
  };
}

/** Every page of the operators, by a name for its file. */
export function pagesOf({ organizationId, executionId, responseId }: Shown): Readonly<Record<string, string>> {
  return {
    overview: '/admin/',
    executions: '/admin/executions',
    execution: `/admin/executions/${executionId}`,
    queue: '/admin/queue',
    workers: '/admin/workers',
    organizations: '/admin/organizations',
    organization: `/admin/organizations/${organizationId}`,
    responses: '/admin/responses',
    response: `/admin/responses/${responseId}`,
    playground: '/admin/playground',
    audit: '/admin/audit',
    settings: '/admin/settings',
    accounts: '/admin/accounts',
  };
}
