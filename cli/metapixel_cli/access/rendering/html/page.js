"use strict";
// A long table is hidden until the script lists a part of it. Without this script, and after an
// error in it, the whole table is visible.
const page = document.documentElement;
page.classList.add("starting");
addEventListener("error", () => page.classList.remove("starting"));
addEventListener("DOMContentLoaded", () => {
  // The numbers of rows that are listed while somebody types, after a pause, and by each "List
  // more". The layout of many rows would delay the next key.
  const FIRST = 8;
  const PART = 200;
  const MORE = 1000;
  const PAUSE = 150; // milliseconds
  // A printed page contains the part of a list that is folded on the screen.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = Array.from(document.querySelectorAll("details:not([open])"));
    for (const each of unfolded) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of unfolded) each.open = false;
  });
  const table = document.getElementById("entries");
  if (!table) return;
  const body = table.tBodies[0];
  const search = document.getElementById("search");
  const selects = Array.from(document.querySelectorAll("select[data-key]"));
  const controls = { q: search };
  for (const select of selects) controls[select.dataset.key] = select;
  const hits = document.getElementById("hits");
  const more = document.getElementById("more");

  // Accents, case and the marks around right-to-left names do not matter in a search.
  const plain = (text) =>
    text.normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "").toLowerCase().replaceAll("ß", "ss");
  const number = (value) => value.toLocaleString("en");
  let rows = Array.from(body.rows, (row) => ({ row, text: plain(row.textContent) }));
  let listed = rows;
  let limit = PART;
  let pause;

  function matching() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    const wanted = selects.filter((select) => select.value);
    const isWanted = ({ row, text }) =>
      words.every((word) => text.includes(word)) &&
      wanted.every(({ dataset, value }) => row.dataset[dataset.key].split(" ").includes(value));
    return rows.filter(isWanted);
  }

  function list(next) {
    if (listed.every((each, n) => each === next[n])) {
      body.append(...next.slice(listed.length).map(({ row }) => row));
    } else {
      body.replaceChildren(...next.map(({ row }) => row));
    }
    listed = next;
  }

  function draw() {
    const found = matching();
    const isSame = listed.every((each, n) => each === found[n]);
    const atOnce = isSame ? Math.max(FIRST, listed.length) : FIRST;
    list(found.slice(0, Math.min(limit, atOnce)));
    clearTimeout(pause);
    pause = setTimeout(() => {
      list(found.slice(0, limit));
      keepInAddress();
    }, PAUSE);
    const all = `${number(rows.length)} ${rows.length === 1 ? "entry" : "entries"}`;
    const part = found.length > limit ? `; the first ${number(limit)} are listed` : "";
    const count = found.length < rows.length ? `${number(found.length)} of ${all}` : all;
    hits.textContent = count + part;
    more.hidden = found.length <= limit;
  }

  function filter() {
    limit = PART;
    draw();
  }

  // The address contains the search and the filters, so a link or a bookmark lists the same entries.
  function keepInAddress() {
    const wanted = Object.entries(controls).map(([key, { value }]) => [key, value]);
    const kept = new URLSearchParams(wanted.filter(([, value]) => value)).toString();
    if (kept || location.hash.includes("=")) history.replaceState(null, "", `#${kept}`);
  }

  function readAddress() {
    if (!location.hash.includes("=")) return;
    const wanted = new URLSearchParams(location.hash.slice(1));
    for (const [key, control] of Object.entries(controls)) control.value = wanted.get(key) ?? "";
    filter();
    document.getElementById("every").scrollIntoView();
  }

  function sort(head, column) {
    const order = head.getAttribute("aria-sort");
    const first = head.dataset.first || "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const next = order === first ? other : first;
    for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", next);
    const { compare } = new Intl.Collator("en", { numeric: true });
    const key = ({ row }) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
    const sign = next === "ascending" ? 1 : -1;
    rows = rows
      .map((each) => [key(each), each])
      .sort(([one], [two]) => sign * compare(one, two))
      .map(([, each]) => each);
    filter();
  }

  Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
    // The text stays outside of the button: Chromium does not repeat buttons on each printed page.
    const button = document.createElement("button");
    button.type = "button";
    button.ariaLabel = `Sort by ${head.textContent}`;
    button.addEventListener("click", () => sort(head, column));
    head.append(button);
  });
  search.addEventListener("input", filter);
  for (const select of selects) select.addEventListener("change", filter);
  document.getElementById("clear").addEventListener("click", () => {
    for (const control of Object.values(controls)) control.value = "";
    filter();
    search.focus();
  });
  more.addEventListener("click", () => {
    const found = matching();
    const next = found[limit].row;
    limit += MORE;
    list(found.slice(0, limit));
    draw();
    next.tabIndex = -1;
    next.focus();
  });
  for (const link of document.querySelectorAll("a[data-find]")) link.hash = link.dataset.find;
  addEventListener("hashchange", readAddress);
  // A printed page contains every hit.
  addEventListener("beforeprint", () => list(matching()));
  addEventListener("afterprint", draw);
  document.getElementById("controls").hidden = false;
  document.getElementById("plain").hidden = true;
  filter();
  readAddress();
  page.classList.remove("starting");
});
