//! The derives.

pub(crate) mod operation;
pub(crate) mod transient;
