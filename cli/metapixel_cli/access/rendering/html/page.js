"use strict";
addEventListener("DOMContentLoaded", () => {
  // A printed page contains the part of a list that is folded on the screen.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = Array.from(document.querySelectorAll("details:not([open])"));
    for (const each of unfolded) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of unfolded) each.open = false;
  });
  const search = document.getElementById("search");
  if (!search) return;

  // Accents, case and the marks around right-to-left names do not matter in a search.
  const plain = (text) =>
    text.normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "").toLowerCase().replaceAll("ß", "ss");
  const rows = Array.from(document.getElementById("entries").tBodies[0].rows);
  const texts = rows.map((row) => plain(row.textContent));
  const hits = document.getElementById("hits");
  const all = hits.textContent;

  function filter() {
    const words = plain(search.value).split(/\s+/);
    rows.forEach((row, n) => {
      row.hidden = !words.every((word) => texts[n].includes(word));
    });
    const found = rows.filter((row) => !row.hidden).length;
    hits.textContent = found < rows.length ? `${found.toLocaleString("en")} of ${all}` : all;
  }

  // A long table is laid out again for each filter, so it waits for a pause between two keys.
  let pause;
  search.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(filter, 150);
  });
  document.getElementById("controls").hidden = false;
});
