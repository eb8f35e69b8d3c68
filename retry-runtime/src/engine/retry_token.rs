//! A retry that is paid for.

use crate::budget::Budget;

/// A retry, or a hedge, that the budget has paid for and that has not started:
/// dropping it gives it back.
#[derive(Debug)]
pub struct RetryToken<'b>(Option<&'b Budget>);

impl<'b> RetryToken<'b> {
    /// One that this budget has paid for; without a budget nothing is given back.
    #[must_use]
    pub const fn by(budget: Option<&'b Budget>) -> Self {
        Self(budget)
    }

    /// The retry starts.
    pub const fn spend(&mut self) {
        self.0 = None;
    }

    /// Hands the retry on.
    #[must_use]
    pub const fn take(&mut self) -> Self {
        Self(self.0.take())
    }
}

impl Drop for RetryToken<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(budget) = self.0 {
            budget.refund();
        }
    }
}
