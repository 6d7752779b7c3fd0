import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#edf7f4", "#dbece6", "#b4d8cc", "#8ac3b0", "#68b198", "#52a689", "#3f947a", "#2d7a63", "#24664f", "#18523f",
];

/** Calm: one accent, the system's own letters, little shadow. */
export const theme = createTheme({
  colors: { accent },
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: "md",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "1.375rem" }, h2: { fontSize: "1.0625rem" }, h3: { fontSize: "0.9375rem" } } },
  focusRing: "auto",
  respectReducedMotion: true,
  cursorType: "pointer",
  components: {
    // Their heads are no banner of the page, which `<header>` would say to screen readers.
    Modal: { defaultProps: { attributes: { header: { role: "none" } } } },
    Drawer: { defaultProps: { attributes: { header: { role: "none" } } } },
  },
});

/** Text that keeps a contrast of 4.5 : 1 on every surface, and surfaces that the shell uses. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5a626b",
    "--mantine-color-placeholder": "#6a727b",
    "--mantine-color-error": "#c42b2b",
    "--mantine-color-anchor": "#24664f",
    "--mantine-color-teal-light-color": "#086148",
    "--mantine-color-yellow-light-color": "#6b4a00",
    "--mantine-color-red-light-color": "#a61e1e",
    "--mantine-color-orange-light-color": "#8a3b00",
    "--mantine-color-gray-light-color": "#495057",
    "--mantine-color-red-filled": "#c92a2a",
    "--mantine-color-red-filled-hover": "#b02525",
    "--accord-side": "#f7f8f8",
    "--accord-line": "#e6e8ea",
    "--accord-hover": "#eef0f1",
    "--accord-chart-strong": "#2d7a63",
    "--accord-chart-quiet": "#6f9a8b",
    "--accord-chart-warm": "#c2703d",
  },
  dark: {
    "--mantine-color-body": "#17191b",
    "--mantine-color-dimmed": "#a4abb3",
    "--mantine-color-placeholder": "#8d959d",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-anchor": "#8ac3b0",
    "--mantine-color-red-filled": "#c92a2a",
    "--mantine-color-red-filled-hover": "#b02525",
    "--accord-side": "#1c1f21",
    "--accord-line": "#2d3134",
    "--accord-hover": "#25292c",
    "--accord-chart-strong": "#52a689",
    "--accord-chart-quiet": "#567a6e",
    "--accord-chart-warm": "#d98b5f",
  },
});
