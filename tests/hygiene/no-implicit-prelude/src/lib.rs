//! Generated code names nothing of the prelude: here there is none.

#![no_implicit_prelude]

::core::include!("shapes.rs");
::core::include!("idempotency.rs");
