//! What threads share: the standard library's types, or loom's, which try every
//! interleaving of a few threads. This is the one place that knows of loom.
//!
//! The models: `RUSTFLAGS="--cfg loom" cargo test -p retry-runtime --release
//! --no-default-features --features central,failsafe,recloser --lib interleavings`

#[cfg(all(test, loom))]
mod interleavings;

#[cfg(loom)]
pub(crate) use loom::sync::RwLock;
#[cfg(all(feature = "central", loom))]
pub(crate) use loom::sync::atomic::AtomicU8;
#[cfg(all(feature = "recloser", loom))]
pub(crate) use loom::sync::atomic::AtomicUsize;
#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU32};
// Not a `Mutex`: on Apple's systems that one owns heap memory, which costs an
// allocation at the first retry and, having a destructor, keeps
// `match Budget::new(..)` out of statics.
#[cfg(not(loom))]
pub(crate) use std::sync::RwLock;
#[cfg(all(feature = "central", not(loom)))]
pub(crate) use std::sync::atomic::AtomicU8;
#[cfg(all(feature = "recloser", not(loom)))]
pub(crate) use std::sync::atomic::AtomicUsize;
#[cfg(not(loom))]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU32};

/// Whether a model is built: what it goes through has to be small.
pub(crate) const MODELLED: bool = cfg!(loom);

/// A `const fn`, which under loom is none: its types have no `const` constructors.
macro_rules! const_fn {
    ($(#[$attr:meta])* $vis:vis const fn $($rest:tt)*) => {
        #[cfg(not(loom))]
        $(#[$attr])*
        $vis const fn $($rest)*

        #[cfg(loom)]
        $(#[$attr])*
        $vis fn $($rest)*
    };
}
pub(crate) use const_fn;

/// A static that is made when it is first asked for; under loom one for each interleaving.
#[cfg(feature = "central")]
macro_rules! lazy {
    (static $name:ident: $type:ty = $value:expr;) => {
        #[cfg(not(loom))]
        static $name: std::sync::LazyLock<$type> = std::sync::LazyLock::new(|| $value);

        #[cfg(loom)]
        loom::lazy_static! {
            static ref $name: $type = $value;
        }
    };
}
#[cfg(feature = "central")]
pub(crate) use lazy;

/// Counters that stand at zero.
#[cfg(not(loom))]
pub(crate) const fn zeros<const N: usize>() -> [AtomicU32; N] {
    [const { AtomicU32::new(0) }; N]
}

/// Counters that stand at zero.
#[cfg(loom)]
pub(crate) fn zeros<const N: usize>() -> [AtomicU32; N] {
    std::array::from_fn(|_| AtomicU32::new(0))
}
