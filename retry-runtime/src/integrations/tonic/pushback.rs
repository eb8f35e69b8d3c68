//! When the server wants to be asked again.

use std::time::Duration;

use prost::Message;
use tonic::Status;

/// The server's word on the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushback {
    /// Not before this long from now.
    Wait(Duration),
    /// Not at all.
    Stop,
}

impl Pushback {
    /// The metadata is the protocol's own place for it and goes before the details.
    /// Of two values none can be meant: they stop, as in gRPC's Go client.
    pub(super) fn of(status: &Status) -> Option<Self> {
        let mut values = status.metadata().get_all("grpc-retry-pushback-ms").iter();
        match (values.next(), values.next()) {
            (None, _) => retry_delay(status.details()).map(Self::Wait),
            (Some(value), None) => Some(Self::of_metadata(value.to_str().ok())),
            (Some(_), Some(_)) => Some(Self::Stop),
        }
    }

    /// An `i32` in ASCII: `"250"` → 250 ms; what is below zero or no number stops.
    fn of_metadata(value: Option<&str>) -> Self {
        value
            .and_then(|value| value.parse::<i32>().ok())
            .and_then(|millis| u64::try_from(millis).ok())
            .map_or(Self::Stop, |millis| {
                Self::Wait(Duration::from_millis(millis))
            })
    }
}

/// The delay of the first `google.rpc.RetryInfo` in `grpc-status-details-bin`.
/// Details that are something else say nothing, nor does a delay of zero: the
/// client is to wait at least so long.
fn retry_delay(details: &[u8]) -> Option<Duration> {
    if details.is_empty() {
        return None;
    }
    let status = RpcStatus::decode(details).ok()?;
    let info = status
        .details
        .iter()
        .find(|any| any.type_url.rsplit('/').next() == Some("google.rpc.RetryInfo"))?;
    let delay = RetryInfo::decode(&*info.value).ok()?.retry_delay?;
    let nanos = u32::try_from(delay.nanos).ok()?;
    Duration::from_secs(u64::try_from(delay.seconds).ok()?)
        .checked_add(Duration::from_nanos(nanos.into()))
        .filter(|delay| !delay.is_zero())
}

// The parts of google/rpc/status.proto, google/rpc/error_details.proto and
// google/protobuf/{any,duration}.proto that lead to the delay.

/// `google.rpc.Status`
#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

/// `google.protobuf.Any`
#[derive(Clone, PartialEq, Message)]
struct Any {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// `google.rpc.RetryInfo`
#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<Delay>,
}

/// `google.protobuf.Duration`
#[derive(Clone, Copy, PartialEq, Message)]
struct Delay {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic::Code;

    fn with_metadata(value: &str) -> Status {
        let mut status = Status::unavailable("");
        status
            .metadata_mut()
            .insert("grpc-retry-pushback-ms", value.parse().unwrap());
        status
    }

    fn with_retry_info(seconds: i64, nanos: i32) -> Status {
        let info = RetryInfo {
            retry_delay: Some(Delay { seconds, nanos }),
        };
        let any = |type_url: &str, value| Any {
            type_url: type_url.to_owned(),
            value,
        };
        let details = RpcStatus {
            details: vec![
                any("type.googleapis.com/google.rpc.Help", vec![0xff]),
                any(
                    "type.googleapis.com/google.rpc.RetryInfo",
                    info.encode_to_vec(),
                ),
            ],
        };
        Status::with_details(Code::Unavailable, "", details.encode_to_vec().into())
    }

    #[test]
    fn milliseconds_in_the_metadata_are_waited_for() {
        let wait = |millis| Some(Pushback::Wait(Duration::from_millis(millis)));
        assert_eq!(Pushback::of(&with_metadata("250")), wait(250));
        assert_eq!(Pushback::of(&with_metadata("0")), wait(0));
        assert_eq!(Pushback::of(&Status::unavailable("")), None);
    }

    #[test]
    fn a_negative_or_unreadable_number_stops() {
        for value in ["-1", "soon", "", "1.5", "10ms", "99999999999"] {
            assert_eq!(
                Pushback::of(&with_metadata(value)),
                Some(Pushback::Stop),
                "{value}"
            );
        }
    }

    #[test]
    fn two_values_stop() {
        for second in ["250", "10", "-1"] {
            let mut status = with_metadata("250");
            status
                .metadata_mut()
                .append("grpc-retry-pushback-ms", second.parse().unwrap());
            assert_eq!(Pushback::of(&status), Some(Pushback::Stop), "{second}");
        }
        assert_eq!(
            Pushback::of(&with_metadata("250,250")),
            Some(Pushback::Stop)
        );
    }

    #[test]
    fn the_details_may_hold_a_retry_info() {
        let status = with_retry_info(1, 500_000_000);
        assert_eq!(
            Pushback::of(&status),
            Some(Pushback::Wait(Duration::from_millis(1500)))
        );
        // "At least so long", which leaves the wait to the backoff.
        assert_eq!(Pushback::of(&with_retry_info(0, 0)), None);
    }

    /// The same bytes as another implementation writes them.
    #[test]
    fn the_wire_format_is_that_of_google_rpc() {
        // 08 0e: code 14; 12 04 ..: message "busy"; 1a ..: one detail, an Any of
        // the type's address and the value 0a 02 08 02: a delay of 2 seconds.
        let mut bytes = b"\x08\x0e\x12\x04busy\x1a\x30\x0a\x28".to_vec();
        bytes.extend_from_slice(b"type.googleapis.com/google.rpc.RetryInfo");
        bytes.extend_from_slice(b"\x12\x04\x0a\x02\x08\x02");
        let status = Status::with_details(Code::Unavailable, "busy", bytes.into());
        assert_eq!(
            Pushback::of(&status),
            Some(Pushback::Wait(Duration::from_secs(2)))
        );
    }

    #[test]
    fn details_of_another_kind_say_nothing() {
        for details in [&b"\xff\xff\xff"[..], b"{}", b"\x08\x0e"] {
            let status = Status::with_details(Code::Unavailable, "", details.to_vec().into());
            assert_eq!(Pushback::of(&status), None, "{details:?}");
        }
        assert_eq!(Pushback::of(&with_retry_info(-1, 0)), None);
        assert_eq!(Pushback::of(&with_retry_info(0, -1)), None);
    }

    #[test]
    fn the_metadata_goes_before_the_details() {
        let mut status = with_retry_info(5, 0);
        status
            .metadata_mut()
            .insert("grpc-retry-pushback-ms", "-1".parse().unwrap());
        assert_eq!(Pushback::of(&status), Some(Pushback::Stop));
    }
}
