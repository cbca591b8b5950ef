"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  document.querySelectorAll(".listing").forEach((listing) => {
    const table = listing.querySelector("table");
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const first = Number(listing.dataset.first);
    const filter = listing.querySelector("input");
    const status = listing.querySelector(".status");
    const more = listing.querySelector(".more");
    const words = rows.map((row) => row.textContent.toLowerCase());
    const at = new Map(rows.map((row, index) => [row, index]));
    let whole = rows.length <= first;
    more.hidden = whole;

    function show() {
      const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      [...body.rows].forEach((row) => {
        const fits = wanted.every((word) => words[at.get(row)].includes(word));
        if (fits) found += 1;
        row.hidden = !fits || (!whole && found > first);
      });
      const seen = whole ? found : Math.min(found, first);
      status.textContent = wanted.length ? `${seen} of ${found} matching rows` : `${seen} of ${rows.length} rows`;
    }

    const keyOf = (row, column) => {
      const cell = row.cells[column];
      return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent;
    };

    // Numbers begin with the largest, text with the first of the alphabet; the same button again turns them round.
    table.querySelectorAll(".sort").forEach((button) => button.addEventListener("click", () => {
      const column = Number(button.dataset.column);
      const head = button.closest("th");
      const numeric = typeof keyOf(rows[0], column) === "number";
      const now = head.getAttribute("aria-sort");
      const falling = now === "none" ? numeric : now === "ascending";
      table.querySelectorAll("thead th").forEach((other) => other.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const compare = numeric ? (a, b) => a - b : collator.compare;
      const keys = new Map(rows.map((row) => [row, keyOf(row, column)]));
      body.append(...[...rows].sort((a, b) => (falling ? -1 : 1) * compare(keys.get(a), keys.get(b)) || at.get(a) - at.get(b)));
      show();
    }));

    filter.addEventListener("input", show);
    more.addEventListener("click", () => {
      whole = !whole;
      more.setAttribute("aria-expanded", String(whole));
      more.textContent = whole ? `Show ${first}` : `Show all ${rows.length.toLocaleString("en")}`;
      show();
    });
    show();
  });

  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
})();
