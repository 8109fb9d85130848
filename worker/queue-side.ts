/** The worker's half of the queue: three connections and what works over them. */
import type { Lifecycle } from '../shared/platform/lifecycle.ts';
import { createCancels } from '../shared/queue/cancels.ts';
import { openRedis } from '../shared/queue/connection.ts';
import { createDeployment } from '../shared/queue/deployment.ts';
import { createHeartbeats } from '../shared/queue/heartbeats.ts';
import { createKeyspace } from '../shared/queue/keyspace.ts';
import { createEventWriter } from '../shared/queue/live-events.ts';
import { createResultBacklog, createResultPoster } from '../shared/queue/results.ts';
import { openSubscriber } from '../shared/queue/subscriber.ts';
import { createWorkerCommands, type WorkerCommand } from '../shared/queue/worker-commands.ts';
import type { WorkerConfig } from './config.ts';

export async function openQueueSide(
  { redisUrl, namespace, deployment }: Pick<WorkerConfig, 'redisUrl' | 'namespace' | 'deployment'>,
  lifecycle: Lifecycle,
  report: (event: string, detail: unknown) => void,
) {
  const keyspace = createKeyspace(namespace);
  const open = (role: 'command' | 'blocking') => {
    const redis = openRedis(redisUrl, role, (error) => {
      report('redis', String(error));
    });
    lifecycle.onClose('redis', () => {
      redis.disconnect();
    });
    return redis;
  };
  const redis = open('command');
  // Commands wait for Redis on it: a report is posted once, however long an outage takes.
  const posting = open('blocking');
  const subscriber = openSubscriber({ redisUrl, keyspace, report });
  lifecycle.onClose('subscriber', subscriber.close);
  return {
    deployment: deployment ?? (await createDeployment({ redis, keyspace }).read()),
    subscriber,
    heartbeats: createHeartbeats({ redis, keyspace }),
    results: createResultPoster({ redis: posting, keyspace }),
    backlog: createResultBacklog({ redis, keyspace }),
    cancels: createCancels({ redis, keyspace }),
    /** What operators tell a worker. */
    commandsOf: (workerId: string) => {
      const commands = createWorkerCommands({ redis, keyspace });
      return {
        read: (): Promise<WorkerCommand | null> => commands.read(workerId),
        onWord: (look: () => void): void => {
          subscriber.onWorkerCommand((id) => {
            if (id === workerId) look();
          });
        },
      };
    },
    events: createEventWriter({ redis, keyspace }),
  };
}
