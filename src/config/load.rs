//! Defaults, then the file, then `CLAVIGER_SECTION__KEY` and `…_FILE`.

use std::{collections::BTreeMap, fs, path::PathBuf};

use config::{File, FileFormat, Value};

use super::{Config, Error, Problem, Raw};

const PREFIX: &str = "CLAVIGER_";

/// Keys that hold lists: in the environment they are comma-separated.
const LISTS: [&str; 3] = ["server.trusted_proxies", "webauthn.origins", "security.encryption_keys"];

/// Secrets that may be given as the path of a file, `CLAVIGER_SECTION__KEY_FILE`.
const FROM_FILES: [&str; 2] = ["database.url", "security.encryption_keys"];

/// Where a configuration comes from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// `--config`; otherwise `claviger.toml` if there is one.
    pub file: Option<PathBuf>,
    /// The environment.
    pub environment: BTreeMap<String, String>,
}

impl Sources {
    /// The file named on the command line, and this process's environment.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn of_process(file: Option<PathBuf>) -> Self {
        Self { file, environment: std::env::vars().filter(|(name, _)| name.starts_with(PREFIX)).collect() }
    }
}

/// Loads and checks. `adjust` has the last word (`demo` sets its own).
///
/// # Errors
/// Every problem at once.
pub fn load(sources: &Sources, adjust: impl FnOnce(&mut Raw)) -> Result<Config, Error> {
    let mut raw = read(sources).map_err(|problem| Error { problems: vec![problem] })?;
    adjust(&mut raw);
    Config::check(raw)
}

fn read(sources: &Sources) -> Result<Raw, Problem> {
    let mut builder = config::Config::builder();
    let default = PathBuf::from("claviger.toml");
    let file = sources.file.clone().or_else(|| default.exists().then_some(default));
    if let Some(path) = &file {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|e| Problem::new(&name, e.to_string()))?;
        builder = builder.add_source(File::from_str(&text, FileFormat::Toml));
    }
    for (name, text) in &sources.environment {
        let Some((key, value)) = setting(name, text)? else { continue };
        builder = builder.set_override(&key, value).map_err(|e| Problem::new(&key, e.to_string()))?;
    }
    let place = file.map_or_else(|| "configuration".to_owned(), |path| path.display().to_string());
    // The lines after the first quote the file, and the file has secrets.
    let first_line = |text: String| text.lines().next().unwrap_or_default().to_owned();
    let built = builder.build().map_err(|e| Problem::new(&place, first_line(e.to_string())))?;
    built.try_deserialize().map_err(|e| Problem::new(&place, e.to_string()))
}

/// The key and value that a variable sets; `None` for one that is not configuration.
fn setting(name: &str, text: &str) -> Result<Option<(String, Value)>, Problem> {
    let Some((section, key)) = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once("__")) else {
        return Ok(None);
    };
    let key = format!("{}.{}", section.to_ascii_lowercase(), key.to_ascii_lowercase());
    let by_file = key.strip_suffix("_file").filter(|key| FROM_FILES.contains(key));
    let (key, text) = match by_file {
        Some(key) => {
            let content = fs::read_to_string(text).map_err(|e| Problem::new(name, format!("{text}: {e}")))?;
            (key.to_owned(), content.trim().to_owned())
        }
        None => (key, text.to_owned()),
    };
    let words = || text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned);
    let value = if LISTS.contains(&&*key) { Value::from(words().collect::<Vec<_>>()) } else { Value::from(text) };
    Ok(Some((key, value)))
}
