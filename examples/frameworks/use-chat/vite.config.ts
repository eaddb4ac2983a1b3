import { defineConfig } from "vite";
import react from "@vitejs/plugin-react";

const server = process.env.SERVER_URL ?? "http://localhost:3000";
const proxy = { "/answers": server };

export default defineConfig({
  plugins: [react()],
  server: { proxy },
  preview: { proxy },
});
