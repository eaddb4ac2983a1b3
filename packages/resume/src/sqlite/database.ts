/** What the store asks of a database: `DatabaseSync` of `node:sqlite`, `Database` of `bun:sqlite`. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): unknown;
}

export interface SqliteStatement {
  run(...parameters: SqliteValue[]): unknown;
  get(...parameters: SqliteValue[]): unknown;
  all(...parameters: SqliteValue[]): unknown[];
}

export type SqliteValue = string | number | null;

type DatabaseClass = new (path: string) => SqliteDatabase;

// What Bun calls its own. Its node:sqlite came later.
const BUN = "bun:sqlite";
const NODE = "node:sqlite";

/** Opens a file, for several processes: readers do not wait for writers, and a crash tears nothing. */
export async function openDatabase(path: string): Promise<SqliteDatabase> {
  const Database = await databaseClass();
  const database = new Database(path);
  try {
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = NORMAL");
    database.exec(`PRAGMA busy_timeout = ${String(BUSY)}`);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

// Milliseconds to wait for another writer, who is done in far less, before asking again later: the
// whole process stands still meanwhile.
const BUSY = 10;

async function databaseClass(): Promise<DatabaseClass> {
  if ("Bun" in globalThis) {
    const { Database } = (await import(/* @vite-ignore */ BUN)) as { Database: DatabaseClass };
    return Database;
  }
  const { DatabaseSync } = (await import(/* @vite-ignore */ NODE)) as {
    DatabaseSync: DatabaseClass;
  };
  return DatabaseSync;
}

/** Throws on a runtime without SQLite: to ask it again, as calls of a store do, would not help. */
export function checkRuntime(): void {
  if ("Bun" in globalThis || "Deno" in globalThis) return;
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  if (process?.getBuiltinModule?.(NODE) !== undefined) return;
  throw new Error(
    "sqliteStore needs SQLite of the runtime: Node.js 22.13 or newer, Bun, or Deno; or give it a database",
  );
}

/** Whether another process holds the file, for a moment. */
export function isBusy(error: unknown): boolean {
  return isSqliteError(error, 5) || isSqliteError(error, 6);
}

/** Whether the disk, or what the database may take of it, is full. */
export function isFull(error: unknown): boolean {
  return isSqliteError(error, 13);
}

const NAMES: Record<number, string> = { 5: "SQLITE_BUSY", 6: "SQLITE_LOCKED", 13: "SQLITE_FULL" };

function isSqliteError(error: unknown, wanted: number): boolean {
  const { errcode, errno, code } = Object(error) as Record<string, unknown>;
  const number = errcode ?? errno;
  if (typeof number === "number") return (number & 0xff) === wanted; // the rest tells why
  return typeof code === "string" && code.startsWith(NAMES[wanted]!);
}
