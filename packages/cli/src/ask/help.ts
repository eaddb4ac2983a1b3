export const ASK_HELP = `
Usage
  millrace ask <question> --provider <name> --model <model> [options]
  millrace ask - --provider <name>:<model> < question.txt

The words of the question are joined by spaces; in the place of - stands what
comes in on stdin. The answer goes to stdout as it comes, and a last line with
its figures to stderr. A question that begins with a dash stands behind --. Keys
are read from the environment: see millrace providers.

Options
  -p, --provider <name>[:<model>]  who is asked; of several the next one if one
                                   fails, in the middle of an answer too
  -m, --model <model>              for providers without one in their name, in
                                   the same order
  -s, --system <text>              what the model is told first
      --base-url <url>             where it is asked: a gateway, your own server
      --max-tokens <n>             the longest answer
      --temperature <n>
      --top-p <n>
      --stop <text>                the answer ends before it; may be repeated
      --body <json>                laid over the request: what only it has
      --timeout <seconds>          how long it may be silent
      --reasoning                  thoughts, too, on stderr
      --json                       the parts of the answer, one JSON a line
  -q, --quiet                      no figures

Examples
  millrace ask "Why do mills turn?" -p openai -m gpt-4o-mini
  millrace ask "Sum up:" - -p anthropic:claude-sonnet-4-5 -p ollama:qwen3 < a.md
  millrace ask "A recipe, as JSON" -p ollama:qwen3 | millrace items '$.steps[*]'
`;
