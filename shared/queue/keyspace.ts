/**
 * Every key and channel in Redis, in one place. All share the hash tag `{exec}`, so that a script may touch several
 * of them in a Redis Cluster too. Pure.
 */

/** Name of the BullMQ queue; its keys are `<prefix>:executions:*`. */
export const EXECUTIONS_QUEUE = 'executions';
/** Name of the BullMQ queue of deliveries to receivers; its keys are `<prefix>:webhooks:*`. */
export const WEBHOOKS_QUEUE = 'webhooks';

/** Name of the BullMQ queue of responses in the background; its keys are `<prefix>:responses:*`. */
export const RESPONSES_QUEUE = 'responses';

/** Lower-case letters, digits, `-` and `_`: nothing that could end the prefix or open another hash tag. */
const NAMESPACE = /^[0-9a-z_-]{1,64}$/;

/**
 * @param namespace keeps installations that share one Redis apart
 * @throws Error when `namespace` has other characters than lower-case letters, digits, `-` and `_`
 */
export function createKeyspace(namespace: string) {
  if (!NAMESPACE.test(namespace)) throw new Error(`not a Redis namespace: ${JSON.stringify(namespace)}`);
  const prefix = `${namespace}:{exec}`;

  return {
    /** BullMQ's own keys begin with it. */
    prefix,
    fairIndex: {
      /** Hash: `slots`, `paused`, `virtual_time`, `next_order`, `lowest_order`, `rebuild_order`, `epoch`, `held_until_ms`. */
      state: `${prefix}:fair:state`,
      /** Sorted set: organizations that may be served, by start tag. */
      ready: `${prefix}:fair:ready`,
      /** Sorted set: start tags of organizations that have nothing to serve now. */
      tags: `${prefix}:fair:tags`,
      /** Hash: execution id → `organization|bytes|order`, for queued and dispatched ones. */
      entries: `${prefix}:fair:entries`,
      /** Sorted set: dispatched ids by the time of dispatch in milliseconds. */
      inFlight: `${prefix}:fair:in-flight`,
      /** Hash: organization → bytes queued. */
      queuedBytes: `${prefix}:fair:queued-bytes`,
      /** Hash: organization → executions dispatched. */
      running: `${prefix}:fair:running`,
      /** Hash: organization → `weight|cap|paused|version`, where anything was set. */
      settings: `${prefix}:fair:settings`,
      /** Sorted set, all scores 0: organizations of which anything is queued or dispatched. */
      members: `${prefix}:fair:members`,
      /** With an organization's id appended, a sorted set: queued ids by order. */
      backlogPrefix: `${prefix}:fair:backlog:`,
    },
    /** Stream of run reports from workers to api. */
    results: `${prefix}:results`,
    /** Stream of live events of one execution. */
    events: (executionId: string) => `${prefix}:events:${executionId}`,
    cancelMarker: (executionId: string) => `${prefix}:cancel:${executionId}`,
    /** Set of the ids of all workers that sent a heartbeat. */
    workers: `${prefix}:workers`,
    /** With a worker's id appended, its last heartbeat. */
    workerPrefix: `${prefix}:worker:`,
    /** Set of the ids of all workers that did not say that they end. */
    seenWorkers: `${prefix}:seen-workers`,
    /** With a worker's id appended, its last heartbeat, for a while longer than it counts as alive. */
    seenWorkerPrefix: `${prefix}:seen-worker:`,
    /** With a worker's id appended, what operators last told it. */
    workerCommandPrefix: `${prefix}:worker-command:`,
    /** Sorted set: models by the time when a process last told that it knows them, in seconds. */
    knownModels: `${prefix}:known-models`,
    /** Name of this installation. */
    deployment: `${prefix}:deployment`,
    /** With an address appended, its failed keys. */
    failuresPrefix: `${prefix}:failures`,
    /** With a digest of address and account appended, log-ins that failed lately. */
    failedLoginsPrefix: `${prefix}:failed-logins`,
    /** With an organization's id appended, what is left of its requests. */
    requestsPrefix: `${prefix}:requests:`,
    /** With an organization's id appended, what its keys changed lately. */
    changesPrefix: `${prefix}:changes`,
    /** With an organization's id appended, what its keys were denied lately. */
    denialsPrefix: `${prefix}:denials`,
    channels: {
      events: (executionId: string) => `${prefix}:channel:events:${executionId}`,
      done: `${prefix}:channel:done`,
      cancel: `${prefix}:channel:cancel`,
      workers: `${prefix}:channel:workers`,
    },
  };
}

export type Keyspace = ReturnType<typeof createKeyspace>;
