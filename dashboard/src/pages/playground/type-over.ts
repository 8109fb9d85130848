/** Typing over a selection, done by the editor itself. */
import { EditorView } from '@codemirror/view';

/**
 * Left to it, Chrome would carry the look of what was selected over to what is typed, as a style in the markup: the
 * page's policy refuses that, and says so at each such key.
 */
export const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { inputType, data } = event;
    if (inputType !== 'insertText' || data === null || view.composing) return false;
    if (view.state.readOnly || view.state.selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    event.preventDefault();
    return true;
  },
});
