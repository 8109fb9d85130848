/** A field for Python. Loaded only here. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { python } from '@codemirror/lang-python';
import { bracketMatching, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import { useEffect, useEffectEvent, useRef } from 'react';
import { pageNonce } from '../../page-nonce.ts';
import { typeOver } from './type-over.ts';
import './python-editor.css';

type Props = {
  /** What stands there at first; what is typed is told by `onChange`. */
  readonly initialCode: string;
  readonly onChange: (code: string) => void;
  /** Ctrl-Enter, or Cmd-Enter on a Mac. */
  readonly onRun: () => void;
};

export function PythonEditor({ initialCode, onChange, onRun }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const tell = useEffectEvent(onChange);
  const run = useEffectEvent(onRun);
  const start = useEffectEvent(() => initialCode);
  useEffect(() => {
    if (place.current === null) return undefined;
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: start(),
        extensions: [
          // Tab is not among the keys: it leads on to the next element, as on every page.
          keymap.of([{ key: 'Mod-Enter', run: () => (run(), true) }, ...defaultKeymap, ...historyKeymap]),
          history(),
          typeOver,
          lineNumbers(),
          drawSelection(),
          highlightActiveLine(),
          bracketMatching(),
          indentUnit.of('    '),
          python(),
          syntaxHighlighting(classHighlighter),
          EditorView.cspNonce.of(pageNonce()),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'Python code' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) tell(update.state.doc.toString());
          }),
        ],
      }),
    });
    return () => {
      view.destroy();
    };
  }, []);
  return <div ref={place} className="editor" />;
}
