export { sqliteStore, type SqliteStore, type SqliteStoreOptions } from "./sqlite-store.ts";
export type { SqliteDatabase, SqliteStatement, SqliteValue } from "./database.ts";
