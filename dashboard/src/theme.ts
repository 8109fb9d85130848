/** The look of the pages: one quiet accent, the system's own fonts, and the same measures everywhere. */
import { createTheme, type MantineColorsTuple } from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#e8f6f6',
  '#d6eaeb',
  '#afd4d6',
  '#84bdc0',
  '#61a9ad',
  '#4a9da2',
  '#3b969c',
  '#247a81',
  '#1c6f77',
  '#0d5f67',
];

/** A shade bluer than Mantine's greys, so that surfaces and accent belong together. */
const dark: MantineColorsTuple = [
  '#d5dbe0',
  '#b4bec7',
  '#93a0ab',
  '#62707c',
  '#3a4650',
  '#2b353d',
  '#222b32',
  '#192026',
  '#12181d',
  '#0c1114',
];

const SYSTEM_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, Cantarell, sans-serif';
const MONOSPACE_FONT = 'ui-monospace, SFMono-Regular, "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 7 },
  colors: { petrol, dark },
  fontFamily: SYSTEM_FONT,
  fontFamilyMonospace: MONOSPACE_FONT,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    fontFamily: SYSTEM_FONT,
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.5rem', lineHeight: '1.3' }, h2: { fontSize: '1.125rem', lineHeight: '1.4' } },
  },
  components: {
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250, events: { hover: true, focus: true, touch: true } } },
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.45, blur: 2 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
  },
});
