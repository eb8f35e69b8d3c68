//! The classes of operations, for `impl Operation` by hand.
//!
//! ```
//! use retry_idempotency::{Operation, class};
//!
//! // A type from generated code.
//! struct GetUserRequest;
//!
//! impl Operation for GetUserRequest {
//!     type Class = class::Safe;
//! }
//! ```

use crate::operation::{Repeatable, RepeatableByKey};

/// One of the four classes. Implemented here alone.
///
/// ```
/// use retry_idempotency::{Operation, class};
///
/// fn name_of<O: Operation>(_: &O) -> &'static str {
///     <O::Class as class::Class>::NAME
/// }
///
/// struct Ping;
/// impl Operation for Ping { type Class = class::Safe; }
/// assert_eq!(name_of(&Ping), "safe");
/// ```
pub trait Class: sealed::Sealed {
    /// The class as it is written in `#[operation(..)]`.
    const NAME: &'static str;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! classes {
    ($($(#[$doc:meta])* $class:ident = $name:literal $(: $($repeatable:ident),+)?;)*) => {$(
        $(#[$doc])*
        ///
        /// ```
        /// # use retry_idempotency::{Operation, class};
        /// # struct Request;
        #[doc = concat!("impl Operation for Request { type Class = class::", stringify!($class), "; }")]
        /// ```
        #[derive(Debug)]
        pub enum $class {}

        impl sealed::Sealed for $class {}

        impl Class for $class {
            const NAME: &'static str = $name;
        }

        $($(impl $repeatable for $class {})+)?
    )*};
}

classes! {
    /// Reads only.
    Safe = "safe": Repeatable, RepeatableByKey;
    /// Twice has the same effect as once.
    Idempotent = "idempotent": Repeatable, RepeatableByKey;
    /// Twice with the same key has the same effect as once.
    Keyed = "keyed": RepeatableByKey;
    /// Twice has two effects.
    NonIdempotent = "non_idempotent";
}
