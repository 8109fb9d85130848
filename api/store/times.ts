/** Columns of times, as the queries see them. */
import type { ColumnType } from 'kysely';

/** A time that the database sets unless it is given. */
export type DefaultTime = ColumnType<Date, Date | undefined, Date>;
export type LateTime = ColumnType<Date | null, Date | null | undefined, Date | null>;
