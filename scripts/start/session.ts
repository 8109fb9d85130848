import type { Lifecycle } from '../../shared/platform/lifecycle.ts';
import type { DataPaths } from '../setup/data-directory.ts';
import type { Report } from '../setup/report.ts';
import type { StartConfig } from './config.ts';
import type { StopRequest } from './stop-request.ts';

/** What every stage of one start shares. */
export type Session = {
  /** The project's directory. */
  readonly project: string;
  readonly config: StartConfig;
  readonly paths: DataPaths;
  readonly report: Report;
  readonly lifecycle: Lifecycle;
  readonly stop: StopRequest;
};
