import type { JsonSchema, StandardJsonSchemaV1, Tool } from "../../prompt.ts";

const TARGET = "draft-2020-12";

/** The JSON Schema of a tool's input. */
export function toolSchema({ name, inputSchema = NOTHING }: Tool): JsonSchema {
  if (!("~standard" in inputSchema)) return inputSchema;
  const { jsonSchema } = (inputSchema as StandardJsonSchemaV1)["~standard"] as Partial<
    StandardJsonSchemaV1["~standard"]
  >;
  if (jsonSchema === undefined) {
    throw new TypeError(
      `Cannot describe the tool "${name}": its schema does not tell its JSON Schema. Give that, or ` +
        "a schema of a library that keeps to Standard JSON Schema, such as zod 4.2 or later",
    );
  }
  const { $schema: _dialect, ...schema } = jsonSchema.input({ target: TARGET });
  return schema; // providers do not expect the dialect to be named
}

const NOTHING: JsonSchema = { type: "object", properties: {} };
