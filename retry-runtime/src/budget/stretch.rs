//! Since when calls are refused a retry, and how many the log was not told of: one line
//! a call would be a flood, in the middle of an outage.

use super::Budget;
use crate::seams;
use std::sync::PoisonError;

/// What refuses an attempt to every call alike.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refusal {
    Budget,
    Breaker,
}

/// A flag for each refusal that the log knows of, and a count, in three bytes: a budget
/// fills a cache line, and has no more to spare.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stretch([u8; 3]);

const FLAGS: u32 = 2;
const MOST: u32 = (1 << (24 - FLAGS)) - 1;

impl Stretch {
    pub(super) const NEW: Self = Self([0; 3]);

    /// A call is refused: whether it is the first. The others are counted.
    fn refuse(&mut self, by: Refusal) -> bool {
        let flag = 1 << by as u32;
        let (flags, count) = self.parts();
        let first = flags & flag == 0;
        self.set(
            flags | flag,
            if first { count } else { (count + 1).min(MOST) },
        );
        first
    }

    /// Begins anew: how many calls were counted.
    fn end(&mut self) -> u32 {
        let (_, count) = self.parts();
        *self = Self::NEW;
        count
    }

    /// An attempt was made: the breaker lets some through.
    fn attempt(&mut self) {
        let (flags, count) = self.parts();
        self.set(flags & !(1 << Refusal::Breaker as u32), count);
    }

    fn is_new(self) -> bool {
        self.0 == [0; 3]
    }

    fn parts(self) -> (u32, u32) {
        let [low, middle, high] = self.0;
        let all = u32::from_le_bytes([low, middle, high, 0]);
        (all & ((1 << FLAGS) - 1), all >> FLAGS)
    }

    fn set(&mut self, flags: u32, count: u32) {
        let [low, middle, high, _] = (count << FLAGS | flags).to_le_bytes();
        self.0 = [low, middle, high];
    }
}

impl Budget {
    /// A call is refused: whether it is the first since a retry was granted. Of a
    /// breaker: since an attempt was made and failed.
    pub(crate) fn is_first(&self, refusal: Refusal) -> bool {
        let here = seams::here(self);
        let mut account = here.account.write().unwrap_or_else(PoisonError::into_inner);
        if let Refusal::Budget = refusal {
            // It is asked after an attempt.
            account.stretch.attempt();
        }
        account.stretch.refuse(refusal)
    }

    /// An attempt was made and failed, and no retry was asked for.
    pub(crate) fn attempted(&self) {
        let here = seams::here(self);
        let account = here.account.read().unwrap_or_else(PoisonError::into_inner);
        if account.stretch.is_new() {
            return;
        }
        drop(account);
        let mut account = here.account.write().unwrap_or_else(PoisonError::into_inner);
        account.stretch.attempt();
    }

    /// A retry is granted: how many calls were refused and are not in the log.
    pub(crate) fn end_stretch(&self) -> u32 {
        let here = seams::here(self);
        let account = here.account.read().unwrap_or_else(PoisonError::into_inner);
        if account.stretch.is_new() {
            return 0;
        }
        drop(account);
        let mut account = here.account.write().unwrap_or_else(PoisonError::into_inner);
        account.stretch.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_refusal_is_told_and_the_others_are_counted() {
        let budget = Budget::standard();
        assert_eq!(budget.end_stretch(), 0);
        for _ in 0..2 {
            assert!(budget.is_first(Refusal::Budget));
            assert!(!budget.is_first(Refusal::Budget));
            assert!(!budget.is_first(Refusal::Budget));
            assert_eq!(budget.end_stretch(), 2);
            assert_eq!(budget.end_stretch(), 0);
        }
    }

    #[test]
    fn a_breaker_is_told_of_again_once_it_has_let_an_attempt_through() {
        let budget = Budget::standard();
        assert!(budget.is_first(Refusal::Breaker));
        assert!(!budget.is_first(Refusal::Breaker));
        assert!(budget.is_first(Refusal::Budget));
        assert!(budget.is_first(Refusal::Breaker));
        assert!(!budget.is_first(Refusal::Budget));
        assert!(budget.is_first(Refusal::Breaker));
        budget.attempted();
        assert!(!budget.is_first(Refusal::Budget));
        assert!(budget.is_first(Refusal::Breaker));
        assert_eq!(budget.end_stretch(), 3);
    }

    #[test]
    fn the_count_stops_and_does_not_wrap() {
        assert_eq!(MOST, 4_194_303, "what 22 bits hold");
        let mut stretch = Stretch::NEW;
        stretch.set(1, MOST - 1);
        for _ in 0..3 {
            assert!(!stretch.refuse(Refusal::Budget));
        }
        assert_eq!(stretch.end(), MOST);
    }
}
