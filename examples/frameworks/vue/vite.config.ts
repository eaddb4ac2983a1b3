import { defineConfig } from "vite";
import vue from "@vitejs/plugin-vue";

const server = process.env.SERVER_URL ?? "http://localhost:3000";
const proxy = { "/answer": server };

export default defineConfig({
  plugins: [vue()],
  server: { proxy },
  preview: { proxy },
});
