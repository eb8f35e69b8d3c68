//! See `retry_fuzz::TARGETS`.
#![cfg_attr(fuzzing, no_main)]

retry_fuzz::target!(rules);
