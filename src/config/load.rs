//! Defaults, then the file, then `CLAVIGER_SECTION__KEY` and `…_FILE`.

use std::{collections::BTreeMap, fs, path::PathBuf};

use config::{File, FileFormat, FileSourceString, Source, ValueKind};

use super::{Config, Error, Problem, Raw, reader::Reader};

const PREFIX: &str = "CLAVIGER_";

/// Secrets that may be given as the path of a file, `CLAVIGER_SECTION__KEY_FILE`.
pub(super) const FROM_FILES: [&str; 3] = ["database.url", "security.encryption_keys", "mail.password"];

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
        let default = PathBuf::from("claviger.toml");
        let file = file.or_else(|| default.exists().then_some(default));
        // What is no text becomes text that no key takes, and is told as a problem like any other.
        let text = |os: std::ffi::OsString| os.to_string_lossy().into_owned();
        let all = std::env::vars_os().map(|(name, value)| (text(name), text(value)));
        Self { file, environment: all.filter(|(name, _)| name.starts_with(PREFIX)).collect() }
    }
}

/// Loads and checks. `adjust` has the last word (`demo` sets its own).
///
/// # Errors
/// Every problem at once.
pub fn load(sources: &Sources, adjust: impl FnOnce(&mut Raw)) -> Result<Config, Error> {
    load_without(sources, &[], adjust)
}

/// The same as if nothing were written of one section.
///
/// # Errors
/// Every problem at once.
pub fn load_without(sources: &Sources, sections: &[&str], adjust: impl FnOnce(&mut Raw)) -> Result<Config, Error> {
    let mut reader = Reader::default();
    let mut warnings = Vec::new();
    read_file(&mut reader, sources);
    read_environment(&mut reader, &mut warnings, sources);
    for section in sections.iter().filter(|section| reader.forget(section)) {
        warnings.push(format!("[{section}] is left out of account"));
    }
    let mut raw = Raw::read(&mut reader);
    reader.refuse_the_rest();
    adjust(&mut raw);
    let checked = Config::check(raw);
    let mut problems = reader.problems;
    if let Err(error) = &checked {
        // A key that could not be read stands at its default: what the default causes is no second problem.
        let known: Vec<_> = problems.iter().map(|problem| problem.key.clone()).collect();
        problems.extend(error.problems.iter().filter(|problem| !known.contains(&problem.key)).cloned());
    }
    for problem in &mut problems {
        problem.source = problem.source.take().or_else(|| reader.sources.get(&problem.key).cloned());
    }
    match checked {
        Ok(config) if problems.is_empty() => {
            Ok(Config { warnings, written: reader.sources.into_keys().collect(), ..config })
        }
        _ => Err(Error { problems }),
    }
}

fn read_file(reader: &mut Reader, sources: &Sources) {
    let Some(path) = &sources.file else { return };
    let name = path.display().to_string();
    // The lines after the first quote the file, and the file has secrets.
    let first_line = |text: String| text.lines().next().unwrap_or_default().to_owned();
    let parse = |text: String| {
        let file: File<FileSourceString, FileFormat> = File::from_str(&text, FileFormat::Toml);
        file.collect().map_err(|error| first_line(error.to_string()))
    };
    match fs::read_to_string(path).map_err(|error| error.to_string()).and_then(parse) {
        Ok(table) => reader.add(&name, table),
        Err(detail) => reader.problems.push(Problem::new(&name, detail)),
    }
}

fn read_environment(reader: &mut Reader, warnings: &mut Vec<String>, sources: &Sources) {
    for (name, text) in &sources.environment {
        let Some((section, key)) = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once("__")) else {
            warnings.push(format!("{name} is no configuration: keys are written {PREFIX}SECTION__KEY"));
            continue;
        };
        let key = format!("{}.{}", section.to_ascii_lowercase(), key.to_ascii_lowercase());
        match key.strip_suffix("_file").filter(|key| FROM_FILES.contains(key)) {
            None => reader.set(name, key, ValueKind::String(text.clone())),
            Some(key) => {
                if sources.environment.contains_key(name.trim_end_matches("_FILE")) {
                    reader.problems.push(Problem::sourced(key, name, "is given twice, as a value and as a file"));
                }
                match fs::read_to_string(text) {
                    Ok(content) => reader.set(name, key.to_owned(), ValueKind::String(content.trim().to_owned())),
                    // The path is not repeated: somebody may have put the secret itself there.
                    Err(error) => reader.problems.push(Problem::sourced(key, name, format!("the file: {error}"))),
                }
            }
        }
    }
}
