export const REPLAY_HELP = `
Usage
  millrace replay [<file>] [--port <n>] [options]

Serves a recorded stream to every request on this machine, whatever its path,
each event in a write of its own. Without a file it is a model that speaks
OpenAI's chat format, with answers that are built in. Prints its URL on stdout
and a line for each request on stderr, until it is interrupted.

The pace is that of <file>.timing, where there is one (millrace inspect - --save
makes it); else an event every 20 ms. A request can ask for conditions of its
own, by the header x-replay, as JSON.

Options
      --port <n>          default 0: any free one
      --speed <n>         2: twice as fast; 0: at once
      --gap <ms>          an event every so many milliseconds
      --cuts <how>        frames, jagged (anywhere, also inside a character) or
                          a number of bytes
      --newline <which>   lf, crlf or cr, in an event stream
      --comments          comments that keep the connection alive
      --seed <n>          decides where jagged cuts are; default: another one
                          each request
      --fail <kind>       disconnect, stall, end, endless-line, error-event,
                          hang, refuse, or a status such as 429
      --after <n>         it fails after so many events; negative: so many
                          before the end; "ending"; default 1
      --after-bytes <n>   it fails after so many bytes
      --answer <name>     without a file: prose, tour, languages, code,
                          tools, reasoning, choices, azure, refusal
      --framing <name>    how the file is framed; default: a guess
      --once              ends after one request

Examples
  millrace replay answer.sse --port 8080 --fail disconnect --after -3
  curl -N http://127.0.0.1:8080/ | millrace inspect -
`;
