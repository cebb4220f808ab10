import { get, send } from "./api.js";
import { byId, cell, h, patchTable, say } from "./dom.js";

let shown = [];

export function startSettings() {
  byId("settings-scope").addEventListener("change", () => void showSettings());
  byId("settings-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void save();
  });
}

function pathOf() {
  const scope = byId("settings-scope").value;
  return scope === "" ? "api/v1/settings" : `api/v1/policies/${scope}`;
}

export async function showSettings() {
  try {
    show((await get(pathOf())).settings);
  } catch (error) {
    say(error.message, true);
  }
}

async function save() {
  const changes = {};
  for (const setting of shown) {
    const field = byId(fieldId(setting));
    const value = setting.kind === "bool" ? field.checked : field.value;
    if (String(value) !== String(setting.value))
      changes[setting.name] = value === "" && setting.kind !== "string" ? null : value;
  }
  if (Object.keys(changes).length === 0) {
    say("Nothing was changed.");
    return;
  }
  try {
    show((await send("PUT", pathOf(), changes)).settings);
    say("The settings are saved and hold from now on.");
  } catch (error) {
    say(error.message, true);
  }
}

function show(settings) {
  shown = settings;
  patchTable(
    byId("settings"),
    settings,
    (setting) => `${pathOf()} ${setting.name}`,
    (setting) => [
      cell(setting.name),
      cell(`${setting.value} ${setting.sourceText}`, () => field(setting)),
      cell(setting.sourceText),
      cell(`${setting.help}${range(setting)}`),
    ],
  );
}

function fieldId(setting) {
  return `setting-${setting.name}`;
}

function field(setting) {
  const common = { id: fieldId(setting), "aria-label": setting.name };
  if (setting.kind === "bool") return h("input", { ...common, type: "checkbox", checked: setting.value });
  if (setting.kind === "choice") {
    const options = setting.choices.map((choice) => h("option", { selected: choice === setting.value }, choice));
    return h("select", common, ...options);
  }
  return h("span", {}, h("input", { ...common, value: String(setting.value), size: "14" }), ` ${setting.unit ?? ""}`);
}

function range(setting) {
  if (setting.min === null && setting.max === null) return "";
  return ` (${setting.min ?? "any"} to ${setting.max ?? "any"}; default ${setting.default})`;
}
