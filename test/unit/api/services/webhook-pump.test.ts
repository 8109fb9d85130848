import { afterEach, describe, expect, it } from '@jest/globals';
import { AppError } from '../../../../shared/contracts/errors.ts';
import { WebhookDeliveryId } from '../../../../shared/contracts/ids.ts';
import { createWebhookPump, type WebhookPump } from '../../../../api/services/webhook-pump.ts';
import { eventually } from '../../../helpers/eventually.ts';

const id = WebhookDeliveryId.parse(`msg_${'0'.repeat(20)}`);
/** Never reached in a test: what happens is what nudges bring about. */
const NEVER_MS = 1_000_000;

let pump: WebhookPump | undefined;
afterEach(async () => pump?.close());

function start(options: {
  claims: WebhookDeliveryId[][];
  waiting?: number;
  claim?: () => Promise<never>;
  isAnyDue?: boolean;
}) {
  const { claims, waiting = 0, claim, isAnyDue = true } = options;
  const seen = { looks: 0, rooms: [] as number[], added: [] as string[], reports: [] as string[] };
  pump = createWebhookPump({
    due: {
      isAnyDue: async () => {
        seen.looks += 1;
        return isAnyDue;
      },
      claim: async ({ room }) => {
        seen.rooms.push(room);
        return claim === undefined ? { ids: claims.shift() ?? [], next: undefined } : claim();
      },
    },
    queue: {
      add: async (ids) => void seen.added.push(...ids),
      waiting: () => Promise.resolve(waiting),
    },
    nowMs: () => performance.now(),
    report: (message) => seen.reports.push(message),
    intervalMs: NEVER_MS,
  });
  pump.start();
  return { pump, seen };
}

describe('webhook pump', () => {
  it('goes on while there is something to move', async () => {
    const { seen } = start({ claims: [[id], [id], [id]] });
    await eventually(() => seen.added.length === 3 && seen.rooms.length === 4);
  });

  it('looks again when it is told that there may be something', async () => {
    const { pump: pumping, seen } = start({ claims: [[]] });
    await eventually(() => seen.rooms.length === 1);
    pumping.nudge();
    await eventually(() => seen.rooms.length === 2);
  });

  it('takes no more than there is room for in the queue', async () => {
    const { seen } = start({ claims: [], waiting: 30 });
    await eventually(() => seen.rooms.length === 1);
    expect(seen.rooms).toEqual([2]);
  });

  it('takes nothing while the queue is full', async () => {
    const { pump: pumping, seen } = start({ claims: [[id]], waiting: 32 });
    pumping.nudge();
    await pumping.close();
    expect(seen.rooms).toEqual([]);
  });

  it('looks no further where nothing is due', async () => {
    const { pump: pumping, seen } = start({ claims: [[id]], isAnyDue: false });
    await eventually(() => seen.looks === 1);
    await pumping.close();
    expect(seen.rooms).toEqual([]);
  });

  it('tells of an outage once', async () => {
    const down = () => Promise.reject(new AppError('DATABASE_UNAVAILABLE', 'Down.'));
    const { pump: pumping, seen } = start({ claims: [], claim: down });
    await eventually(() => seen.rooms.length === 1);
    pumping.nudge();
    await eventually(() => seen.rooms.length === 2);
    expect(seen.reports).toHaveLength(1);
  });
});
