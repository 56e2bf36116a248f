//! `claviger openapi`

use std::{fs, path::Path};

use clap::Args;
use serde_json::json;

use super::{error::CliError, output::Output};
use crate::openapi::FILES;

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Arguments {
    /// Write the documents below the working directory.
    #[arg(long)]
    write: bool,
    /// Say whether the documents below the working directory are up to date.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(output: Output, arguments: &Arguments) -> Result<(), CliError> {
    let mut stale = Vec::new();
    for (path, make) in FILES {
        let document = make();
        if arguments.write {
            let folder = Path::new(path).parent().unwrap_or(Path::new("."));
            let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, &document));
            written.map_err(|e| CliError::Unavailable(format!("{path}: {e}")))?;
        } else if fs::read_to_string(path).ok().as_deref() != Some(&document) {
            stale.push(path);
        }
    }
    if !stale.is_empty() {
        let detail = format!("out of date: {}; run `claviger openapi --write`", stale.join(", "));
        return Err(CliError::usage("out_of_date", detail));
    }
    let paths = FILES.map(|(path, _)| path);
    output.print(&json!({ "documents": paths }), |_| {
        format!("{}: {}", paths.join(", "), if arguments.write { "written" } else { "up to date" })
    });
    Ok(())
}
