/** Under gVisor all takes several times as long. */
import { jest } from '@jest/globals';

jest.setTimeout(60_000);
