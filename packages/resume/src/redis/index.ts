export { redisStore, type RedisStore, type RedisStoreOptions } from "./redis-store.ts";
export type { IoRedis, NodeRedis, RedisClient } from "./connection.ts";
