import { defineConfig } from "vite";
import { svelte } from "@sveltejs/vite-plugin-svelte";

const server = process.env.SERVER_URL ?? "http://localhost:3000";
const proxy = { "/answer": server };

export default defineConfig({
  plugins: [svelte()],
  server: { proxy },
  preview: { proxy },
});
