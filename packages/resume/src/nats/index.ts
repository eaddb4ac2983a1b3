export { natsStore, type NatsStoreOptions } from "./nats-store.ts";
export type { NatsConnection } from "./server.ts";
