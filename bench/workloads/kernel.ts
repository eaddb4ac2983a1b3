import { fuse, map, pipe, type Stage } from "@millrace/core";
import { cutText, drain, streamOf } from "../inputs/chunks.ts";
import { prose } from "../inputs/prose.ts";
import type { Contender, Row, Workload } from "../src/workload.ts";

const CHUNKS = 5_000;
const CHUNK_LENGTH = 5;

export const workload: Workload = {
  about: "The kernel: what a hop and a stage cost, with stages that do nothing",
  rows: [pipeRow(), fusedStreamRow(), fusedMachineRow()],
};

function pipeRow(): Row {
  return row("pipe", (chunks) => [
    { name: "raw source to reader", run: (sink) => drain(streamOf(chunks), sink) },
    {
      name: "millrace, pipe",
      targets: [{ atMost: 1.3 }],
      run: (sink) => drain(pipe(streamOf(chunks), pass()), sink),
    },
    {
      name: "millrace, pipeThrough",
      run: (sink) => drain(streamOf(chunks).pipeThrough(pass()), sink),
    },
    {
      name: "TransformStream",
      run: (sink) =>
        drain(streamOf(chunks).pipeThrough(new TransformStream<string, string>()), sink),
    },
    {
      name: "async generator",
      run: async (sink) => {
        for await (const chunk of passAsync(streamOf(chunks))) sink(chunk);
      },
    },
  ]);
}

function fusedStreamRow(): Row {
  return row("fused stages, web stream", (chunks) => [
    { name: "one stage", run: (sink) => drain(pipe(streamOf(chunks), pass()), sink) },
    { name: "4 stages", run: (sink) => drain(pipe(streamOf(chunks), ...passes(4)), sink) },
    {
      name: "8 stages",
      targets: [{ atMost: 1.15 }],
      run: (sink) => drain(pipe(streamOf(chunks), ...passes(8)), sink),
    },
    {
      name: "4 stages, pipeThrough",
      run: (sink) => drain(passes(4).reduce(through, streamOf(chunks)), sink),
    },
    {
      name: "4 TransformStreams",
      run: (sink) => {
        const transforms = Array.from({ length: 4 }, () => new TransformStream<string, string>());
        return drain(transforms.reduce(through, streamOf(chunks)), sink);
      },
    },
  ]);
}

function fusedMachineRow(): Row {
  const contender = (count: number): ((chunks: string[]) => Contender) => {
    return (chunks) => ({
      name: `${String(count)} stages`,
      run(sink) {
        const machine = fuse(...passes(count)).start(sink);
        for (const chunk of chunks) machine.push(chunk);
        machine.flush?.();
      },
    });
  };
  return row("fused stages, machine alone", (chunks) => [
    {
      name: "a function call",
      run(sink) {
        for (const chunk of chunks) sink(chunk);
      },
    },
    contender(1)(chunks),
    contender(4)(chunks),
    contender(8)(chunks),
  ]);
}

function row(name: string, contenders: (chunks: string[]) => Contender[]): Row {
  return {
    name,
    size: CHUNKS,
    equal: "outputs",
    prepare: (size) =>
      Promise.resolve(contenders(cutText(prose(size * CHUNK_LENGTH), CHUNK_LENGTH))),
  };
}

function pass(): Stage<string, string> {
  return map((chunk) => chunk);
}

/** A tuple as far as the types go: `pipe` and `fuse` take up to eight stages by name. */
function passes(count: number): [Stage<string, string>] {
  return Array.from({ length: count }, pass) as [Stage<string, string>];
}

function through(
  stream: ReadableStream<string>,
  stage: ReadableWritablePair<string, string>,
): ReadableStream<string> {
  return stream.pipeThrough(stage);
}

async function* passAsync(stream: ReadableStream<string>): AsyncGenerator<string> {
  for await (const chunk of stream) yield chunk;
}
