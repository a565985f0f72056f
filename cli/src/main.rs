//! The `rulec` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(rulec::run(std::env::args_os()))
}
