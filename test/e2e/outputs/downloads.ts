/** What an execution attached, and what of it is downloaded. */
import type { Execution } from '../../../shared/contracts/execution.ts';
import type { Service } from '../../helpers/service.ts';

export const filesOf = ({ outputs }: Execution) => outputs.filter((output) => output.type === 'file');
export const errorOf = ({ outputs }: Execution) => outputs.find((output) => output.type === 'error');

/** The bytes of the output at place `n`. */
export async function download(
  { url, tenant }: Pick<Service, 'url' | 'tenant'>,
  { id }: Execution,
  n: number,
  key = tenant.key,
) {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/v1/executions/${id}/outputs/${String(n)}`, { headers });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

export const PLOT = 'import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 3, 2])\n';
export const FRAME = 'import pandas as pd\ndf = pd.DataFrame({"a": [1, 2], "é": ["x", "y,z"]})\n';
