/** Which version of the service runs. */

export const SERVICE_VERSION = '0.1.0';
