#!/usr/bin/env node
import { millrace } from "./millrace.ts";
import { openHost } from "./open-host.ts";

const host = openHost();
const code = await millrace(process.argv.slice(2), host);
host.exit(code);
