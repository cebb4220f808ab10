import { get, send } from "./api.js";
import { byId, h } from "./dom.js";
import { bytes } from "./format.js";

export function startWhy() {
  byId("why").addEventListener("submit", (event) => {
    event.preventDefault();
    void answer(explain);
  });
  byId("why-plan").addEventListener("click", () => void answer(() => create(true)));
  byId("why-create").addEventListener("click", () => void answer(() => create(false)));
}

async function answer(make) {
  const place = byId("why-answer");
  if (!byId("why").reportValidity()) return;
  place.replaceChildren(h("p", {}, "asking …"));
  try {
    place.replaceChildren(...(await make()));
  } catch (error) {
    place.replaceChildren(h("p", { class: "bad" }, error.message));
  }
}

async function explain() {
  const query = new URLSearchParams({ volumeId: byId("why-volume").value });
  const type = byId("why-type").value;
  if (type !== "") query.set("type", type);
  const { explanations } = await get(`api/v1/explain?${query}`);
  return explanations.map((each) =>
    h(
      "div",
      {},
      h("h3", {}, each.summary),
      rules(each.rules),
      h("p", { class: "soft" }, "In the queue:"),
      rules(each.queue),
    ),
  );
}

async function create(dryRun) {
  const type = byId("why-type").value;
  if (type === "") throw new Error("Choose a task type first.");
  const { plan, tasks } = await send("POST", "api/v1/tasks", {
    type,
    volumeId: Number(byId("why-volume").value),
    dryRun,
    force: byId("why-force").checked,
  });
  const head = dryRun ? "Dry run: nothing was changed." : `Created: ${tasks.map((task) => `#${task.id}`).join(", ")}.`;
  return [
    h("p", {}, head),
    ...plan.map((spec) =>
      h(
        "div",
        {},
        h(
          "p",
          {},
          `${spec.type} of volume ${spec.volumeId}: ${spec.reason} About ${bytes(spec.bytes)}, priority ${spec.priority}.`,
        ),
        h("pre", {}, JSON.stringify(spec.plan, null, 2)),
      ),
    ),
  ];
}

function rules(list) {
  return h(
    "ul",
    { class: "rules" },
    ...list.map((rule) => h("li", { class: rule.pass ? "good" : "bad" }, `${rule.pass ? "yes" : "no"} — ${rule.text}`)),
  );
}
