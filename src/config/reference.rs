//! The reference page and the example file, made from the sections; and a configuration shown as TOML.

use std::fmt::Write;

use super::{Raw, load::FROM_FILES, section::Field};

/// Where the reference is kept.
pub const MARKDOWN: &str = "docs/configuration.md";
/// Where the example is kept.
pub const EXAMPLE: &str = "docs/config.example.toml";

const HEAD: &str = "\
# Configuration
<!-- Written by `claviger config reference --write`; a test holds it equal. -->

Defaults come first, then `claviger.toml` (`--config`, or the one in the working directory), then environment variables.
The variable of `section.key` is `CLAVIGER_SECTION__KEY`; lists have commas there. Variables without `__` are no
configuration and get a warning. Unknown keys refuse to start, and all problems are told together, each with the file or
variable it comes from: `claviger config check` tells them without starting, `claviger config print` shows what counts.
An [example file](config.example.toml) has every key.
";

/// `docs/configuration.md`.
#[must_use]
pub fn markdown() -> String {
    let mut out = HEAD.to_owned();
    for (name, doc, fields) in Raw::reference() {
        let _ = write!(out, "\n## {name}\n{}\n\n| key | value | default | |\n|---|---|---|---|\n", doc.trim());
        for field in fields {
            let default = field.default.as_ref().filter(|_| !field.secret);
            let default = default.map_or_else(String::new, |default| format!("`{default}`"));
            let _ =
                writeln!(out, "| `{name}.{}` | {} | {default} | {} |", field.name, field.shape, words(name, &field));
        }
    }
    out
}

fn words(section: &str, field: &Field) -> String {
    let key = format!("{section}.{}", field.name);
    if FROM_FILES.contains(&&*key) {
        let variable = key.replace('.', "__").to_uppercase();
        return format!("{} May come from a file: `CLAVIGER_{variable}_FILE`.", field.doc);
    }
    field.doc.clone()
}

/// `docs/config.example.toml`: every key, commented out.
#[must_use]
pub fn example() -> String {
    let mut out = "# Every key with its default. Uncomment what you change.\n".to_owned();
    for (name, doc, fields) in Raw::reference() {
        let _ = write!(out, "\n# {}\n[{name}]\n", doc.trim());
        for field in fields {
            let value = field.default.as_ref().map_or_else(|| format!("({})", field.shape), String::clone);
            let _ = writeln!(out, "# {}\n# {} = {value}", words(name, &field), field.name);
        }
    }
    out
}

/// What counts, as TOML; secrets are redacted, unset keys are left out.
#[must_use]
pub fn print(raw: &Raw) -> String {
    let mut out = String::new();
    for (name, values) in raw.show() {
        let _ = writeln!(out, "[{name}]");
        for (key, value) in values {
            if let Some(value) = value {
                let _ = writeln!(out, "{key} = {value}");
            }
        }
        out.push('\n');
    }
    out
}
