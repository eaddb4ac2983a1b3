import { join } from "node:path";
import { defineConfig } from "vitepress";
import { slugOf } from "../../tools/markdown.ts";
import { highlightOnce } from "../site/highlight-once.ts";
import { usePages } from "../site/markdown.ts";
import { sidebar } from "../site/navigation.ts";
import { REPOSITORY } from "../site/repository.ts";

const docs = join(import.meta.dirname, "..");
const base = process.env["DOCS_BASE"] ?? "/";

export default defineConfig({
  base,
  lang: "en",
  title: "Millrace",
  description: "Stages for the streamed output of language models, in TypeScript.",
  head: [
    ["link", { rel: "icon", type: "image/svg+xml", href: `${base}mark.svg` }],
    ["meta", { name: "theme-color", content: "#0b5c63" }],
  ],
  cleanUrls: true,
  rewrites: { ":folder/README.md": ":folder/index.md" },
  srcExclude: ["node_modules/**"],
  outDir: join(docs, "dist"),
  cacheDir: join(docs, ".generated", "vitepress"),
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    anchor: { slugify: slugOf },
    config(markdown) {
      usePages(markdown);
      highlightOnce(markdown);
    },
  },
  themeConfig: {
    logo: "/mark.svg",
    nav: [
      { text: "Start", link: "/start" },
      { text: "Guides", link: "/guides/core", activeMatch: "^/guides/" },
      { text: "Recipes", link: "/recipes/" },
      { text: "Reference", link: "/reference/" },
      { text: "Comparisons", link: "/comparisons/" },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: {
      provider: "local",
      // What the button shows is its name.
      options: { translations: { button: { buttonAriaLabel: "" } } },
    },
    socialLinks: [{ icon: "github", link: REPOSITORY }],
    editLink: { pattern: `${REPOSITORY}/edit/main/docs/:path`, text: "Edit this page" },
    externalLinkIcon: true,
  },
  vite: {
    resolve: { conditions: ["@millrace/source", "module", "browser", "development|production"] },
    ssr: { noExternal: [/^@millrace\//], resolve: { conditions: ["@millrace/source"] } },
  },
});
