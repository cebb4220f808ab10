import { GLOBAL_FIELDS, SCHEDULE_FIELDS } from "../admin/services/setting-fields.ts";
import type { ConfigField, ConfigValue } from "../tasks/config-schema.ts";
import type { TaskDefinition } from "../tasks/definition.ts";

const HEAD = `# admin.toml of weedkeeper
#
# Looked for in -config_dir, ".", $HOME/.seaweedfs, /usr/local/etc/seaweedfs and /etc/seaweedfs, in this order.
# An environment variable beats the file: WEED_MAINTENANCE_VACUUM_GARBAGE_THRESHOLD.
# Every line below shows a default; a line without its "#" sets the value. What is changed on the page wins over the
# file, except in sections that say override = true.
`;

const OVERRIDE = ["# Whether this section wins over what is set on the page.", "#override = false"];

/** The template of `admin.toml`: every setting with its default, range and meaning, all commented out. */
export function adminTemplate(types: Iterable<TaskDefinition>): string {
  const sections = [HEAD, section("maintenance", "The admin as a whole.", GLOBAL_FIELDS)];
  for (const type of types) {
    sections.push(section(`maintenance.${type.type}`, type.description, [...type.config, ...SCHEDULE_FIELDS]));
  }
  return sections.join("\n");
}

function section(name: string, about: string, fields: readonly ConfigField[]): string {
  const lines = [`# ${oneLine(about)}`, `[${name}]`, ...OVERRIDE];
  for (const field of fields) {
    lines.push(`# ${oneLine(field.help)}${facts(field)}`, `#${field.name} = ${tomlValue(field.default)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Range, words, unit and older names in brackets. */
function facts(field: ConfigField): string {
  const parts = [
    ...(field.min !== undefined && field.max !== undefined ? [`${field.min} to ${field.max}`] : []),
    ...(field.choices === undefined ? [] : [field.choices.join(" | ")]),
    ...(field.unit === undefined ? [] : [field.unit]),
    ...(field.aliases === undefined ? [] : [`also called ${field.aliases.join(", ")}`]),
  ];
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

/** JSON's text and numbers are TOML's, too. */
function tomlValue(value: ConfigValue): string {
  return JSON.stringify(value);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
