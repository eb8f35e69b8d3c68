//! How the log shows an error whose type is not known here: by whatever it has.

use crate::observe::Shown;
use std::fmt::{Debug, Display};

/// An error of an unknown type: it is shown by whatever it has.
pub struct Show<'a, E>(pub &'a E);

impl<'a, E: Display> Show<'a, E> {
    /// By `Display`.
    #[inline]
    #[must_use]
    pub fn shown(&self) -> Shown<'a> {
        Shown::Display(self.0)
    }
}

/// The way for errors without `Display`.
pub trait ShowDebug<'a> {
    /// By `Debug`.
    fn shown(&self) -> Shown<'a>;
}

impl<'a, E: Debug> ShowDebug<'a> for Show<'a, E> {
    #[inline]
    fn shown(&self) -> Shown<'a> {
        Shown::Debug(self.0)
    }
}

/// The way for errors with neither.
pub trait ShowNot {
    /// Not at all.
    fn shown(&self) -> Shown<'static>;
}

impl<E> ShowNot for &Show<'_, E> {
    #[inline]
    fn shown(&self) -> Shown<'static> {
        Shown::Not
    }
}

/// The error of an outcome, by whatever it can be shown by, or a failure that
/// has it. Where nothing is logged it is left alone: what is only for the log
/// would be compiled for each function, and would keep its outcome in memory.
#[cfg(not(feature = "tracing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __shown {
    ($outcome:expr) => {{
        let _ = $outcome;
        $crate::macro_support::Shown::Not
    }};
    ($failure:expr, $outcome:expr) => {{
        let _ = $outcome;
        $failure
    }};
}

/// The error of an outcome, by whatever it can be shown by, or a failure that
/// has it.
#[cfg(feature = "tracing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __shown {
    ($outcome:expr) => {
        match $crate::macro_support::error($outcome) {
            $crate::macro_support::Some(error) => {
                #[allow(unused_imports)]
                use $crate::macro_support::{ShowDebug as _, ShowNot as _};
                (&$crate::macro_support::Show(error)).shown()
            }
            $crate::macro_support::None => $crate::macro_support::Shown::Response,
        }
    };
    ($failure:expr, $outcome:expr) => {
        $failure.error($crate::__shown!($outcome))
    };
}
