/** What the document shows for the calls about quotas. Pure. */
const DEFAULTS = {
  requests_per_minute: null,
  requests_per_day: null,
  running_max: null,
  queued_max: 10_000,
  queued_bytes_max: 268_435_456,
  cpu_seconds_per_day: null,
  storage_bytes_max: 10_737_418_240,
  timeout_ms_max: 30_000,
  memory_mb_max: 2_048,
  weight: 1,
};

const SET = { requests_per_minute: 600, running_max: 8, weight: 2 };

/** What counts for one organization. */
export const QUOTAS_EXAMPLE = { ...DEFAULTS, ...SET };

const QUOTAS = {
  object: 'organization.quotas',
  organization_id: 'org_7d2fk0q9w3e5r8t1y6u4',
  effective: QUOTAS_EXAMPLE,
  overrides: SET,
  defaults: DEFAULTS,
  ceilings: {
    requests_per_minute: 6_000,
    requests_per_day: null,
    running_max: 64,
    queued_max: null,
    queued_bytes_max: null,
    cpu_seconds_per_day: null,
    storage_bytes_max: null,
    timeout_ms_max: 30_000,
    memory_mb_max: 2_048,
    weight: null,
  },
  used: { storage_bytes: 48_234_112 },
};

export const QUOTA_EXAMPLES = {
  readQuotas: { answers: { 200: QUOTAS } },
  setQuotas: {
    requests: {
      plan: { summary: 'A larger plan: more requests, eight at once, twice the turns', value: SET },
      none: { summary: 'The service’s defaults again', value: {} },
    },
    answers: { 200: QUOTAS },
  },
} as const;
