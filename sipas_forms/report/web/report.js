// Tooltips of the charts, the choice of a unit, and tables that sort. GROUP and DECIMAL say how numbers are written.
const tip = document.getElementById("tip");

function show(event) {
  const mark = event.target.closest(".tip");
  if (!mark) {
    tip.style.display = "none";
    return;
  }
  tip.textContent = mark.dataset.tip;
  tip.style.display = "block";
  const place = mark.getBoundingClientRect();
  const x = event.clientX || place.left + place.width / 2;
  const y = event.clientY || place.top;
  tip.style.left = Math.min(x + 12, innerWidth - tip.offsetWidth - 8) + "px";
  tip.style.top = Math.max(8, y - tip.offsetHeight - 12) + "px";
}

document.addEventListener("mousemove", show);
document.addEventListener("focusin", show);

for (const choice of document.querySelectorAll("select")) {
  choice.addEventListener("change", () => {
    for (const panel of choice.parentElement.querySelectorAll("[data-choice]")) {
      panel.hidden = panel.dataset.choice !== choice.value;
    }
  });
}

function value(cell) {
  const text = cell.textContent.trim();
  const plain = text.replace(/[*<+]/g, "").replace("\u2212", "-").replace(GROUP, "").replace(DECIMAL, ".");
  const number = parseFloat(plain);
  return Number.isNaN(number) ? text : number;
}

function sort(head) {
  const table = head.closest("table");
  const up = head.dataset.up !== "1";
  for (const other of table.querySelectorAll("th")) delete other.dataset.up;
  head.dataset.up = up ? "1" : "0";
  const rows = [...table.tBodies[0].rows].sort((a, b) => {
    const x = value(a.cells[head.cellIndex]);
    const y = value(b.cells[head.cellIndex]);
    const numbers = typeof x === "number" && typeof y === "number";
    const order = numbers ? x - y : String(x).localeCompare(String(y), "vi");
    return up ? order : -order;
  });
  table.tBodies[0].append(...rows);
}

for (const head of document.querySelectorAll("table.sorts th")) {
  head.addEventListener("click", () => sort(head));
  head.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      sort(head);
    }
  });
}
