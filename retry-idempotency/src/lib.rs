#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod attempt_scope;
mod non_idempotent;
mod operation;
#[doc(hidden)]
pub mod returned_future;

/// The traits without the derive that goes by the name of one of them.
///
/// ```
/// use retry_idempotency::{class, traits::Operation};
///
/// struct Get;
///
/// impl Operation for Get {
///     type Class = class::Safe;
/// }
/// ```
pub mod traits {
    pub use crate::operation::{Idempotent, IdempotentByKey, Operation};
}

pub use attempt_scope::assume_idempotent;
pub use non_idempotent::{AssumedIdempotent, NonIdempotent};
pub use operation::class;
pub use operation::{Idempotent, IdempotentByKey, Operation};

#[cfg(feature = "macros")]
pub use retry_macros::{
    MarkedOperation as Operation, marked_idempotent as idempotent,
    marked_non_idempotent as non_idempotent,
};

// What the attributes name. `retry-macros` makes the name of the module out of its own
// version, so that another one is a clear error.
#[doc(hidden)]
pub mod __private_0_1_0 {
    pub use crate::attempt_scope::executed;
    pub use crate::non_idempotent::NonIdempotent;
    pub use crate::operation::{Operation, class};
    pub use crate::returned_future::{NoFuture, Returned};
    pub use core::future::Future;
    pub use core::option::Option::{None, Some};
    pub use core::{concat, module_path};
    #[cfg(feature = "macros")]
    pub use retry_macros::marked_non_idempotent_last as non_idempotent_last;
}
