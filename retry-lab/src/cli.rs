//! The program `retry-lab`, as a function.

mod error;
mod options;
mod outage;
mod plan;
mod words;

use self::error::CliError;
use crate::comparison::Entry;
use crate::simulation::setup::Setup;
use std::ffi::OsString;
use std::io::Write;

const HELP: &str = "\
retry-lab: what a retry policy does to a service in trouble

  retry-lab outage [OPTION]..      an outage, beside no retries and the peers' defaults
  retry-lab plan 'POLICY'          the waits of a policy, and how long a call can take

  retry-lab outage --help, retry-lab plan --help: the options of each
  retry-lab --version
";

/// Runs the program: what it prints goes to `out`, complaints and progress to `err`, the
/// latter only where that is a `terminal`. Returns the exit code: 0, 1 where a file or `out`
/// could not be written, 2 where the arguments ask for what cannot be.
///
/// ```
/// let (mut out, mut err) = (Vec::new(), Vec::new());
/// let status = retry_lab::cli::run(["plan", "max = 0"], &mut out, &mut err, false);
/// assert_eq!((status, err.is_empty()), (0, true));
///
/// let status = retry_lab::cli::run(["plam"], &mut out, &mut err, false);
/// assert_eq!(status, 2);
/// assert_eq!(
///     String::from_utf8(err).unwrap(),
///     "retry-lab: `plam` is no command: write `outage` or `plan`\n"
/// );
/// ```
pub fn run<A: Into<OsString>>(
    arguments: impl IntoIterator<Item = A>,
    out: &mut dyn Write,
    err: &mut dyn Write,
    terminal: bool,
) -> u8 {
    let arguments = arguments.into_iter().map(Into::into).collect();
    let outcome = command(arguments, out, err, terminal).and_then(|()| {
        out.flush()
            .map_err(|error| CliError::unwritten("the output", &error))
    });
    match outcome {
        Ok(()) => 0,
        Err(fault) => {
            // If the message cannot be written either, the exit code is all that is left.
            let _ = writeln!(err, "retry-lab: {fault}");
            fault.status()
        }
    }
}

/// What the arguments of `outage` ask for, before it is simulated: for the fuzzer, which has
/// not the minutes that a simulation may take.
///
/// # Errors
///
/// What the program complains of.
///
/// ```
/// let asked = retry_lab::cli::outage(["--calls", "30/m"]).unwrap();
/// assert_eq!(asked.command, "retry-lab outage --calls 30/m");
/// assert!(retry_lab::cli::outage(["--calls", "often"]).is_err());
/// ```
#[doc(hidden)]
pub fn outage<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Result<Asked, String> {
    let arguments = arguments.into_iter().map(Into::into).collect();
    outage::read(arguments).map_err(|fault| fault.to_string())
}

/// See [`outage`].
#[doc(hidden)]
#[derive(Debug)]
pub struct Asked {
    /// The simulation.
    pub setup: Setup,
    /// Whose policies are compared.
    pub entries: Vec<Entry>,
    /// What is simulated, in a line.
    pub title: String,
    /// The command line that asks for the same.
    pub command: String,
}

fn command(
    mut arguments: Vec<OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
    terminal: bool,
) -> Result<(), CliError> {
    if arguments.is_empty() {
        return print(out, HELP);
    }
    let rest = arguments.split_off(1);
    match arguments[0].to_string_lossy().as_ref() {
        "outage" => outage::command(rest, out, err, terminal),
        "plan" => plan::command(rest, out),
        "--help" | "-h" | "help" => print(out, HELP),
        "--version" | "-V" => print(out, concat!("retry-lab ", env!("CARGO_PKG_VERSION"), "\n")),
        other => Err(CliError::input(format!(
            "`{other}` is no command: write `outage` or `plan`"
        ))),
    }
}

fn print(out: &mut dyn Write, text: &str) -> Result<(), CliError> {
    out.write_all(text.as_bytes())
        .map_err(|error| CliError::unwritten("the output", &error))
}

/// Writes a file that an option asks for, and says so.
fn write_file(path: &str, text: &str, out: &mut dyn Write) -> Result<(), CliError> {
    std::fs::write(path, text)
        .map_err(|error| CliError::unwritten(&format!("`{path}`"), &error))?;
    print(out, &format!("wrote {path}\n"))
}
