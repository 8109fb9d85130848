/** What was asked and what came of it, in order. */
import { Group, Loader, Text } from '@mantine/core';
import { IconPaperclip, IconRobot, IconTerminal2, IconUser } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ModelStep, OperatorResponse, ResponseInput } from '../../../../shared/contracts/operator-response.ts';
import type { ResponseItem } from '../../../../shared/contracts/response-item.ts';
import { formatDuration } from '../../parts/format.ts';
import { CallView } from './call-view.tsx';
import { GivenFiles } from './given-files.tsx';
import { conversationOf, isOpen } from './response-steps.ts';
import { MarkdownText, Picture, SaidText } from './said.tsx';
import { stepFigures } from './step-figures.ts';

export function Turn({ response }: { readonly response: OperatorResponse }) {
  return (
    <>
      {response.input.map((message, at) => (
        <Message key={at} message={message} />
      ))}
      {response.files.length > 0 && (
        <Said who="files" name="Files">
          <GivenFiles response={response} />
        </Said>
      )}
      {conversationOf(response).map((entry) =>
        entry.type === 'step' ? (
          <StepLine key={entry.number} number={entry.number} took={entry.took} />
        ) : (
          <Item key={entry.item.id} item={entry.item} response={response} />
        ),
      )}
      {isOpen(response) && (
        <Group gap="xs" role="status">
          <Loader size="xs" type="dots" aria-hidden />
          <Text size="sm" c="dimmed">
            {response.status === 'queued' ? 'Waits for its turn.' : 'It is being made.'}
          </Text>
        </Group>
      )}
    </>
  );
}

function Item({ item, response }: { readonly item: ResponseItem; readonly response: OperatorResponse }) {
  if (item.type === 'message') {
    return (
      <Said who="assistant" name={response.model}>
        {item.content.map(({ text }, at) => (
          <MarkdownText key={at} text={text} />
        ))}
      </Said>
    );
  }
  return (
    <Said who="code" name="Code">
      <CallView call={item} run={response.runs.find((run) => run.execution_id === item.execution_id)} />
    </Said>
  );
}

/** What asking the model took, before what came of it. */
function StepLine({ number, took }: { readonly number: number; readonly took: ModelStep }) {
  return (
    <p className="step-line numbers">
      <strong>Step {number}</strong> {[`model ${formatDuration(took.model_ms)}`, ...stepFigures(took)].join(' · ')}
    </p>
  );
}

function Message({ message: { role, content } }: { readonly message: ResponseInput }) {
  return (
    <Said who={role} name={role === 'user' ? 'User' : 'Assistant, as the request tells'}>
      {content.map((part, at) =>
        part.type === 'text' ? (
          <SaidText key={at} text={part.text} />
        ) : (
          <Picture key={at} url={part.url} name="A picture that the user sent" />
        ),
      )}
    </Said>
  );
}

const ICONS = { user: IconUser, assistant: IconRobot, code: IconTerminal2, files: IconPaperclip } as const;

type SaidProps = { readonly who: keyof typeof ICONS; readonly name: string; readonly children: ReactNode };

function Said({ who, name, children }: SaidProps) {
  const Icon = ICONS[who];
  return (
    <article className="said" data-who={who} aria-label={name}>
      <span className="said-icon" aria-hidden>
        <Icon size={18} stroke={1.6} />
      </span>
      <div className="said-body">
        <div className="said-name">{name}</div>
        {children}
      </div>
    </article>
  );
}
