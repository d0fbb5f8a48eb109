import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { mock } from "./mock/plugin";

const server = process.env.MUSTER_URL;

export default defineConfig({
  plugins: [react(), tailwind(), ...(server ? [] : [mock()])],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  server: { ...(server ? { proxy: { "/api": server } } : {}) },
  build: {
    // Nothing is inlined: the content security policy allows fonts from our own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
    chunkSizeWarningLimit: 700,
  },
});
