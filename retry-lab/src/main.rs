//! The program, see the library's `cli`.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

fn main() -> ExitCode {
    let terminal = io::stderr().is_terminal();
    let status = retry_lab::cli::run(
        std::env::args_os().skip(1),
        &mut io::stdout().lock(),
        &mut io::stderr(),
        terminal,
    );
    ExitCode::from(status)
}
