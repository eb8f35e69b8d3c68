//! Backoffs and jitters as a format's own strings, numbers and maps.
#![cfg(feature = "serde")]

use retry_words::{Backoff, Jitter, PRECISE_NUMBER};
use serde::de::value::{Error, MapDeserializer};
use serde::de::{Deserialize, IntoDeserializer};

fn read<'de, T: Deserialize<'de>>(value: impl IntoDeserializer<'de, Error>) -> Result<T, String> {
    T::deserialize(value.into_deserializer()).map_err(|error| error.to_string())
}

fn map<'a>(key: &'a str, value: &'a str) -> impl IntoDeserializer<'a, Error> {
    MapDeserializer::new([(key, value)].into_iter())
}

#[test]
fn a_string_is_read_as_it_is_in_the_attribute() {
    assert_eq!(read("exp(100ms, 1.5, 1s)"), Ok(Backoff::DEFAULT));
    assert_eq!(read("full"), Ok(Jitter::FULL));
    assert_eq!(read("0.25"), Ok(Jitter::fraction(0.25).unwrap()));
    let error = read::<Backoff>("expo(1s)").unwrap_err();
    assert!(error.starts_with("`expo` is not a backoff"), "{error}");
}

#[test]
fn a_number_is_a_fraction() {
    assert_eq!(read(0.25_f64), Ok(Jitter::fraction(0.25).unwrap()));
    assert_eq!(read(0_u64), Ok(Jitter::NONE));
    assert_eq!(read(1_i64), Ok(Jitter::FULL));
    for error in [
        read::<Jitter>(2_u64),
        read::<Jitter>(-1_i64),
        read::<Jitter>(1.5_f64),
    ] {
        let error = error.unwrap_err();
        assert!(error.contains("is not a fraction of the delay"), "{error}");
    }
}

/// That is how `serde_json` hands on a number that it has kept as it was written.
#[test]
fn a_precise_number_is_one_and_no_other_map_is() {
    assert_eq!(
        read(map(PRECISE_NUMBER, "0.25")),
        Ok(Jitter::fraction(0.25).unwrap())
    );
    let error = read::<Jitter>(map("fraction", "0.25")).unwrap_err();
    assert_eq!(
        error,
        "invalid type: map, expected \"none\", \"equal\", \"full\", or a fraction such as 0.2"
    );
}
