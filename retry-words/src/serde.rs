//! Backoffs and jitters in configuration files: strings in the attribute's words.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use ::serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};
use ::serde::ser::{Serialize, Serializer};

use crate::PRECISE_NUMBER;
use crate::backoff::Backoff;
use crate::invalid::InvalidPolicy;
use crate::jitter::Jitter;

/// Writes a string in the attribute's words, such as `"exp(100ms, 1.5, 1s)"`.
impl Serialize for Backoff {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Writes `"none"`, `"equal"`, `"full"`, or the fraction as a string.
impl Serialize for Jitter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads a string in the attribute's words.
impl<'de> Deserialize<'de> for Backoff {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Words {
            expected: "a backoff, such as \"exp(100ms, 1.5, 1s)\"",
            read: PhantomData,
        })
    }
}

/// Reads `"none"`, `"equal"`, `"full"`, or a fraction, as a string or a number.
impl<'de> Deserialize<'de> for Jitter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Words {
            expected: "\"none\", \"equal\", \"full\", or a fraction such as 0.2",
            read: PhantomData,
        };
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(words)
        } else {
            deserializer.deserialize_str(words)
        }
    }
}

/// Reads a `T` from a string, or from a number as it would be written in one.
struct Words<T> {
    expected: &'static str,
    read: PhantomData<T>,
}

impl<'de, T: FromStr<Err = InvalidPolicy>> Visitor<'de> for Words<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, words: &str) -> Result<T, E> {
        words.parse().map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<T, A::Error> {
        match entries.next_key::<String>()? {
            Some(name) if name == PRECISE_NUMBER => {
                self.visit_str(&entries.next_value::<String>()?)
            }
            _ => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}
