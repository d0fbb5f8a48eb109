// Runs before the first paint, so that the page does not flash the other theme.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem("muster.theme");
  } catch (error) {
    // Storage may be closed to us; the system's theme is then the right one.
  }
  var dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
