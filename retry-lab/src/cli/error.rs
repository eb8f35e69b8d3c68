//! Why the program ends without having done what was asked.

use std::{fmt, io};

/// A sentence that names the mend.
#[derive(Debug)]
pub(super) struct CliError {
    sentence: String,
    status: u8,
}

impl CliError {
    /// The arguments ask for what cannot be.
    pub(super) fn input(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            status: 2,
        }
    }

    /// Something cannot be written.
    pub(super) fn unwritten(what: &str, error: &io::Error) -> Self {
        Self {
            sentence: format!("{what} cannot be written: {error}"),
            status: 1,
        }
    }

    pub(super) const fn status(&self) -> u8 {
        self.status
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}
