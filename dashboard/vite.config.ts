import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** The server behind the dashboard while developing: the address that `accord demo` prints as `app`. */
const accord = process.env.ACCORD_URL ?? "http://localhost:8080";

/** Accord's own pages, which share the origin with the dashboard. `/forms/ID` is a hosted form. */
const pages = "^/(forms/[^/]+(/definition|/received)?$|embed.js|accord.css|join/|reset-password/|confirm/|unsubscribe/|preferences|my-data|transfer/|stay-in-touch/|notices/)";
const proxy = {
  "/graphql": { target: accord, ws: true },
  [pages]: { target: accord },
};

export default defineConfig({
  plugins: [react(), servedStrictly()],
  server: { port: 5173, proxy },
  preview: { port: 4173, proxy },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: "data", test: /node_modules\/(urql|@urql|wonka|@0no-co|graphql-ws)\// },
          ],
        },
      },
    },
  },
  test: { include: ["tests/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);

/** `vite preview` answers as the real server does: a strict policy, and a fresh nonce in every page. */
function servedStrictly(): Plugin {
  return {
    name: "served-strictly",
    configurePreviewServer({ middlewares, config }) {
      middlewares.use((request, response, next) => {
        const wantsPage = request.headers.accept?.includes("text/html");
        if (!wantsPage || new RegExp(pages).test(request.url ?? "/")) return next();
        const nonce = randomBytes(16).toString("base64");
        const page = readFileSync(resolve(config.root, config.build.outDir, "index.html"), "utf8").replaceAll("{{nonce}}", nonce);
        response.setHeader("Content-Type", "text/html; charset=utf-8");
        response.setHeader("Content-Security-Policy", policy(nonce));
        response.end(page);
      });
    },
  };
}

function policy(nonce: string) {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
