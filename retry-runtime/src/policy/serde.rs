//! Policies in configuration files: a map of the attribute's keys, or the
//! attribute's words in one string.

use super::Policy;
use super::words::{Draft, PolicyKey, Value};
use ::serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, MapAccess, Unexpected, Visitor,
};
use ::serde::ser::{Serialize, SerializeMap, Serializer};
use retry_words::PRECISE_NUMBER;
use std::fmt;

/// Writes a map of the attribute's keys: `max` as a number or as `"unlimited"`, the rest
/// as strings in the attribute's words; `backoff` always, `max` too unless `retry_for`
/// alone bounds the retries, the rest where it is set. In formats that are not for people to read, the one string that
/// `Display` prints.
///
/// ```
/// use retry_runtime::Policy;
/// use std::time::Duration;
///
/// let policy = Policy::DEFAULT.with_timeout(Duration::from_secs(2));
/// assert_eq!(
///     serde_json::to_string(&policy)?,
///     r#"{"max":3,"backoff":"exp(100ms, 1.5, 1s)","timeout":"2s"}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        let mut length = 0;
        self.settings(|_, _| {
            length += 1;
            Ok(())
        })?;
        let mut map = serializer.serialize_map(Some(length))?;
        self.settings(|key, value| map.serialize_entry(key.name(), &value))?;
        map.end()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Retries(retries) if *retries < u32::MAX => serializer.serialize_u32(*retries),
            words => serializer.collect_str(words),
        }
    }
}

/// Reads a map of the attribute's keys, or the attribute's words in one string.
/// A key that is left out, or null, has its default. Numbers may be written as
/// numbers or as strings (environment variables have nothing else); durations
/// are strings with a unit.
///
/// # Errors
///
/// Those of [`FromStr`](std::str::FromStr): unknown keys among them.
///
/// ```
/// use retry_runtime::{Jitter, Policy};
///
/// let map = r#"{ "max": 5, "jitter": 0.2, "backoff": "fib(10ms, 1s)", "deadline": "10s" }"#;
/// let words = r#""max = 5, jitter = 0.2, backoff = fib(10ms, 1s), deadline = 10s""#;
/// let policy: Policy = serde_json::from_str(map)?;
/// assert_eq!(policy, serde_json::from_str(words)?);
/// # Ok::<(), serde_json::Error>(())
/// ```
impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let draft = Draft::deserialize(deserializer)?;
        draft.finish().map_err(de::Error::custom)
    }
}

/// The keys that are written, before they are checked against one another.
impl<'de> Deserialize<'de> for Draft {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(OfPolicy)
        } else {
            deserializer.deserialize_str(OfPolicy)
        }
    }
}

struct OfPolicy;

impl<'de> Visitor<'de> for OfPolicy {
    type Value = Draft;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a policy: a map such as { max: 3, timeout: \"2s\" }, \
             or a string such as \"max = 3, timeout = 2s\"",
        )
    }

    fn visit_str<E: de::Error>(self, words: &str) -> Result<Draft, E> {
        Draft::read(words).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Draft, A::Error> {
        let mut draft = Draft::NEW;
        while let Some(key) = map.next_key_seed(OfKey)? {
            draft.meet(key).map_err(de::Error::custom)?;
            map.next_value_seed(OfValue {
                key,
                draft: &mut draft,
            })?;
        }
        Ok(draft)
    }
}

struct OfKey;

impl<'de> DeserializeSeed<'de> for OfKey {
    type Value = PolicyKey;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<PolicyKey, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for OfKey {
    type Value = PolicyKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key of a policy, such as `max`")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<PolicyKey, E> {
        PolicyKey::named(name).map_err(E::custom)
    }
}

/// Reads a value straight into the draft, as the word that it is.
struct OfValue<'d> {
    key: PolicyKey,
    draft: &'d mut Draft,
}

impl<'de> DeserializeSeed<'de> for OfValue<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OfValue<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key {
            PolicyKey::Max => f.write_str("a number of retries, such as 3, or \"unlimited\""),
            PolicyKey::Backoff => f.write_str("a backoff, such as \"exp(100ms, 1.5, 1s)\""),
            PolicyKey::Jitter => {
                f.write_str("\"none\", \"equal\", \"full\", or a fraction such as 0.2")
            }
            PolicyKey::Timeout
            | PolicyKey::Deadline
            | PolicyKey::RetryFor
            | PolicyKey::LongestPushback => f.write_str("a duration, such as \"2s\""),
        }
    }

    fn visit_str<E: de::Error>(self, words: &str) -> Result<(), E> {
        self.draft.set(self.key, words.trim()).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<(), E> {
        // `{:?}` keeps the point: 3.0 is no number of retries.
        self.visit_str(&format!("{number:?}"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        match map.next_key::<String>()? {
            Some(name) if name == PRECISE_NUMBER => self.visit_str(&map.next_value::<String>()?),
            _ => Err(de::Error::invalid_type(Unexpected::Map, &self)),
        }
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.draft.leave_out(self.key);
        Ok(())
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.draft.leave_out(self.key);
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}
