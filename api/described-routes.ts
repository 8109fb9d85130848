/** The table of all routes as the OpenAPI document reads it, without a service behind it. */
import type { Route } from './http/define-route.ts';
import { createRoutes, type RouteServices } from './routes/routes.ts';

/** The table of all routes, to be read and not called. */
export function describedRoutes(): Route[] {
  return createRoutes(UNUSED_SERVICES);
}

const unused = () => Promise.reject(new Error('the document calls nothing'));

/** The document reads the table and calls nothing in it. */
const UNUSED_SERVICES: RouteServices = {
  runs: { run: unused, abandon: unused },
  reading: { read: unused, readOutput: unused, list: unused },
  cancellation: { cancel: unused },
  deletion: { delete: unused },
  streams: { open: unused, openTaken: unused, reserve: () => () => undefined, size: () => 0 },
  responses: {
    ...{ create: unused, createFollowed: unused, read: unused },
    ...{ list: unused, cancel: unused, delete: unused, readInput: unused, follow: unused },
  },
  assistants: { create: unused, read: unused, list: unused, update: unused, delete: unused },
  systemTools: { list: unused },
  modelList: {
    list: () => [],
    read: () => {
      throw new Error('the document calls nothing');
    },
  },
  packages: { list: unused },
  health: { readiness: unused },
  files: { read: unused, list: unused, search: unused, openContent: unused, delete: unused },
  uploads: { begin: () => ({ add: unused, finish: unused, close: unused }) },
  organizations: { create: unused, list: unused, read: unused, update: unused, setStatus: unused },
  keys: { list: unused, read: unused, create: unused, rename: unused, revoke: unused, rotate: unused },
  ownOrganization: { read: unused, change: unused, limits: unused },
  quotas: { read: unused, set: unused },
  audit: { list: unused, attempt: unused },
  webhookEndpoints: {
    assertCallbackUrl: () => undefined,
    create: unused,
    list: unused,
    read: unused,
    change: unused,
    delete: unused,
    rotate: unused,
    test: unused,
    defaultSecret: unused,
    rotateDefault: unused,
  },
  webhookDeliveries: { read: unused, list: unused, redeliver: unused },
  accounts: {
    ...{ setUp: unused, changePassword: unused },
    ...{ list: unused, create: unused, update: unused, delete: unused },
  },
  sessions: {
    ...{ begin: unused, logIn: unused, find: unused, roleOf: unused, describe: unused },
    ...{ logOut: unused, logOutEverywhere: unused, guarded: unused, digestOf: String },
  },
  operatorAdmission: { admitOperator: unused, isStillAdmitted: unused },
  hasTls: false,
  usage: { ofOrganization: unused, ofAll: unused },
  settings: { find: unused },
  operatorExecutions: { list: unused, read: unused, cancel: unused, retry: unused, run: unused },
  executionExport: {
    csv: () => {
      throw new Error('the document calls nothing');
    },
  },
  operatorOutputs: { read: unused, follow: unused, streamCount: () => 0 },
  operatorResponses: { list: unused, read: unused, cancel: unused },
  overview: {
    read: unused,
    streamCount: () => 0,
    open: () => {
      throw new Error('the document calls nothing');
    },
  },
  serviceSettings: { read: unused },
  massCancellation: { cancel: unused, preview: unused },
  workers: { list: unused, command: unused },
  queueControl: {
    state: unused,
    stateOf: unused,
    list: unused,
    setPaused: unused,
    setOrganizationPaused: unused,
    queuePause: unused,
  },
};
