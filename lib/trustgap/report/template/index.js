"use strict";
(() => {
  const table = document.querySelector(".areas table");
  const controls = document.querySelector(".controls");
  const count = document.querySelector(".count");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const [name, region, compared] = ["find-area", "find-region", "find-compared"].map((id) => document.getElementById(id));
  const text = (row, column) => row.cells[column].textContent.trim();
  const number = (value) => { const found = parseFloat(value.replace(/,/g, "").replace(/[^\d.]/g, " ")); return Number.isNaN(found) ? null : found; };
  const filter = () => {
    const wanted = name.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = !(text(row, 0).toLowerCase().includes(wanted) || row.dataset.code.toLowerCase() === wanted)
        || (region.value && row.dataset.region !== region.value)
        || (compared?.value && row.dataset.compared !== compared.value);
      shown += !row.hidden;
    }
    count.textContent = count.dataset.pattern.replace("{shown}", shown).replace("{all}", rows.length);
  };
  const sort = (column) => {
    const head = heads[column];
    const down = head.getAttribute("aria-sort") === "ascending";
    const isNumber = head.classList.contains("n");
    const key = (row) => (isNumber ? number(text(row, column)) : text(row, column).toLowerCase());
    const order = new Intl.Collator("en-GB", { numeric: true }).compare;
    const keyed = rows.map((row) => [key(row), row]);
    keyed.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      return (down ? -1 : 1) * (isNumber ? a - b : order(a, b));
    });
    body.append(...keyed.map(([, row]) => row));
    heads.forEach((other, place) => {
      if (place === column) other.setAttribute("aria-sort", down ? "descending" : "ascending");
      else other.removeAttribute("aria-sort");
      other.querySelector("[aria-hidden]").textContent = place === column ? (down ? " ▼" : " ▲") : "";
    });
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    const arrow = document.createElement("span");
    button.type = "button";
    arrow.setAttribute("aria-hidden", "true");
    arrow.textContent = head.hasAttribute("aria-sort") ? " ▲" : "";
    button.append(head.textContent, arrow);
    button.addEventListener("click", () => sort(column));
    head.replaceChildren(button);
  });
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("input", filter);
  controls.hidden = false;
  count.hidden = false;
  filter();
})();
