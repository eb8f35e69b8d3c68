//! The key by which a server recognises a repetition.

use std::cell::Cell;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;

/// A key that all attempts of one call share: 128 random bits.
///
/// `key = name` in the attribute binds one in the body. It prints as a version
/// 4 UUID (RFC 9562), which is what an `Idempotency-Key` header carries.
///
/// ```
/// use retry_runtime::IdempotencyKey;
///
/// let key = IdempotencyKey::new();
/// assert_eq!(key.to_string().len(), 36);
/// assert_ne!(key, IdempotencyKey::new());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(u128);

impl IdempotencyKey {
    /// A new key. It takes no lock and allocates nothing.
    ///
    /// The bits are a keyed hash (std's `SipHash`) of a counter; each thread has
    /// a hash key of its own from the operating system.
    ///
    /// ```
    /// # use retry_runtime::IdempotencyKey;
    /// let key = IdempotencyKey::new();
    /// # let _ = key;
    /// ```
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "no key is a default: each is another one"
    )]
    pub fn new() -> Self {
        thread_local! {
            static SECRET: RandomState = RandomState::new();
            static COUNTER: Cell<u64> = const { Cell::new(0) };
        }
        let count = COUNTER.with(|counter| counter.replace(counter.get().wrapping_add(1)));
        let half = |which: u8| SECRET.with(|secret| u128::from(secret.hash_one((count, which))));
        Self(half(0) << 64 | half(1))
    }

    /// The key of an earlier call, as it was stored: for calls that are taken
    /// up again later with the same key.
    ///
    /// ```
    /// # use retry_runtime::IdempotencyKey;
    /// let key = IdempotencyKey::new();
    /// assert_eq!(IdempotencyKey::from_u128(key.as_u128()), key);
    /// ```
    #[must_use]
    pub const fn from_u128(bits: u128) -> Self {
        Self(bits)
    }

    /// The bits of the key.
    ///
    /// ```
    /// # use retry_runtime::IdempotencyKey;
    /// assert_eq!(IdempotencyKey::from_u128(7).as_u128(), 7);
    /// ```
    #[must_use]
    pub const fn as_u128(&self) -> u128 {
        self.0
    }
}

/// Prints a version 4 UUID: 122 of the bits, and the version and variant that
/// RFC 9562 fixes.
impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const VERSION: u128 = 0xf << 76;
        const VARIANT: u128 = 0b11 << 62;
        let bits = self.0 & !VERSION & !VARIANT | 0x4 << 76 | 0b10 << 62;
        let group = |from: u32, digits: u32| bits >> from & ((1 << (4 * digits)) - 1);
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            group(96, 8),
            group(80, 4),
            group(64, 4),
            group(48, 4),
            group(0, 12)
        )
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdempotencyKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn prints_a_version_4_uuid() {
        let text = IdempotencyKey::from_u128(u128::MAX).to_string();
        assert_eq!(text, "ffffffff-ffff-4fff-bfff-ffffffffffff");
        let text = IdempotencyKey::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef).to_string();
        assert_eq!(text, "01234567-89ab-4def-8123-456789abcdef");
    }

    #[test]
    fn keys_differ_on_one_thread_and_between_threads() {
        let make = || (0..1000).map(|_| IdempotencyKey::new()).collect::<Vec<_>>();
        let other = std::thread::spawn(make).join().unwrap();
        let all: HashSet<_> = make().into_iter().chain(other).collect();
        assert_eq!(all.len(), 2000);
    }

    #[test]
    fn every_bit_is_set_about_half_the_time() {
        let keys: Vec<_> = (0..4000).map(|_| IdempotencyKey::new().as_u128()).collect();
        for bit in 0..128 {
            let set = keys.iter().filter(|key| *key >> bit & 1 == 1).count();
            // 2000 ± 10 standard deviations.
            assert!(
                (1684..=2316).contains(&set),
                "bit {bit} was set {set} times"
            );
        }
    }
}
