//! Bad input for everything that reads text. One target is one function over
//! bytes, which panics where a promise is broken; [`TARGETS`] lists them.
//!
//! `cargo test -p retry-fuzz` runs the seeds and mutations of them on any
//! compiler, `cargo +nightly fuzz run <target>` searches on with libFuzzer, and
//! `cargo run -p retry-fuzz --bin <target> -- <file>..` repeats what was found.

mod bodies;
mod fragments;
mod lab;
mod macros;
#[allow(dead_code, reason = "shared with tests of the runtime")]
mod model;
mod rules;
mod schedules;
#[allow(dead_code, reason = "shared with tests of the runtime")]
mod support;
mod wire;
mod words;

use std::path::Path;

/// A procedural macro can be linked by rustc alone. So the stages of
/// `retry-macros` are compiled here once more, through a link to its folder, with
/// the tokens of proc-macro2's fallback.
#[allow(
    clippy::needless_pass_by_value,
    clippy::large_enum_variant,
    reason = "as in retry-macros/src/lib.rs"
)]
mod stages {
    pub(crate) mod check;
    pub(crate) mod derive;
    pub(crate) mod entry;
    pub(crate) mod expand;
    pub(crate) mod impl_block;
    pub(crate) mod options;
    pub(crate) mod plan;
    pub(crate) mod retry;
    pub(crate) mod syntax;
    #[cfg(test)]
    #[allow(dead_code, reason = "shared with tests that are not here")]
    pub(crate) mod tests {
        pub(crate) mod printer;
        pub(crate) mod source;
    }
}
#[allow(
    clippy::wildcard_imports,
    reason = "the stages name one another by `crate::`"
)]
use stages::*;

pub use bodies::replay;
pub use lab::lab;
#[cfg(fuzzing)]
#[doc(hidden)]
pub use libfuzzer_sys;
pub use macros::{attribute, attribute_fragments};
pub use rules::rules;
pub use schedules::{budget, race};
pub use wire::{grpc_pushback, retry_after, service_config};
pub use words::{policy, words};

/// What is fuzzed: a function over any bytes. It panics where a promise is
/// broken.
pub type Target = fn(&[u8]);

/// Every target and its name, which is that of its seeds' folder too.
pub const TARGETS: &[(&str, Target)] = &[
    ("attribute", attribute),
    ("attribute_fragments", attribute_fragments),
    ("policy", policy),
    ("words", words),
    ("retry_after", retry_after),
    ("service_config", service_config),
    ("grpc_pushback", grpc_pushback),
    ("replay", replay),
    ("budget", budget),
    ("race", race),
    ("rules", rules),
    ("lab", lab),
];

/// The entry point of one target: libFuzzer's, or a `main` that runs the files
/// it is given.
#[macro_export]
macro_rules! target {
    ($name:ident) => {
        #[cfg(fuzzing)]
        $crate::libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::$name(data));

        #[cfg(not(fuzzing))]
        fn main() -> ::std::io::Result<()> {
            $crate::repeat($crate::$name)
        }
    };
}

/// Runs a target on the files that the command line names.
///
/// # Errors
///
/// A file that cannot be read.
pub fn repeat(target: Target) -> std::io::Result<()> {
    for file in std::env::args_os().skip(1) {
        target(&std::fs::read(&file)?);
        println!("{}: no fault", Path::new(&file).display());
    }
    Ok(())
}
