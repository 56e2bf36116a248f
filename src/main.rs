//! Parses the command line and runs.

use std::process::ExitCode;

use claviger::cli;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // One TLS provider for the whole process; a second call finds it installed, which is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(cli::run()),
        Err(error) => {
            eprintln!("no runtime: {error}");
            ExitCode::from(69)
        }
    }
}
