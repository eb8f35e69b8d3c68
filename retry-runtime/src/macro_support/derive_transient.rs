//! How `#[derive(Transient)]` asks a field, where an attribute names one: for its verdict,
//! or for the server's push-back.

use crate::transient::Transient;
use crate::verdict::Verdict;
use std::time::Duration;

/// What `after` may name.
#[diagnostic::on_unimplemented(
    message = "`after` names a field that holds a `Duration` or an `Option<Duration>`, not `{Self}`",
    label = "expected `Duration` or `Option<Duration>`",
    note = "turn it into a `Duration` where the error is made, or implement `Transient` by hand"
)]
pub trait PushbackField {
    /// The wait, or that there is none.
    fn wait(&self) -> Option<Duration>;
}

impl PushbackField for Duration {
    #[inline]
    fn wait(&self) -> Option<Duration> {
        Some(*self)
    }
}

impl PushbackField for Option<Duration> {
    #[inline]
    fn wait(&self) -> Option<Duration> {
        *self
    }
}

/// The verdict with the field's wait, if it holds one.
#[inline]
pub fn pushed_back<P: PushbackField>(verdict: Verdict, field: &P) -> Verdict {
    field
        .wait()
        .map_or(verdict, |wait| verdict.with_pushback(wait))
}

/// What `forward` may ask: all that is `Transient`. A trait of its own for the
/// message, since it is no retried function that lacks something here.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no verdict that `forward` could take over",
    label = "this type does not implement `Transient`",
    note = "implement or derive `Transient` for it, or say what the variant is: `#[transient]`, `#[transient(not_sent)]`, `#[transient(refused)]` or `#[transient(permanent)]`"
)]
pub trait Forward: Transient {}

#[diagnostic::do_not_recommend]
impl<E: Transient + ?Sized> Forward for E {}

/// The field's own word.
#[inline]
pub fn forwarded<E: Forward>(field: &E) -> Verdict {
    field.verdict()
}
