import { COMMANDS } from "./commands.ts";
import { EXIT, Failure, isReaderGone, messageOf } from "./failure.ts";
import { filter } from "./filter/filter.ts";
import { unknownStage } from "./filter/read-stage-arguments.ts";
import { STAGES } from "./filter/stages.ts";
import { helpFor, mainHelp, stageHelp } from "./help.ts";
import type { Host } from "./host.ts";
import { paintFor } from "./paint.ts";
import { say } from "./say.ts";
import { readVersion } from "./version.ts";
import { visible } from "./visible.ts";

/**
 * The program: what `millrace` does with its arguments, in any process.
 *
 * - **In / Out:** the arguments behind the program's name, and a host: what comes in, where it is written
 *   to, the environment, and a signal that ends it. The code to exit with: 0, all is well; 1, the stream
 *   or the answer is not; 2, the arguments are wrong; 3, a file, a port or a server is not there; 130, the
 *   signal was aborted.
 * - **When:** each output as soon as its stage gives it.
 * - **Errors:** none that has a name is thrown: it is said on `stderr`, in a sentence. A reader of `stdout`
 *   that has gone ends it, with 0.
 * - **Cost:** one write a turn of the event loop.
 *
 * @example
 * ```ts
 * import { millrace } from "@millrace/cli";
 *
 * async function* bytes() {
 *   yield await Promise.resolve(new TextEncoder().encode("The mill tu"));
 *   yield new TextEncoder().encode("rns. It grinds.");
 * }
 * let printed = "";
 * const write = (data: Uint8Array | string) => {
 *   printed += typeof data === "string" ? data : new TextDecoder().decode(data);
 *   return Promise.resolve();
 * };
 * const output = { write, isTerminal: false, hasColours: false, columns: 80 };
 * const { signal } = new AbortController();
 * const host = { stdin: bytes(), typed: false, stdout: output, stderr: output, env: {}, signal };
 *
 * await millrace(["sentences"], host); // => 0
 * printed; // => "The mill turns.\nIt grinds.\n"
 * ```
 */
export async function millrace(args: readonly string[], host: Host): Promise<number> {
  try {
    return await dispatch(args, host);
  } catch (error) {
    return await tell(error, host);
  }
}

async function dispatch(args: readonly string[], host: Host): Promise<number> {
  const { stdout } = host;
  const paint = paintFor(stdout);
  const [first, ...rest] = args;
  if (first === undefined) {
    await say(host, mainHelp(paintFor(host.stderr)));
    return EXIT.usage;
  }
  const options = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  const wantsHelp = options.includes("--help") || options.includes("-h");
  if (first === "--version" || first === "-V") {
    await stdout.write(`${await readVersion()}\n`);
    return EXIT.fine;
  }
  if (first === "help" || wantsHelp) {
    const [about] = first === "help" ? rest : [first];
    await stdout.write(about === undefined ? mainHelp(paint) : helpAbout(about));
    return EXIT.fine;
  }
  const command = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (command !== undefined) return command.run(rest, host);
  if (!first.startsWith("-") && !Object.hasOwn(STAGES, first)) {
    throw unknownStage(first, Object.keys(COMMANDS));
  }
  return filter(args, host);

  function helpAbout(name: string): string {
    if (name.startsWith("-")) return mainHelp(paint);
    if (Object.hasOwn(COMMANDS, name)) return helpFor(name, paint);
    if (Object.hasOwn(STAGES, name)) return stageHelp(name, paint);
    throw unknownStage(name, Object.keys(COMMANDS));
  }
}

/** Says what went wrong, if anything did, and what to exit with. */
async function tell(error: unknown, host: Host): Promise<number> {
  if (host.signal.aborted) return EXIT.interrupted;
  if (isReaderGone(error)) return EXIT.fine;
  const { red } = paintFor(host.stderr);
  await say(host, `${red("millrace:")} ${visible(messageOf(error))}\n`);
  return error instanceof Failure ? error.exitCode : EXIT.broken;
}
