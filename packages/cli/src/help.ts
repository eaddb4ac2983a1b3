import { COMMANDS } from "./commands.ts";
import { EXIT } from "./failure.ts";
import { STAGES } from "./filter/stages.ts";
import type { Paint } from "./paint.ts";
import { columns } from "./columns.ts";

const EXIT_CODES = [
  [EXIT.fine, "all is well, or the reader of stdout has gone"],
  [EXIT.broken, "the stream or the answer is not, or inspect has found defects"],
  [EXIT.usage, "the command line is wrong"],
  [EXIT.outside, "a file, a port or a server is not there"],
  [EXIT.interrupted, "interrupted"],
].map((row) => row.map(String));

export function mainHelp({ bold }: Paint): string {
  const commands = Object.entries(COMMANDS).map(([name, { says }]) => [name, says]);
  return `Streams of language models in a terminal.

${bold("Usage")}
  millrace <stage> [options] [<stage> [options]]...   stdin through stages
  millrace <command> [options]

${bold("Commands")}
${columns(commands)}

${bold("Examples")}
  curl -N ... | millrace sse openai-chat text sentences
  millrace ask "Why do mills turn?" --provider openai --model gpt-4o-mini
  millrace inspect answer.sse
  millrace replay answer.sse --port 8080

${bold("Stages")}
${wrapped(Object.keys(STAGES).join(" "))}

millrace <stage> --help and millrace <command> --help say more, and millrace
stages --help says what is printed. Data goes to stdout, all else to stderr.

${bold("Exits with")}
${columns(EXIT_CODES)}
`;
}

export function helpFor(command: string, { bold }: Paint): string {
  const { says, help } = COMMANDS[command]!;
  const page = help.replace(/^[A-Z][a-z]+$/gm, (heading) => bold(heading));
  return `millrace ${command}: ${says}\n\n${page.trim()}\n`;
}

export function stageHelp(name: string, { bold }: Paint): string {
  const { takes, gives, usage, says } = STAGES[name]!;
  return `${name}: ${says}

${bold("Usage")}
  millrace ... ${`${name} ${usage}`.trim()}

${bold("Takes")}
  ${takes.join(" or ")}${takes.includes("text") ? " (bytes are decoded, units are text)" : ""}

${bold("Gives")}
  ${gives === "same" ? "what it takes" : gives}
`;
}

/** Words in lines that fit, indented. */
function wrapped(text: string): string {
  return text.replace(/(.{1,76})(?:\s+|$)/g, "  $1\n").trimEnd();
}
