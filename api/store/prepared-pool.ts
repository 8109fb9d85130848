/**
 * A pool whose statements the server parses once per connection: a quarter of the database's work for an execution
 * went into parsing. The statements of the service are a small fixed set, so their names need no bound.
 */
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Pool } from 'pg';

export function preparing(pool: Pool): PostgresPool {
  const names = new Map<string, string>();

  /** Statements without values, as in migrations, come once or are too simple to gain from it. */
  function named(text: string, values: unknown[]) {
    if (values.length === 0) return { text };
    const name = names.get(text) ?? `statement_${String(names.size)}`;
    names.set(text, name);
    return { name, text, values };
  }

  return {
    async connect() {
      const client = await pool.connect();
      const query = (text: string, values: unknown[]) => client.query(named(text, values));
      return {
        // Both libraries take the caller's word for the type of rows, but name it differently; cursors are not used.
        query: query as unknown as PostgresPoolClient['query'],
        release: () => {
          client.release();
        },
      };
    },
    end: () => pool.end(),
  };
}
