// Sets the language and the theme before the first paint, so that nothing flashes.
(function () {
  try {
    var root = document.documentElement;
    var theme = localStorage.getItem("khien.theme");
    var dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "dark" : "light";
    root.lang = localStorage.getItem("khien.language") === "en" ? "en" : "vi";
  } catch (_) {
    // Storage may be forbidden; Vietnamese and light are good defaults.
  }
})();
