/** Names and values of one thing, in as many columns as fit. */
import type { ReactNode } from 'react';
import './fields.css';

export type Field = { readonly name: string; readonly value: ReactNode };

export function Fields({ fields }: { readonly fields: readonly (Field | null)[] }) {
  return (
    <dl className="fields">
      {fields.map((field) =>
        field === null ? null : (
          <div key={field.name}>
            <dt>{field.name}</dt>
            <dd>{field.value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
