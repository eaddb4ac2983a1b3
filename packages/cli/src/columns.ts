const INDENT = "  ";

/** Rows as columns, the last of which may be of any width. */
export function columns(rows: readonly (readonly string[])[], indent: string = INDENT): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, index) =>
    Math.max(...rows.map((row) => row[index]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
        .join(INDENT),
    )
    .map((line) => `${indent}${line}`.trimEnd())
    .join("\n");
}
