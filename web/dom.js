// Elements without a framework. Text only ever becomes a text node.

export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element "${id}".`);
  return element;
}

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A cell of a table: its content is made anew only when `key` changes, so that a button under the mouse stays. */
export function cell(key, make = () => document.createTextNode(String(key))) {
  return { key: String(key), make };
}

/** Brings the rows of a table to `items` and touches only what changed. */
export function patchTable(table, items, idOf, cellsOf) {
  const body = table.tBodies[0];
  const labels = [...table.tHead.rows[0].cells].map((head) => head.textContent);
  const rows = new Map([...body.rows].map((row) => [row.dataset.id, row]));
  let place = body.firstElementChild;
  for (const item of items) {
    const id = String(idOf(item));
    const row = rows.get(id) ?? h("tr", { "data-id": id });
    rows.delete(id);
    patchCells(row, cellsOf(item), labels);
    if (row === place) place = place.nextElementSibling;
    else body.insertBefore(row, place);
  }
  for (const row of rows.values()) row.remove();
  const empty = document.querySelector(`.empty[data-for="${table.id}"]`);
  if (empty !== null) empty.hidden = items.length > 0;
  table.parentElement.hidden = items.length === 0 && empty !== null;
}

function patchCells(row, cells, labels) {
  cells.forEach(({ key, make }, index) => {
    const td = row.cells[index] ?? row.appendChild(h("td", { "data-label": labels[index] ?? "" }));
    if (td.dataset.key === key) return;
    td.dataset.key = key;
    td.replaceChildren(h("div", {}, make()));
  });
}

export function button(label, onclick, className) {
  return h("button", { type: "button", onclick, class: className }, label);
}

export function group(...children) {
  const fragment = document.createDocumentFragment();
  for (const child of children) if (child !== null) fragment.append(child, " ");
  return fragment;
}

let hideTimer;

/** One line on top of the page. */
export function say(message, bad = false) {
  const line = byId("message");
  line.textContent = message;
  line.className = bad ? "bad" : "";
  line.hidden = false;
  clearTimeout(hideTimer);
  if (!bad) hideTimer = setTimeout(() => (line.hidden = true), 8000);
}
