import { prose } from "./prose.ts";

/** An answer in Markdown as models write them: headings, paragraphs, lists, code, a table. */
export function markdown(length: number): string {
  const words = prose(length).split(" ");
  let at = 0;
  const take = (count: number) => words.slice(at, (at += count)).join(" ");
  const repeat = (count: number, line: () => string) =>
    Array.from({ length: count }, line).join("");
  const code = (lang: string) => `\`\`\`${lang}\n${repeat(8, () => `  let ${take(6)};\n`)}\`\`\`\n`;
  const paragraph = () => `${take(60)}\n\n`;
  let text = "";
  for (let part = 1; at < words.length; part++) {
    text += `## ${take(4)}\n\n${paragraph()}${paragraph()}${code("ts")}\n${paragraph()}`;
    text += `${repeat(4, () => `- **${take(2)}:** ${take(20)}\n`)}\n${paragraph()}`;
    const example = code("sh").trimEnd().replaceAll("\n", "\n   ");
    text += `${String(part)}. ${take(20)}\n\n   ${example}\n\n`;
    text += `| ${take(1)} | ${take(1)} |\n| --- | ---: |\n`;
    text += `${repeat(3, () => `| ${take(6)} | ${take(1)} |\n`)}\n> ${take(20)}\n\n---\n\n`;
  }
  return text.slice(0, length).trimEnd();
}
