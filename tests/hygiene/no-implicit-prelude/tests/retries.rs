//! The functions of this crate are retried.

use hygiene_no_implicit_prelude as hygiene;

include!("../../retries.rs");
