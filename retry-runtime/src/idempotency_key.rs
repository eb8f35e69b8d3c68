//! The key by which a server recognises a repetition.

use std::cell::Cell;
use std::collections::hash_map::RandomState;
use std::error::Error;
use std::fmt;
use std::hash::BuildHasher;
use std::str::FromStr;

/// A key that all attempts of one call share: 122 random bits.
///
/// `key = name` in the attribute binds one in the body. It is a version 4 UUID
/// (RFC 9562), and prints as one: that is what an `Idempotency-Key` header carries.
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
        Self(as_uuid(half(0) << 64 | half(1)))
    }

    /// The key of an earlier call, as it was stored: for calls that are taken
    /// up again later with the same key. The bits are kept as they are.
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

/// Prints a UUID: all bits, in the groups of RFC 9562. A key that came from elsewhere
/// prints as it came, whatever its version.
impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0;
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

/// The version and the variant of RFC 9562 in the places that are theirs.
const fn as_uuid(bits: u128) -> u128 {
    const VERSION: u128 = 0xf << 76;
    const VARIANT: u128 = 0b11 << 62;
    bits & !VERSION & !VARIANT | 0x4 << 76 | 0b10 << 62
}

/// Reads what [`Display`](fmt::Display) prints: 32 hexadecimal digits, in either case,
/// with the four hyphens of a UUID or without.
///
/// # Errors
///
/// [`InvalidKey`] for all else.
///
/// ```
/// use retry_runtime::IdempotencyKey;
///
/// let key = IdempotencyKey::new();
/// assert_eq!(key.to_string().parse(), Ok(key));
/// let error = "order-17".parse::<IdempotencyKey>().unwrap_err();
/// assert_eq!(error.to_string(), "an idempotency key is a UUID: 32 hexadecimal digits, such as `8f14e45f-ceea-467f-9575-6f2cba1dc1a3`");
/// ```
impl FromStr for IdempotencyKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let mut parts = text.split('-');
        let lengths = [8, 4, 4, 4, 12];
        let is_uuid = parts.clone().map(str::len).eq(lengths);
        let is_bare = parts.clone().count() == 1 && text.len() == 32;
        let is_hex = parts.all(|part| part.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if !is_hex || !(is_uuid || is_bare) {
            return Err(InvalidKey(()));
        }
        let digits: String = text.chars().filter(|digit| *digit != '-').collect();
        u128::from_str_radix(&digits, 16).map_or(Err(InvalidKey(())), |bits| Ok(Self(bits)))
    }
}

/// A text that is no [`IdempotencyKey`].
///
/// ```
/// use retry_runtime::IdempotencyKey;
///
/// assert!("17".parse::<IdempotencyKey>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidKey(());

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "an idempotency key is a UUID: 32 hexadecimal digits, such as \
             `8f14e45f-ceea-467f-9575-6f2cba1dc1a3`",
        )
    }
}

impl Error for InvalidKey {}

/// As the text that [`Display`](fmt::Display) prints.
#[cfg(feature = "serde")]
impl serde::Serialize for IdempotencyKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From the text that [`FromStr`] reads.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for IdempotencyKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_new_key_is_a_version_4_uuid() {
        assert_eq!(
            IdempotencyKey(as_uuid(u128::MAX)).to_string(),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
        let text = IdempotencyKey::new().to_string();
        assert_eq!(&text[14..15], "4", "{text}");
        assert!(matches!(&text[19..20], "8" | "9" | "a" | "b"), "{text}");
    }

    #[test]
    fn a_key_from_elsewhere_keeps_its_bits() {
        let version_7 = "01890a5d-ac96-774b-bcce-b302099a8057";
        let key: IdempotencyKey = version_7.parse().unwrap();
        assert_eq!(key.to_string(), version_7);
        assert_eq!(IdempotencyKey::from_u128(key.as_u128()), key);
        assert_eq!(
            IdempotencyKey::from_u128(7).to_string(),
            "00000000-0000-0000-0000-000000000007"
        );
        assert_eq!(format!("{key:?}"), format!("IdempotencyKey({version_7})"));
    }

    #[test]
    fn what_is_printed_is_read() {
        for _ in 0..100 {
            let key = IdempotencyKey::new();
            assert_eq!(key.to_string().parse(), Ok(key));
            let bare = key.to_string().replace('-', "").to_uppercase();
            assert_eq!(bare.parse(), Ok(key));
        }
        for text in [
            "",
            "1",
            "g1234567-89ab-4def-8123-456789abcdef",
            "0-1-2-3-4",
            "+1234567-89ab-4def-8123-456789abcde",
        ] {
            let error = text.parse::<IdempotencyKey>().unwrap_err();
            assert!(error.to_string().contains("is a UUID"), "{text}: {error}");
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn serde_writes_and_reads_the_text() {
        let key = IdempotencyKey::new();
        let json = serde_json::to_string(&key).unwrap();
        assert_eq!(json, format!("\"{key}\""));
        assert_eq!(serde_json::from_str::<IdempotencyKey>(&json).unwrap(), key);
        let error = serde_json::from_str::<IdempotencyKey>("\"17\"").unwrap_err();
        assert!(error.to_string().contains("is a UUID"), "{error}");
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
        // The others say that it is a UUID, and of which version.
        for bit in (0..128).filter(|bit| !matches!(bit, 62 | 63 | 76..=79)) {
            let set = keys.iter().filter(|key| *key >> bit & 1 == 1).count();
            // 2000 ± 10 standard deviations.
            assert!(
                (1684..=2316).contains(&set),
                "bit {bit} was set {set} times"
            );
        }
    }
}
