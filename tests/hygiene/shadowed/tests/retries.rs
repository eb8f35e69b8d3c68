//! The functions of this crate are retried.

use hygiene_shadowed as hygiene;

include!("../../retries.rs");
