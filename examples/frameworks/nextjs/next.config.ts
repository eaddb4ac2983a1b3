import { join } from "node:path";
import type { NextConfig } from "next";

// The packages are links to this repository. Installed ones need nothing here.
export default {
  turbopack: { root: join(import.meta.dirname, "../../..") },
} satisfies NextConfig;
