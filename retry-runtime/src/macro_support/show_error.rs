//! How the log shows an error whose type is not known here: by whatever it has.

use crate::observe::Shown;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::ops::Deref;

/// An error of an unknown type. Each way to show it is a trait, on a reference to this
/// that is one shorter than that of the way before: a call of `shown` on the longest
/// takes the first that the type has.
pub struct Show<'a, E>(pub &'a E);

/// The fallback for errors: with their causes.
pub trait ShowError<'a> {
    /// As an error.
    fn __shown(&self) -> Shown<'a>;
}

impl<'a, E: Error> ShowError<'a> for &&&&Show<'a, E> {
    #[inline]
    fn __shown(&self) -> Shown<'a> {
        Shown::Error(self.0)
    }
}

/// The fallback for what holds an error and is none, such as `Box<dyn Error>`,
/// `anyhow::Error` and `eyre::Report`.
pub trait ShowPointer<'a> {
    /// As the error inside.
    fn __shown(&self) -> Shown<'a>;
}

impl<'a, E: Deref<Target: AsError>> ShowPointer<'a> for &&&Show<'a, E> {
    #[inline]
    fn __shown(&self) -> Shown<'a> {
        Shown::Error(self.0.as_error())
    }
}

/// What `dyn Error` is in all its forms.
pub trait AsError {
    /// Without the promises about threads.
    fn as_error(&self) -> &(dyn Error + 'static);
}

impl AsError for dyn Error {
    fn as_error(&self) -> &(dyn Error + 'static) {
        self
    }
}

impl AsError for dyn Error + Send {
    fn as_error(&self) -> &(dyn Error + 'static) {
        self
    }
}

impl AsError for dyn Error + Send + Sync {
    fn as_error(&self) -> &(dyn Error + 'static) {
        self
    }
}

/// The fallback for what is printed and is no error.
pub trait ShowDisplay<'a> {
    /// By `Display`.
    fn __shown(&self) -> Shown<'a>;
}

impl<'a, E: Display> ShowDisplay<'a> for &&Show<'a, E> {
    #[inline]
    fn __shown(&self) -> Shown<'a> {
        Shown::Display(self.0)
    }
}

/// The fallback for errors without `Display`.
pub trait ShowDebug<'a> {
    /// By `Debug`.
    fn __shown(&self) -> Shown<'a>;
}

impl<'a, E: Debug> ShowDebug<'a> for &Show<'a, E> {
    #[inline]
    fn __shown(&self) -> Shown<'a> {
        Shown::Debug(self.0)
    }
}

/// The fallback for errors with neither.
pub trait ShowNot {
    /// Not at all.
    fn __shown(&self) -> Shown<'static>;
}

impl<E> ShowNot for Show<'_, E> {
    #[inline]
    fn __shown(&self) -> Shown<'static> {
        Shown::Not
    }
}

/// The error of an outcome, by whatever it can be shown by, or a failure that
/// has it. Where nothing is logged it is left alone: what is only for the log
/// would be compiled for each function, and would keep its outcome in memory.
#[cfg(not(any(feature = "tracing", feature = "testing")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __shown {
    ($outcome:expr) => {{
        let _ = $outcome;
        $crate::macro_support::Shown::Not
    }};
    // Not in a block: what the failure borrows may end with the statement.
    ($failure:expr, $outcome:expr) => {
        $failure
    };
}

/// The error of an outcome, by whatever it can be shown by, or a failure that
/// has it.
#[cfg(any(feature = "tracing", feature = "testing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __shown {
    ($outcome:expr) => {
        match {
            #[allow(unused_imports)]
            use $crate::macro_support::NoResult as _;
            $crate::macro_support::Whole($outcome).__error()
        } {
            $crate::macro_support::Some(__retry_error) => {
                #[allow(unused_imports)]
                use $crate::macro_support::{
                    ShowDebug as _, ShowDisplay as _, ShowError as _, ShowNot as _,
                    ShowPointer as _,
                };
                (&&&&&$crate::macro_support::Show(__retry_error)).__shown()
            }
            $crate::macro_support::None => $crate::macro_support::Shown::Response,
        }
    };
    ($failure:expr, $outcome:expr) => {
        $failure.error($crate::__shown!($outcome))
    };
}
