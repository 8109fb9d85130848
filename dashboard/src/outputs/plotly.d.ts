/** What is used of plotly.js, which brings no types in this form. */
declare module 'plotly.js-strict-dist-min' {
  type Figure = { readonly data: readonly unknown[]; readonly layout: Readonly<Record<string, unknown>> };
  const Plotly: {
    newPlot: (
      element: HTMLElement,
      data: Figure['data'],
      layout: Figure['layout'],
      config: Readonly<Record<string, unknown>>,
    ) => Promise<unknown>;
    purge: (element: HTMLElement) => void;
  };
  export default Plotly;
}
