/** Figures of plotly, drawn in the page by the build of plotly.js that needs no `eval`. Loaded only for a figure. */
import { useEffect, useRef, useState } from 'react';
import { ErrorState } from '../parts/states.tsx';
import { loadPlotly } from './load-plotly.ts';

const HEIGHT_PX = 420;
const HEIGHT_PX_MAX = 2_000;

export function PlotlyOutput({ json }: { readonly json: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let isGone = false;
    const draw = async () => {
      try {
        const plotly = await loadPlotly();
        const { data, layout } = figureOf(json);
        if (!isGone) await plotly.newPlot(element, data, layout, { responsive: true, displaylogo: false });
      } catch (failure) {
        if (!isGone) setError(failure instanceof Error ? failure : new Error(String(failure)));
      }
    };
    void draw();
    return () => {
      isGone = true;
      void loadPlotly().then((plotly) => {
        plotly.purge(element);
      });
    };
  }, [json]);
  if (error !== null) return <ErrorState error={error} title="The figure could not be drawn" />;
  return <div ref={place} className="output-plotly" />;
}

/** What the code says of its size is kept within bounds; the width is the page's. */
function figureOf(json: string) {
  const figure: unknown = JSON.parse(json);
  const layout = { ...objectOf(figure, 'layout') };
  const height = layout['height'];
  return {
    data: listOf(figure, 'data'),
    layout: {
      ...layout,
      autosize: true,
      width: undefined,
      height: typeof height === 'number' ? Math.min(HEIGHT_PX_MAX, Math.max(100, height)) : HEIGHT_PX,
    },
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function objectOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const member = memberOf(value, name);
  return typeof member === 'object' && member !== null ? Object.fromEntries(Object.entries(member)) : {};
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const member = memberOf(value, name);
  return Array.isArray(member) ? member : [];
}
