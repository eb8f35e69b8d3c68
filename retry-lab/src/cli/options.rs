//! Options and their values, before anybody knows what they mean.

use super::error::CliError;
use lexopt::Arg;
use retry_words::misspelt;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write;

/// What a command line has.
#[derive(Debug, Default)]
pub(super) struct Options {
    /// By their long names, without the dashes.
    values: BTreeMap<&'static str, String>,
    /// What stands without an option.
    pub(super) plain: Vec<String>,
    /// Whether help is asked for.
    pub(super) help: bool,
}

impl Options {
    /// Reads the arguments of `command`, whose options are `known`; each takes a value.
    pub(super) fn read(
        command: &str,
        known: &[&'static str],
        arguments: Vec<OsString>,
    ) -> Result<Self, CliError> {
        let mut options = Self::default();
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next().map_err(|error| unread(command, &error))? {
            let written = match argument {
                Arg::Long("help") | Arg::Short('h') => {
                    options.help = true;
                    continue;
                }
                Arg::Value(value) => {
                    options.plain.push(text(value)?);
                    continue;
                }
                Arg::Long(name) => format!("--{name}"),
                Arg::Short(letter) => format!("-{letter}"),
            };
            let name = written.trim_start_matches('-');
            let Some(known) = known.iter().find(|known| **known == name) else {
                return Err(unknown(command, &written, known));
            };
            let value = parser.value().map_err(|_| {
                CliError::input(format!(
                    "`--{known}` has no value: write one behind it, see `retry-lab {command} --help`"
                ))
            })?;
            if options.values.insert(known, text(value)?).is_some() {
                return Err(CliError::input(format!(
                    "`--{known}` is given twice: keep one of the two"
                )));
            }
        }
        Ok(options)
    }

    /// The value of an option.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The value of an option as `read` reads it, or what stands for it.
    pub(super) fn read_or<T>(
        &self,
        name: &str,
        default: T,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, CliError> {
        self.get(name).map_or(Ok(default), |value| {
            read(value).map_err(|why| CliError::input(format!("--{name}: {why}")))
        })
    }

    /// The first of these options that is given.
    pub(super) fn first_of(&self, names: &[&'static str]) -> Option<&'static str> {
        names
            .iter()
            .copied()
            .find(|name| self.values.contains_key(name))
    }

    /// The command line that gives the same, for a shell.
    pub(super) fn command_line(&self, command: &str) -> String {
        let mut line = format!("retry-lab {command}");
        for plain in &self.plain {
            // Writing to a string cannot fail, here and below.
            let _ = write!(line, " {}", quoted(plain));
        }
        for (name, value) in &self.values {
            if !matches!(*name, "html" | "svg") {
                let _ = write!(line, " --{name} {}", quoted(value));
            }
        }
        line
    }
}

fn quoted(value: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "./%_-".contains(letter);
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', "'\\''"))
    }
}

fn text(value: OsString) -> Result<String, CliError> {
    value.into_string().map_err(|value| {
        CliError::input(format!(
            "`{}` is not UTF-8: write it in UTF-8",
            value.to_string_lossy()
        ))
    })
}

fn unknown(command: &str, written: &str, known: &[&'static str]) -> CliError {
    let name = written.trim_start_matches('-');
    let mend = misspelt(name, known, |name| name).map_or_else(
        || format!("`retry-lab {command} --help` lists them"),
        |near| format!("write `--{near}`"),
    );
    CliError::input(format!(
        "`{written}` is no option of `retry-lab {command}`: {mend}"
    ))
}

fn unread(command: &str, error: &lexopt::Error) -> CliError {
    CliError::input(format!(
        "{error}: leave it out, see `retry-lab {command} --help`"
    ))
}
