//! The functions of this crate are retried.

use hygiene_lints as hygiene;

include!("../../retries.rs");
