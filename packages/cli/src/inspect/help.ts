export const INSPECT_HELP = `
Usage
  millrace inspect <file>... [options]
  curl -N ... | millrace inspect - [--save answer.sse]

Shows what is in a recorded stream, event by event: where it stands (its bytes,
or its time where times are known), what the event is called, and the parts that
it makes. Runs of deltas are one line. Then the whole in figures, and every
defect: framing, what is no JSON, parts that break the rules, errors, and
truncation. Exits with 1 if there are any.

Times are taken where the stream comes in on stdin, and read from <file>.timing:
a line a chunk, the seconds since the one before and its bytes, as the classic
format of script(1) has it.

Options
      --framing <name>   sse, ndjson, json-array or event-stream; default: a
                         guess, which is told
      --format <name>    whose answer it is, as the stages are called; default:
                         a guess
      --all              every event on a line of its own
      --summary          no timeline
      --gap <ms>         the silence that is shown; default 1000
      --timing <file>    times, for one file
      --save <file>      keep what comes in on stdin, and its times beside it
      --json             one JSON value a line: events, gaps, defects, summary

Examples
  millrace inspect answer.sse
  millrace inspect --summary recordings/*.sse
  curl -N ... | millrace inspect - --save answer.sse
`;
